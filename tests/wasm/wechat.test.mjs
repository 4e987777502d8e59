/* SPDX-License-Identifier: MIT */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { brotliDecompressSync } from 'node:zlib'
import { loadCommon, random, root } from './weir-sse.mjs'
import { createWx, instantiateIn } from './wx.mjs'

// Devices have neither.
delete globalThis.TextDecoder
delete globalThis.TextEncoder

const { EventBus, SseClient, withSse } = loadCommon('wechat')
const instantiate = instantiateIn(join(root, 'dist'))
const wasm = '/weir-sse-scalar.wasm'

async function serve(t, ...answers) {
  const requests = []
  const server = createServer((request, response) => {
    requests.push({ method: request.method, headers: request.headers })
    answers[Math.min(requests.length, answers.length) - 1](response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { requests, url: `http://127.0.0.1:${server.address().port}/` }
}

const send = (text, end) => (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(text)
  if (end) response.end()
}

const said = (bus, name) => new Promise((resolve) => { const off = bus.on(name, (payload) => { off(); resolve(payload) }) })

function clientOf(t, options) {
  const client = new SseClient({ wasm, instantiate, host: createWx(), reconnectInterval: 1, ...options })
  t.after(() => client.close())
  return client
}

test('Chinese is never garbled, wherever chunks are cut, on hosts with and without chunks', async (t) => {
  const texts = ['会议将在十分钟后开始，请签到。', 'e\u0301mile 😀', 'plain']
  const stream = texts.map((text, i) => `id: ${i}\r\nevent: 通知\r\ndata: ${JSON.stringify({ text })}\r\n\r\n`).join('').repeat(50)
  const next = random(5)
  for (const host of [createWx({ sizes: () => 1 }), createWx({ sizes: () => 1 + next(100) }), createWx({ sizes: () => 1e6 }), createWx({ chunks: false })]) {
    const { url } = await serve(t, send(stream, true))
    const client = clientOf(t, { url, host, maxAttempts: 0 })
    const got = []
    client.bus.on('通知', (message) => got.push(message.data.text))
    client.start()
    await said(client.bus, 'error')
    assert.equal(got.length, 150)
    got.forEach((text, i) => assert.equal(text, texts[i % 3]))
    assert.equal(client.lastEventId, '2')
  }
})

test('what is no UTF-8 is U+FFFD, also behind an event that nearly fills the table', async (t) => {
  const event = (...parts) => Buffer.concat(['data: "', ...parts, '"\n\n'].map((part) => Buffer.from(part)))
  const bad = [event('a', [0xff]), event('f'.repeat(60000)), event('é', 'a'.repeat(120000)), event('b'.repeat(16000), [0xff])]
  const { url } = await serve(t, send(Buffer.concat(bad), true))
  const client = clientOf(t, { url, host: createWx({ chunks: false }), maxAttempts: 0 })
  const got = []
  client.bus.on('message', (message) => got.push(message.data))
  client.start()
  await said(client.bus, 'error')
  assert.deepEqual(got.map((text) => text.length), [2, 60000, 120001, 16001])
  assert.deepEqual([got[0].at(-1), got[3].at(-1)], ['\ufffd', '\ufffd'])
})

test('asks as it should: accept, cache, token, own headers, timeout', async (t) => {
  const { url, requests } = await serve(t, send('data: 1\n\n'))
  const host = createWx({ storage: { token: 'secret' } })
  const client = clientOf(t, { url, host, header: { 'X-Own': '1' } })
  client.start()
  assert.deepEqual(await said(client.bus, 'message'), { data: 1, text: '1', type: 'message', lastEventId: '' })
  const { headers } = requests[0]
  assert.equal(headers.accept, 'text/event-stream')
  assert.equal(headers['cache-control'], 'no-cache')
  assert.equal(headers.authorization, 'Bearer secret')
  assert.equal(headers['x-own'], '1')
  assert.equal(host.requests[0].timeout, 300000)
  assert.equal(host.requests[0].enableChunked, true)
})

test('data that is no JSON is reported, and the stream goes on', async (t) => {
  const { url } = await serve(t, send('data: {broken\n\ndata: {"ok":true}\n\n'))
  const client = clientOf(t, { url })
  client.start()
  const [{ error, text }, message] = await Promise.all([said(client.bus, 'parse-error'), said(client.bus, 'message')])
  assert.ok(error instanceof SyntaxError)
  assert.equal(text, '{broken')
  assert.deepEqual(message.data, { ok: true })
})

test('connects again where it stood, and tells the user when it gives up', async (t) => {
  const { url, requests } = await serve(t, send('retry: 2\nid: 7\ndata: 1\n\n', true), (response) => response.destroy())
  let gaveUp
  const isOver = new Promise((resolve) => (gaveUp = resolve))
  const states = []
  const client = clientOf(t, { url, maxAttempts: 2, onGiveUp: gaveUp })
  client.bus.on('state', (state) => states.push(state))
  client.start()
  assert.ok((await isOver) instanceof Error)
  assert.equal(requests.length, 3)
  assert.equal(requests[1].headers['last-event-id'], '7')
  assert.deepEqual(states, ['connecting', 'open', 'waiting', 'connecting', 'waiting', 'connecting', 'idle'])
})

test('a status that will not change ends it, one that may does not', async (t) => {
  const refused = await serve(t, (response) => response.writeHead(401).end('{}'))
  const errors = []
  const client = clientOf(t, { url: refused.url, onGiveUp: (error) => errors.push(error.message) })
  client.start()
  await said(client.bus, 'error')
  assert.deepEqual([client.state, errors], ['idle', ['The server answered with status 401']])
  assert.equal(refused.requests.length, 1)

  const busy = await serve(t, (response) => response.writeHead(503).end(), send('data: 2\n\n'))
  const other = clientOf(t, { url: busy.url })
  other.start()
  assert.equal((await said(other.bus, 'message')).data, 2)

  const done = await serve(t, (response) => response.writeHead(204).end())
  const last = clientOf(t, { url: done.url })
  last.start()
  await new Promise((resolve) => last.bus.on('state', (state) => state === 'closed' && resolve()))
})

test('a page that hides stops the stream, one that shows has it again, one that goes ends it', async (t) => {
  const { url, requests } = await serve(t, send('id: 1\ndata: 1\n\n'))
  const bus = new EventBus()
  const client = clientOf(t, { url, bus })
  const calls = []
  const page = withSse(client, { data: {}, onHide: () => calls.push('hide') })
  page.onLoad({})
  page.onShow()
  await said(bus, 'message')
  page.onHide()
  assert.deepEqual([client.state, calls], ['hidden', ['hide']])
  page.onShow()
  await said(bus, 'message')
  assert.equal(requests.length, 2)
  assert.equal(requests[1].headers['last-event-id'], '1')
  page.onUnload()
  assert.equal(client.state, 'closed')
  page.onShow()
  assert.equal(client.state, 'closed')
})

test('abort ends a connection, and start makes another', async (t) => {
  const { url } = await serve(t, send('data: 1\n\n'))
  const client = clientOf(t, { url })
  client.start()
  await said(client.bus, 'message')
  client.abort()
  assert.equal(client.state, 'idle')
  client.start()
  await said(client.bus, 'message')
})

test('a module that is not there is said', async (t) => {
  const errors = []
  const client = clientOf(t, { url: 'http://127.0.0.1:1/', wasm: '/none.wasm', onGiveUp: (error) => errors.push(error.message) })
  await client.start()
  assert.match(errors[0], /module could not be loaded/)
})

test('a client that was closed starts again, as a page that is opened a second time wants', async (t) => {
  const { url, requests } = await serve(t, send('id: 1\ndata: 1\n\n', true), (response) => response.writeHead(500).end(), send('id: 2\ndata: 2\n\n'))
  const bus = new EventBus()
  const client = clientOf(t, { url, bus, maxAttempts: 1 })
  const page = withSse(client, {})
  page.onLoad({})
  page.onShow()
  await said(bus, 'error')
  page.onUnload()
  assert.equal(client.state, 'closed')
  page.onShow()
  assert.equal(client.state, 'closed')
  // The attempt before was the only one: this page may fail once as well.
  page.onLoad({})
  page.onShow()
  assert.equal(client.state, 'connecting')
  assert.equal((await said(bus, 'message')).data, 2)
  assert.equal(requests.length, 3)
  assert.equal(requests[2].headers['last-event-id'], '1')
})

test('a last event ID of any characters is sent as UTF-8', async (t) => {
  const id = '会议-é-😀'
  const { url, requests } = await serve(t, send(`id: ${id}\ndata: 1\n\n`, true), send('data: 2\n\n'))
  const client = clientOf(t, { url, onGiveUp: (error) => assert.fail(error.message) })
  const messages = []
  client.bus.on('message', ({ data }) => messages.push(data))
  client.start()
  await said(client.bus, 'message')
  await said(client.bus, 'message')
  assert.deepEqual(messages, [1, 2])
  // Node gives headers byte by byte.
  assert.equal(Buffer.from(requests[1].headers['last-event-id'], 'latin1').toString(), id)
})

test('what the storage or the request throws is said as it is, and tried again', async (t) => {
  const { url } = await serve(t, send('data: 1\n\n'))
  for (const name of ['getStorageSync', 'request']) {
    const host = createWx()
    const works = host[name]
    host[name] = () => {
      host[name] = works
      throw new Error(`${name} is not for you`)
    }
    const client = clientOf(t, { url, host, onGiveUp: (error) => assert.fail(error.message) })
    const isFailed = said(client.bus, 'error')
    client.start()
    assert.equal((await isFailed).message, `${name} is not for you`)
    assert.equal((await said(client.bus, 'message')).data, 1)
  }
})

test('a module that cannot be loaded is nothing to those who ended the connection meanwhile', async (t) => {
  for (const [name, state] of [['close', 'closed'], ['hide', 'hidden'], ['abort', 'idle']]) {
    let refuse
    const wanted = new Promise((_, reject) => (refuse = reject))
    const onGiveUp = (error) => assert.fail(`${name}: ${error.message}`)
    const client = clientOf(t, { url: 'http://127.0.0.1:1/', instantiate: () => wanted, onGiveUp })
    client.bus.on('error', onGiveUp)
    const isStarted = client.start()
    client[name]()
    refuse(new Error('no such file'))
    await isStarted
    assert.equal(client.state, state)
  }
})

/** What timers' callbacks throw from now on, which would end the tests. */
function thrownLater(t) {
  const errors = []
  const { setTimeout } = globalThis
  t.after(() => (globalThis.setTimeout = setTimeout))
  globalThis.setTimeout = (callback, ms) =>
    setTimeout(() => {
      try {
        callback()
      } catch (error) {
        errors.push(error.message)
      }
    }, ms)
  return errors
}

test('a bus tells all who listen, and lets what one throws surface afterwards', async (t) => {
  const errors = thrownLater(t)
  const bus = new EventBus()
  const got = []
  const fail = (payload) => { throw new Error(`no ${payload}`) }
  bus.on('message', fail)
  bus.on('message', (payload) => got.push(payload))
  bus.emit('message', 1)
  bus.emit('message', 2)
  assert.deepEqual([got, errors], [[1, 2], []])
  await new Promise((resolve) => setTimeout(resolve, 5))
  assert.deepEqual(errors, ['no 1', 'no 2'])
})

test('listeners that throw stop neither the stream nor the next attempt', async (t) => {
  const errors = thrownLater(t)
  for (const host of [createWx({ sizes: () => 1e6 }), createWx({ chunks: false })]) {
    const { url } = await serve(t, send('data: 1\n\ndata: 2\n\ndata: {broken\n\n', true), send('data: 3\n\n', true), send('data: 4\n\n', true))
    const client = clientOf(t, { url, host })
    const got = []
    for (const name of ['message', 'parse-error', 'error', 'state']) client.bus.on(name, () => { throw new Error(name) })
    client.bus.on('message', ({ data }) => got.push(data))
    await Promise.all([client.start(), new Promise((resolve) => client.bus.on('message', ({ data }) => data === 4 && resolve()))])
    client.close()
    await new Promise((resolve) => setTimeout(resolve, 5))
    assert.deepEqual(got, [1, 2, 3, 4])
    assert.deepEqual([...new Set(errors.splice(0))].sort(), ['error', 'message', 'parse-error', 'state'])
  }
})

test('event types that are the names of the client\'s own events come as messages alone', async (t) => {
  const own = ['error', 'state', 'parse-error']
  const stream = [...own, 'update'].map((type) => `event: ${type}\ndata: {"from":"server"}\n\n`).join('')
  const { url } = await serve(t, send(stream, true))
  const client = clientOf(t, { url, maxAttempts: 0 })
  const got = []
  for (const name of ['message', 'update', ...own]) client.bus.on(name, (payload) => got.push([name, payload.type ?? payload.message ?? payload]))
  client.start()
  await said(client.bus, 'error')
  assert.deepEqual(got, [
    ['state', 'connecting'],
    ['state', 'open'],
    ...own.map((type) => ['message', type]),
    ['message', 'update'],
    ['update', 'update'],
    ['state', 'idle'],
    ['error', 'The stream ended'],
  ])
})

const sendAs = (type) => (response) => response.writeHead(200, type && { 'content-type': type }).end('data: 1\n\n')

test('what is no event stream is not read as one, and not asked for again', async (t) => {
  const inCapitals = (headers) => ({ 'Content-Type': headers['content-type'] })
  for (const host of [createWx(), createWx({ header: inCapitals }), createWx({ tellsHeaders: false, chunks: false })]) {
    const { url, requests } = await serve(t, sendAs('text/html; charset=utf-8'))
    const gaveUp = []
    const client = clientOf(t, { url, host, onGiveUp: (error) => gaveUp.push(error.message) })
    const states = []
    client.bus.on('state', (state) => states.push(state))
    client.bus.on('message', () => assert.fail('it was read'))
    client.start()
    const { message } = await said(client.bus, 'error')
    assert.equal(message, 'The server sent text/html instead of text/event-stream')
    assert.deepEqual([gaveUp, states, requests.length], [[message], ['connecting', 'idle'], 1])
  }
})

test('an event stream is one however its type is written, or where the host does not say it', async (t) => {
  const silent = { header: () => undefined }
  for (const [type, options] of [
    ['Text/Event-Stream ; charset=utf-8', {}],
    ['text/event-stream', { tellsHeaders: false }],
    ['text/event-stream', { tellsHeaders: false, chunks: false }],
    ['text/html', silent],
    ['text/html', { ...silent, chunks: false }],
    [undefined, {}],
  ]) {
    const { url } = await serve(t, sendAs(type))
    const client = clientOf(t, { url, host: createWx(options), maxAttempts: 0 })
    const isOver = said(client.bus, 'error')
    client.start()
    assert.equal((await said(client.bus, 'message')).data, 1)
    assert.equal((await isOver).message, 'The stream ended')
  }
})

test('waits five seconds before it connects again, unless told otherwise', async (t) => {
  const waits = []
  const { setTimeout } = globalThis
  t.after(() => (globalThis.setTimeout = setTimeout))
  globalThis.setTimeout = (callback, ms) => {
    if (ms !== 300000) waits.push(ms)
    return setTimeout(callback, ms === 300000 ? ms : 0)
  }
  for (const [reconnectInterval, stream, expected] of [[undefined, 'data: 1\n\n', 5000], [70, 'data: 1\n\n', 70], [70, 'retry: 90\ndata: 1\n\n', 90]]) {
    const { url, requests } = await serve(t, send(stream, true), send('data: 2\n\n'))
    const client = clientOf(t, { url, reconnectInterval })
    client.start()
    await said(client.bus, 'error')
    await said(client.bus, 'message')
    assert.deepEqual([waits.splice(0), requests.length], [[expected], 2])
  }
})

test('the token is where the key says, and no token is no header', async (t) => {
  const { url, requests } = await serve(t, send('data: 1\n\n'))
  for (const [storage, expected] of [[{ token: 'other', session: 'mine' }, 'Bearer mine'], [{ token: 'other' }, undefined]]) {
    const client = clientOf(t, { url, host: createWx({ storage }), tokenKey: 'session' })
    client.start()
    await said(client.bus, 'message')
    assert.equal(requests.at(-1).headers.authorization, expected)
  }
})

test('hide, abort and close end the request on the server\'s side', async (t) => {
  for (const name of ['hide', 'abort', 'close']) {
    let isGone
    const { url } = await serve(t, (response) => {
      isGone = once(response, 'close')
      send('data: 1\n\n')(response)
    })
    const client = clientOf(t, { url })
    client.start()
    await said(client.bus, 'message')
    client[name]()
    await isGone
  }
})

test('a module that brotli made smaller is named as it is, and is the same module', async (t) => {
  for (const name of ['weir-sse-scalar.wasm', 'weir-sse-simd.wasm']) {
    const { url } = await serve(t, send('data: 1\n\n'))
    const paths = []
    const client = clientOf(t, {
      url,
      wasm: `/${name}.br`,
      instantiate: (path, imports) => (paths.push(path), instantiate(path, imports)),
      onGiveUp: (error) => assert.fail(error.message),
    })
    client.start()
    assert.equal((await said(client.bus, 'message')).data, 1)
    assert.deepEqual(paths, [`/${name}.br`])
    const [plain, small] = [name, `${name}.br`].map((file) => readFileSync(join(root, 'dist', file)))
    assert.ok(brotliDecompressSync(small).equals(plain))
    assert.ok(small.length < plain.length / 2, `${small.length} of ${plain.length} bytes`)
    assert.equal(createRequire(join(root, 'package.json')).resolve(`weir-sse/${name}.br`), join(root, 'dist', `${name}.br`))
  }
})

test('a listener that ends the connection hears nothing more of that chunk, and has it again later', async (t) => {
  const stream = 'id: 1\ndata: 1\n\nid: 2\ndata: 2\n\n'
  for (const host of [createWx({ sizes: () => 1e6 }), createWx({ chunks: false })])
    for (const name of ['close', 'hide', 'abort']) {
      const { url, requests } = await serve(t, send(stream, true), send('id: 2\ndata: 2\n\n', true))
      const client = clientOf(t, { url, host })
      const got = []
      client.bus.on('message', ({ data }) => {
        got.push(data)
        client[name]()
      })
      client.start()
      await said(client.bus, 'message')
      assert.deepEqual([got, client.lastEventId], [[1], '1'], name)
      client.start()
      await said(client.bus, 'message')
      assert.deepEqual([got, requests[1].headers['last-event-id']], [[1, 2], '1'], name)
    }
})

test('a state listener that ends the connection is sent no message', async (t) => {
  const { url } = await serve(t, send('data: 1\n\n'))
  const client = clientOf(t, { url, host: createWx({ tellsHeaders: false, sizes: () => 1e6 }) })
  const got = []
  client.bus.on('message', ({ data }) => got.push(data))
  client.start()
  await new Promise((resolve) => client.bus.on('state', (state) => (state === 'open' ? client.close() : resolve())))
  await new Promise((resolve) => setTimeout(resolve, 20))
  assert.deepEqual([got, client.state], [[], 'closed'])
})
