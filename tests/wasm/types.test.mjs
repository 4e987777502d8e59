/* SPDX-License-Identifier: MIT */
/* The package's types, under every moduleResolution, with the DOM library and without. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { root } from './weir-sse.mjs'

const TSC = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url))

let folder

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-types-'))
  mkdirSync(join(folder, 'node_modules'))
  cpSync(root, join(folder, 'node_modules/weir-sse'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
})

after(() => rmSync(folder, { recursive: true, force: true }))

/** Runs the compiler, which also checks the package's declarations: there is no skipLibCheck. */
function check(name, source, options) {
  writeFileSync(join(folder, name), source)
  const args = [TSC, '--noEmit', '--strict', '--exactOptionalPropertyTypes', '--target', 'es2022', ...options, name]
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  assert.equal(status, 0, stdout)
}

const WITHOUT_DOM = `
import { createParser, ParseError, type ParsedEvent, type ParserConfig } from 'weir-sse'
import { createParser as createLean } from 'weir-sse/lean'
import { CutOffError, events, ResponseError, type JsonEvent } from 'weir-sse/stream'
import { EventSource, type EventSourceOptions, type ReconnectPolicy } from 'weir-sse/eventsource'
import { SseClient, withSse, type SseMessage } from 'weir-sse/wechat'

const config: ParserConfig = { onEvent: (event: ParsedEvent) => event.data.length }
createParser(config).feed(new Uint8Array(1))
createLean(config).end()
export async function read(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  let text = ''
  for await (const event of events(chunks)) text += event.data
  for await (const event of events(chunks, { json: true, until: '[DONE]' })) text += event.text + event.data.choices
  return text
}
export const first = async (events: AsyncIterable<JsonEvent>) => { for await (const { text } of events) return text }
const policy: ReconnectPolicy = { delayMs: 1, maxAttempts: 2 }
const options: EventSourceOptions = {
  headers: async ({ attempt, lastEventId }) => ({ 'x-attempt': attempt.toFixed(), 'x-id': lastEventId.trim() }),
  shouldReconnect: ({ status, attempt, error }) => status === 503 && attempt < 3 && error.message !== '',
  onResponse: (response) => console.log(response.status, response.headers.get('x')),
  lastEventIdAs: { query: 'from' },
  reconnect: policy,
}
const source = new EventSource('https://example.org/', options)
source.onmessage = function ({ data, lastEventId }) { this.close(); return data + lastEventId.trim() }
source.onerror = ({ message, status, code }) => message.length + (status ?? 0) + (code ?? 0)
source.addEventListener('error', (event) => event.message.trim())
source.addEventListener('notice', (event) => event.lastEventId.trim())
source.addEventListener('notice', { handleEvent: (event) => event })
const state: 0 | 1 | 2 = source.readyState
console.log(state, source.lastEventId.trim(), source.reconnectionTime.toFixed(), source.reset(), EventSource.CLOSED)
// @ts-expect-error: read-only
source.readyState = 1
// @ts-expect-error: no such policy
new EventSource('https://example.org/', { reconnect: true })
console.log(ParseError, CutOffError, ResponseError, SseClient, withSse)
export const take = (message: SseMessage) => message.text.trim()
declare const console: { log(...values: unknown[]): void }
`

const RESOLUTIONS = {
  node10: ['--module', 'commonjs', '--moduleResolution', 'node10'],
  node16: ['--module', 'node16', '--moduleResolution', 'node16'],
  bundler: ['--module', 'esnext', '--moduleResolution', 'bundler'],
}

for (const [name, options] of Object.entries(RESOLUTIONS))
  for (const extension of name === 'node16' ? ['mts', 'cts'] : ['ts'])
    test(`${name}, .${extension}, without the DOM library`, () => {
      check(`without.${extension}`, WITHOUT_DOM, [...options, '--lib', 'es2022'])
    })

