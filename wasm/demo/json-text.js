// SPDX-License-Identifier: MIT
// JSON as people read it, without changing a digit: numbers keep their spelling, names their order.
import { make } from './dom.js'

const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:]/g
const DEEPEST = 200

/** Whether it is JSON. */
export function isJson(text) {
  if (!/^\s*[[{"\-\dtfn]/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function classOf(token, next) {
  if (token[0] === '"') return next === ':' ? 'name' : 'string'
  return /[\d-]/.test(token[0]) ? 'number' : 'word'
}

/** The lines of a JSON text, each with its depth: [depth, [class, token]…]. */
function* lines(text) {
  const tokens = text.match(TOKENS) ?? []
  let depth = 0, line = []
  for (const [i, token] of tokens.entries()) {
    const next = tokens[i + 1]
    if ('}]'.includes(token) && tokens[i - 1] !== (token === '}' ? '{' : '[')) {
      yield [depth, line]
      depth--
      line = []
    }
    if ('{}[]'.includes(token)) line.push(['mark', token])
    else if (token === ':') line.push(['mark', ': '])
    else if (token === ',') line.push(['mark', ','])
    else line.push([classOf(token, next), token])
    const opens = '{['.includes(token) && next !== (token === '{' ? '}' : ']')
    if (opens || token === ',') {
      yield [depth, line]
      line = []
      if (opens) depth++
    }
  }
  yield [depth, line]
}

/** An element that shows valid JSON, indented and coloured. */
export function showJson(text) {
  const block = make('pre', { className: 'json' })
  for (const [depth, tokens] of lines(text)) {
    block.append('  '.repeat(Math.min(depth, DEEPEST)))
    for (const [kind, token] of tokens) block.append(kind === 'mark' ? token : make('span', { className: kind, textContent: token }))
    block.append('\n')
  }
  return block
}
