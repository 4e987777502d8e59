/* SPDX-License-Identifier: MIT */
/* Runs every example in README.md and in the comments of the sources, against a real server. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { load, root } from './weir-sse.mjs'

const ENTRIES = { index: 'weir-sse', lean: 'weir-sse/lean', stream: 'weir-sse/stream', answer: 'weir-sse/answer', eventsource: 'weir-sse/eventsource', wechat: 'weir-sse/wechat' }
/** Sources that are no entry, and the entry that exports what is in them. */
const EXPORTED_BY = { 'parse-error': 'index', 'event-bus': 'wechat', hosts: 'wechat', 'sse-client': 'wechat', exchange: 'wechat', 'with-sse': 'wechat' }

const json = (...values) => values.map((value) => `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`).join('')
const named = (...values) => values.map((value) => `event: ${value.type}\n${json(value)}`).join('')
const part = (text, finishReason) => ({ candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason }] })

/** What the model services of the recipes answer, by path. */
const ANSWERS = {
  '/v1/chat/completions': json(
    { choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] },
    { choices: [{ index: 0, delta: { content: 'A low' } }] },
    { choices: [{ index: 0, delta: { content: ' dam.' }, finish_reason: 'stop' }] },
    { choices: [], usage: { total_tokens: 3 } },
    '[DONE]',
  ),
  '/v1/messages': named(
    { type: 'message_start', message: { id: 'msg_1', type: 'message', role: 'assistant', model: 'any', content: [] } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'ping' },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'A low dam.' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
    { type: 'message_stop' },
  ),
  '/v1beta/models/': json(part('A low'), part(' dam.', 'STOP')),
}

let folder, server, base

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'weir-sse-'))
  mkdirSync(join(folder, 'node_modules'))
  cpSync(root, join(folder, 'node_modules/weir-sse'), { recursive: true })
  server = createServer((request, response) => {
    if (request.url.endsWith('.wasm')) return response.end(readFileSync(join(root, 'dist', request.url)))
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const [, answer] = Object.entries(ANSWERS).find(([path]) => request.url.startsWith(path)) ?? []
    response.end(answer ?? 'data: {"hello":"你好"}\n\n')
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${server.address().port}`
})

after(() => {
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

/** What a host gives. WeChat's is in wx.mjs; its page lives as long as one message takes. */
const prelude = () => `
const base = ${JSON.stringify(base)}
const url = base + '/events'
const require = (await import('node:module')).createRequire(import.meta.url)
const { createWx, instantiateIn } = await import(${JSON.stringify(new URL('wx.mjs', import.meta.url).href)})
Object.assign(globalThis, {
  wx: { ...createWx(), showToast() {} },
  WXWebAssembly: { instantiate: instantiateIn(${JSON.stringify(join(root, 'dist'))}) },
  Page(page) {
    page.setData = (data) => Object.assign(page.data, data)
    const { log } = console
    console.log = (...words) => {
      log(...words)
      page.onUnload()
    }
    page.onLoad({})
  },
})
`

async function run(code) {
  const imports = code.match(/^import .*$/gm) ?? []
  const file = join(folder, `example-${Math.random().toString(36).slice(2)}.mjs`)
  const body = code.replace(/^import .*$/gm, '').replaceAll('https://example.org/', `${base}/`).replace(/'(\/miniprogram_npm)?\/weir-sse\//g, "'/")
  writeFileSync(file, `${imports.join('\n')}\n${prelude()}\n${body}\nsetTimeout(() => process.exit(), 5000).unref()\n`)
  const { stdout } = await promisify(execFile)(process.execPath, [file], { timeout: 60000 })
  if (code.includes('console.log')) assert.notEqual(stdout, '', code)
  return stdout
}

test('README.md', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const examples = [...readme.matchAll(/```js\n([^]*?)```/g)].map(([, code]) => code)
  assert.ok(examples.length >= 6)
  const printed = []
  for (const code of examples) printed.push(await run(code))
  assert.ok(printed.includes('A low dam.\n'))
  for (const reason of ['stop', 'end_turn', 'STOP']) assert.ok(printed.includes(`A low dam. complete ${reason}\n`), reason)
})

test('README.zh_CN.md', async () => {
  const readme = readFileSync(new URL('../../README.zh_CN.md', import.meta.url), 'utf8')
  const examples = [...readme.matchAll(/```js\n([^]*?)```/g)].map(([, code]) => code)
  assert.ok(examples.length >= 6)
  for (const code of examples) await run(code)
})

test('README.zh_CN.md is typeset as Chinese: full-width punctuation, a space between Chinese and Latin', () => {
  for (const name of ['../../README.zh_CN.md', '../../docs/transports.zh_CN.md', '../../wasm/wechat-sample/README.md']) {
    const text = readFileSync(new URL(name, import.meta.url), 'utf8')
    const prose = text.replace(/```[^]*?```/g, '').replace(/`[^`]*`/g, '`').replace(/\]\([^)]*\)/g, ']')
    for (const line of prose.split('\n')) {
      assert.doesNotMatch(line, /[一-鿿][,;:?!]|[,;?!][一-鿿]/, `${name}: ${line}`)
      assert.doesNotMatch(line, /[一-鿿][A-Za-z0-9]|[A-Za-z0-9][一-鿿]/, `${name}: ${line}`)
    }
  }
})

/** The examples in a source, each with the name of the declaration after it. */
function examplesIn(name) {
  const source = readFileSync(join(root, 'src', `${name}.js`), 'utf8')
  return [...source.matchAll(/\/\*\*((?:(?!\*\/)[^])*?)@example\n([^]*?)\*\/\s*(?:export )?(?:static )?(?:async )?(?:function\*? |class )?(\w+)/g)].map(
    ([, , text, of]) => ({ of, code: text.replace(/^\s*\* ?/gm, '') }),
  )
}

test('every export has an example, and every example runs', async () => {
  const shown = new Set()
  for (const name of [...Object.keys(ENTRIES), ...Object.keys(EXPORTED_BY)]) {
    const entry = EXPORTED_BY[name] ?? name
    const names = Object.keys(await load(entry))
    for (const { of, code } of examplesIn(name)) {
      await run(`import { ${names.join(', ')} } from '${ENTRIES[entry]}'\n${code}`)
      shown.add(of)
    }
  }
  for (const entry of Object.keys(ENTRIES)) for (const name of Object.keys(await load(entry))) assert.ok(shown.has(name), `${entry}: ${name}`)
})
