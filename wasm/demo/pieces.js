// SPDX-License-Identifier: MIT
// What the playground knows about a stream: its bytes, the pieces they are cut into, what comes out.
import { createParser } from 'weir-sse'

const ENDS = { lf: '\n', crlf: '\r\n', cr: '\r' }

/** The bytes of an escaped text. */
export function toBytes(text, ends) {
  const encoder = new TextEncoder()
  const parts = []
  for (const [part, byte, character, letter] of text.matchAll(/\\x([0-9a-f]{2})|\\u\{([0-9a-f]{1,6})\}|\\([rn0\\])|[^\\]+|\\/gi)) {
    const point = parseInt(character, 16)
    if (byte) parts.push([parseInt(byte, 16)])
    else if (character && point <= 0x10ffff) parts.push(encoder.encode(String.fromCodePoint(point)))
    else if (letter) parts.push([{ r: 13, n: 10, 0: 0, '\\': 92 }[letter]])
    else parts.push(encoder.encode(part.replace(/\r?\n/g, ENDS[ends])))
  }
  return Uint8Array.from(parts.flatMap(part => [...part]))
}

/** Makes a parser that passes each item to take () as a plain object. */
function listen(take) {
  return createParser({
    ranges: true,
    onEvent: ({ type, data, lastEventId, begin, end }) => take({ kind: 'event', type, data, id: lastEventId, begin, end }),
    onComment: text => take({ kind: 'comment', text }),
    onRetry: ms => take({ kind: 'retry', text: `${ms} ms` }),
    onFinding: ({ code, line, begin, end }) => take({ kind: 'finding', type: code, text: line, begin, end }),
  })
}

/** The items of bytes that are cut at the places given, each with the offset that was fed when it came. */
export function parse(bytes, cuts) {
  const items = []
  let fed = 0
  const parser = listen(item => items.push({ ...item, fed }))
  for (const cut of [...cuts, bytes.length]) {
    const chunk = bytes.slice(fed, cut)
    fed = cut
    if (chunk.length) parser.feed(chunk)
  }
  parser.end()
  return items
}

/** Whether it makes a difference where the bytes are cut: { items, badCut }. */
export function prove(bytes) {
  const seen = items => JSON.stringify(items.map(item => ({ ...item, fed: 0 })))
  const whole = parse(bytes, [])
  const expected = seen(whole)
  const everywhere = Array.from(bytes.keys()).slice(1)
  let badCut = seen(parse(bytes, everywhere)) === expected ? undefined : 0
  for (const cut of everywhere)
    if (badCut === undefined && seen(parse(bytes, [cut])) !== expected) badCut = cut
  return { items: whole.length, badCut }
}

/** What a cut before that byte would cut: the name of a sentence. */
export function placeOf(bytes, at) {
  const isEnd = byte => byte === 10 || byte === 13
  if (at < 3 && at > 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'cutInMark'
  if ((bytes[at] & 0xc0) === 0x80 && bytes[at - 1] >= 0x80) return 'cutInCharacter'
  if (bytes[at] === 10 && bytes[at - 1] === 13) return 'cutInCrLf'
  if (at === 0 || isEnd(bytes[at - 1])) return 'cutAtLine'
  for (let i = at - 1; i >= 0 && !isEnd(bytes[i]); i--) if (bytes[i] === 58) return 'cutInValue'
  return 'cutInName'
}