const WITH_DOM = `
import { EventSource, type EventSourceErrorEvent } from 'weir-sse/eventsource'
import { EventSourceParserStream, events, ResponseError } from 'weir-sse/stream'

const one: globalThis.EventSource = new EventSource('/x')
globalThis.EventSource = EventSource
const make = (Source: typeof globalThis.EventSource) => new Source(new URL('https://example.org/'), { withCredentials: true })
make(EventSource)
class Wrapped extends EventSource { override close() { super.close() } }
const wrapped: globalThis.EventSource = new Wrapped('/x')
const minimal = async () => ({ status: 200, headers: new Headers(), body: null, redirected: false, url: '' })
new EventSource('/x', { fetch: minimal, maxBufferSize: 5 })
new EventSource('/x', { fetch: globalThis.fetch })
new EventSource('/x', { fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, authorization: 'x' } }) })
const target: EventTarget = new EventSource('/x', { signal: new AbortController().signal, headers: new Headers() })
const source = new EventSource('/x', { body: new FormData(), method: 'POST', fetch: (url, init) => fetch(url, { ...init, mode: 'cors' }) } as const)
source.onmessage = (event: MessageEvent<string>) => event.data.trim()
source.onopen = (event: Event) => event.type
source.onerror = (event: EventSourceErrorEvent) => event.message
source.addEventListener('notice', (event: MessageEvent) => event.ports)
source.removeEventListener('notice', (event: MessageEvent) => event.ports)
EventSource.fromReadableStream(new Response('x').body!).reset()
export async function read(response: Response, signal: AbortSignal) {
  for await (const event of events(response, { signal })) console.log(event.type)
  for await (const event of events(response.body!, { json: true })) console.log(event.text, event.data.anything)
  const stream: ReadableStream = response.body!.pipeThrough(new EventSourceParserStream({ onError: 'terminate' }))
  const reader = response.body!.pipeThrough(new EventSourceParserStream()).getReader()
  const { value } = await reader.read()
  return [stream, value!.data.trim(), new ResponseError('x', { status: 1, type: '', body: '', headers: new Headers() })]
}
console.log(one, target, wrapped)
`

for (const [name, options] of Object.entries(RESOLUTIONS))
  test(`${name}, with the DOM library, is assignable to its EventSource`, () => {
    check('with.ts', WITH_DOM, [...options, '--lib', 'es2022,dom,dom.iterable,dom.asynciterable'])
  })

const MINI_PROGRAM = `
import { SseClient, withSse, wxHost, type SseError, type SseMessage, type SseState } from 'weir-sse/wechat'

const client = new SseClient({ url: 'https://example.org/', wasm: '/x.wasm.br', host: wx, instantiate: WXWebAssembly.instantiate, token: async ({ expired }) => (expired ? 'new' : 'old') })
new SseClient({ url: 'https://example.org/', wasm: '/x.wasm', host: wxHost(wx), method: 'POST', until: '[DONE]' }).start({ data: { q: 1 } })
client.bus.on('message', ({ data, text }: SseMessage) => console.log(data, text.trim()))
client.bus.on('error', ({ code, status, body }: SseError) => code === 'timeout' && status > 0 && body.trim())
client.bus.on('state', (state: SseState) => state === 'open')
Page(withSse(client, {
  data: { messages: [] as string[] },
  onLoad(query: Record<string, string>) {
    this.setData({ messages: [...this.data.messages, query.id!.trim()] })
    this.note('x')
  },
  note(text: string) { return text.trim() },
}))
Component(withSse(client, {
  properties: { title: String },
  methods: { onTap() { this.triggerEvent('tap') } },
  lifetimes: { attached() {} },
}))
App(withSse(client, { globalData: { user: '' }, onLaunch() { console.log(this.globalData.user.trim()) } }))
// @ts-expect-error: not an address
new SseClient({ url: 1 })
`

test('a page, a component and the App typecheck against WeChat\'s own types', () => {
  symlinkSync(fileURLToPath(new URL('../node_modules/miniprogram-api-typings', import.meta.url)), join(folder, 'node_modules/miniprogram-api-typings'))
  check('mini.ts', MINI_PROGRAM, [...RESOLUTIONS.node10, '--lib', 'es2020', '--skipLibCheck', '--exactOptionalPropertyTypes', 'false', '--types', 'miniprogram-api-typings'])
})
