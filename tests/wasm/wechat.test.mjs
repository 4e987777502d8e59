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

const { createParser } = loadCommon('index')
createParser({})

// Devices have neither; pages for the web have both.
const { TextDecoder, TextEncoder } = globalThis
delete globalThis.TextDecoder
delete globalThis.TextEncoder

const { EventBus, SseClient, SseError, douyinHost, fetchHost, taroHost, uniHost, withSse } = loadCommon('wechat')
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
  const client = new SseClient({ wasm, instantiate, host: createWx(), reconnectInterval: 1, onWarning: () => {}, ...options })
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

test('invalid UTF-8 becomes U+FFFD, also after an event that nearly fills the table', async (t) => {
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

test('with json, data that is not JSON is reported, and the stream goes on', async (t) => {
  const { url } = await serve(t, send('data: {broken\n\ndata: {"ok":true}\n\n'))
  const client = clientOf(t, { url, json: true })
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

test('a missing module is reported', async (t) => {
  const errors = []
  const client = clientOf(t, { url: 'http://127.0.0.1:1/', wasm: '/none.wasm', onGiveUp: (error) => errors.push(error.message) })
  await client.start()
  assert.match(errors[0], /module could not be loaded/)
})

test('a closed client starts again, for a page that is opened a second time', async (t) => {
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
  // Attempts are counted from the start again, so this page may fail once.
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
  // Node returns headers with one character per byte.
  assert.equal(Buffer.from(requests[1].headers['last-event-id'], 'latin1').toString(), id)
})

test('an exception of the storage or the request is reported, and the client tries again', async (t) => {
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
    const client = clientOf(t, { url, host, json: true })
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

test('waits five seconds before it connects again, by default, up to a fifth less by chance', async (t) => {
  const waits = []
  const { random } = Math
  t.after(() => (Math.random = random))
  Math.random = () => 0.5
  const { setTimeout } = globalThis
  t.after(() => (globalThis.setTimeout = setTimeout))
  globalThis.setTimeout = (callback, ms) => {
    if (ms !== 300000) waits.push(ms)
    return setTimeout(callback, ms === 300000 ? ms : 0)
  }
  for (const [reconnectInterval, stream, expected] of [[undefined, 'data: 1\n\n', 4500], [70, 'data: 1\n\n', 63], [70, 'retry: 900\ndata: 1\n\n', 810], [70, 'retry: 0\ndata: 1\n\n', 100]]) {
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

/** Every message of a stream: [type, text, data]. The stream ends after them. */
async function messagesOf(t, stream, options) {
  const { url } = await serve(t, send(stream, true))
  const client = clientOf(t, { url, maxAttempts: 0, ...options })
  const got = []
  client.bus.on('message', ({ type, text, data }) => got.push([type, text, data]))
  const under = []
  client.bus.on('end', ({ text }) => under.push(text))
  client.bus.on('parse-error', ({ text }) => got.push(['parse-error', text]))
  const isOver = new Promise((resolve) => client.bus.on('state', (state) => (state === 'idle' || state === 'closed') && resolve()))
  client.start()
  await isOver
  return { got, under, client }
}

test('text of every kind is delivered under its type, exactly as it is', async (t) => {
  const stream = 'event: end\ndata:\n\ndata: plain text\n\ndata: [DONE]\n\nevent: end\ndata: 你好，\ndata:  世界\n\ndata: {"a": 1.10}\n\ndata: 5\n\ndata: {\n\n'
  const { got, under } = await messagesOf(t, stream)
  assert.deepEqual(got, [
    ['end', '', ''], ['message', 'plain text', 'plain text'], ['message', '[DONE]', '[DONE]'], ['end', '你好，\n 世界', '你好，\n 世界'],
    ['message', '{"a": 1.10}', { a: 1.1 }], ['message', '5', 5], ['message', '{', '{'],
  ])
  assert.deepEqual(under, ['', '你好，\n 世界'])
  const asText = await messagesOf(t, stream, { json: false })
  assert.ok(asText.got.every(([, text, data]) => text === data))
  const asJson = await messagesOf(t, stream, { json: true })
  assert.deepEqual(asJson.got.map(([type, text]) => [type, text]), [
    ['end', ''], ['parse-error', 'plain text'], ['parse-error', '[DONE]'], ['parse-error', '你好，\n 世界'],
    ['message', '{"a": 1.10}'], ['message', '5'], ['parse-error', '{'],
  ])
})

test('until is delivered and closes the client; a stream without it is cut off', async (t) => {
  const gaveUp = []
  const options = { until: '[DONE]', json: true, method: 'POST', onGiveUp: (error) => gaveUp.push(error) }
  const done = await messagesOf(t, 'data: {"t":1}\n\ndata: [DONE]\n\ndata: {"t":2}\n\n', options)
  assert.deepEqual(done.got.map(([, text]) => text), ['{"t":1}', '[DONE]'])
  assert.deepEqual([done.client.state, gaveUp], ['closed', []])
  const cut = await messagesOf(t, 'data: {"t":1}\n\n', options)
  assert.deepEqual([cut.client.state, gaveUp.map(({ code }) => code)], ['idle', ['cut-off']])
})

/** Makes timers of the client fire at once, and counts those that wait to connect again. */
function quickReconnects(t, interval) {
  const waits = []
  const { setTimeout } = globalThis
  t.after(() => (globalThis.setTimeout = setTimeout))
  globalThis.setTimeout = (callback, ms, ...values) => {
    const isReconnect = ms > interval / 2 && ms <= interval && !values.length
    if (isReconnect) waits.push(ms)
    return setTimeout(callback, isReconnect ? 0 : ms, ...values)
  }
  return waits
}

test('a POST is sent once, however it ends, unless reconnect says otherwise', async (t) => {
  const waits = quickReconnects(t, 5000)
  for (const [answer, state, code] of [
    [send('data: hello\n\ndata: [DONE]\n\n', true), 'closed', 'ended'],
    [(response) => { send('data: x\n\n')(response); setImmediate(() => response.destroy()) }, 'idle', 'network'],
    [(response) => response.destroy(), 'idle', 'network'],
    [(response) => response.writeHead(503).end(), 'idle', 'status'],
    [(response) => response.writeHead(429).end(), 'idle', 'status'],
  ]) {
    const { url, requests } = await serve(t, answer)
    const client = clientOf(t, { url, method: 'POST', data: { prompt: '你好' }, reconnectInterval: undefined })
    const isOver = said(client.bus, 'error')
    client.start()
    const error = await isOver
    assert.deepEqual([client.state, error.code, requests.length, requests[0].method], [state, code, 1, 'POST'])
  }
  assert.deepEqual(waits, [])

  const { url, requests } = await serve(t, send('id: 1\ndata: x\n\n', true), send('data: y\n\n'))
  const client = clientOf(t, { url, method: 'POST', reconnect: true })
  client.start()
  await said(client.bus, 'error')
  await said(client.bus, 'message')
  assert.deepEqual([requests.length, requests[1].headers['last-event-id']], [2, '1'])
})

test('start can change the request, for the next question', async (t) => {
  const bodies = []
  const { url, requests } = await serve(t, send('id: 1\ndata: a\n\n', true), send('data: b\n\n', true))
  const host = createWx()
  const client = clientOf(t, { url, host, method: 'POST' })
  for (const data of ['first', 'second']) {
    const isOver = said(client.bus, 'error')
    await client.start({ data })
    await isOver
    bodies.push(host.requests.at(-1).data)
  }
  assert.deepEqual([bodies, requests[1].headers['last-event-id']], [['first', 'second'], undefined])
})

/** A host in the form of wx, whose requests go as the function says: act (options, task, number). */
function scripted(act) {
  const host = {
    requests: 0,
    getStorageSync: () => '',
    request(options) {
      const task = { abort: () => {}, onHeadersReceived: (listener) => (task.headers = listener), onChunkReceived: (listener) => (task.chunk = listener) }
      setImmediate(act, options, task, ++host.requests)
      return task
    },
  }
  return host
}

const head = { statusCode: 200, header: { 'Content-Type': 'text/event-stream' } }
const timeOut = (options) => options.fail({ errMsg: 'request:fail timeout' })

/** The codes of a client's errors, until there are n or it gives up. */
async function codesOf(t, host, options, n = Infinity) {
  const client = clientOf(t, { url: 'https://example.org/', host, onWarning: () => {}, ...options })
  const codes = []
  await new Promise((resolve) => {
    client.bus.on('error', ({ code }) => (codes.push(code), (codes.length === n || client.state === 'idle') && resolve()))
    client.start()
  })
  client.close()
  return [codes, client]
}

test('a quiet stream that the host times out lives for ever', async (t) => {
  const quiet = scripted((options, task) => (task.headers(head), timeOut(options)))
  const [codes] = await codesOf(t, quiet, { maxAttempts: 2 }, 9)
  assert.deepEqual([codes, quiet.requests], [Array(9).fill('timeout'), 9])
})

test('heartbeats alone keep a stream alive, also where the host gives no headers', async (t) => {
  const ping = new TextEncoder().encode(': ping\n\n').buffer
  const host = scripted((options, task) => (task.chunk({ data: ping }), timeOut(options)))
  const [codes] = await codesOf(t, host, { maxAttempts: 1 }, 5)
  assert.equal(codes.length, 5)
})

test('attempts that bring nothing are counted, and a stream that opened starts the count again', async (t) => {
  const dead = scripted(timeOut)
  assert.deepEqual((await codesOf(t, dead, { maxAttempts: 2 }))[0], ['timeout', 'timeout', 'timeout'])
  assert.equal(dead.requests, 3)

  const empty = scripted((options) => options.success({ ...head, data: new ArrayBuffer(0) }))
  assert.deepEqual((await codesOf(t, empty, { maxAttempts: 1 }))[0], ['ended', 'ended'])

  const seldom = scripted((options, task, n) => (n % 3 === 0 && task.headers(head), timeOut(options)))
  const [codes] = await codesOf(t, seldom, { maxAttempts: 3 }, 12)
  assert.equal(codes.length, 12)
})

test('a refused request has code, status and the start of the body', async (t) => {
  const body = JSON.stringify({ error: { message: '令牌无效' } })
  for (const [status, type, host, code] of [
    [403, 'application/json', createWx({ sizes: () => 1 }), 'status'],
    [403, 'application/json', createWx({ chunks: false, tellsHeaders: false }), 'status'],
    [200, 'application/json', createWx(), 'content-type'],
    [200, 'text/event-stream, application/json', createWx(), 'content-type'],
  ]) {
    const { url } = await serve(t, (response) => response.writeHead(status, { 'content-type': type }).end(body))
    const client = clientOf(t, { url, host })
    const isOver = said(client.bus, 'error')
    client.start()
    const error = await isOver
    assert.ok(error instanceof SseError)
    assert.deepEqual([error.code, error.status, error.body, client.state], [code, status, body, 'idle'])
  }
  const endless = await serve(t, (response) => { response.writeHead(200, { 'content-type': 'text/html' }); response.write('<p>'.repeat(5000)) })
  const client = clientOf(t, { url: endless.url })
  const isOver = said(client.bus, 'error')
  client.start()
  assert.equal((await isOver).body.length, 1000)
})

test('a token function is asked before each request, and again once after 401', async (t) => {
  const asked = []
  const token = async ({ expired }) => (asked.push(expired), `t${asked.length}`)
  const { url, requests } = await serve(t, (response) => response.writeHead(401).end(), send('data: 1\n\n', true), (response) => response.writeHead(401).end())
  const client = clientOf(t, { url, token })
  client.start()
  assert.equal((await said(client.bus, 'message')).data, 1)
  const gaveUp = new Promise((resolve) => client.bus.on('error', (error) => error.code === 'status' && resolve(error)))
  assert.equal((await gaveUp).status, 401)
  assert.deepEqual(asked, [false, true, false, true])
  assert.deepEqual(requests.map(({ headers }) => headers.authorization), ['Bearer t1', 'Bearer t2', 'Bearer t3', 'Bearer t4'])
})

test('a token function that fails is tried again', async (t) => {
  const { url, requests } = await serve(t, send('data: 1\n\n'))
  let n = 0
  const token = () => { if (++n === 1) throw new Error('offline'); return 'x' }
  const client = clientOf(t, { url, token })
  const isFailed = said(client.bus, 'error')
  client.start()
  assert.equal((await isFailed).message, 'offline')
  await said(client.bus, 'message')
  assert.equal(requests[0].headers.authorization, 'Bearer x')
})

test('a host without chunks is warned about once', async (t) => {
  for (const host of [createWx({ chunks: false }), { ...createWx({ chunks: false }), request: silentChunks }]) {
    const { url } = await serve(t, send('data: 1\n\n', true))
    const warnings = []
    const client = clientOf(t, { url, host, onWarning: (message) => warnings.push(message) })
    client.start()
    await said(client.bus, 'error')
    await said(client.bus, 'error')
    assert.equal(warnings.length, 1)
    assert.match(warnings[0], /chunk/i)
  }
  const { url } = await serve(t, send('data: 1\n\n', true))
  const client = clientOf(t, { url, onWarning: (message) => assert.fail(message) })
  client.start()
  await said(client.bus, 'error')
})

/** A request that has onChunkReceived and never calls it, as clients for PC do. */
function silentChunks(options) {
  const task = createWx({ chunks: false }).request(options)
  return { ...task, onChunkReceived: () => {} }
}

test('without a module, another parser is used, or one sentence says what is missing', async (t) => {
  const { url } = await serve(t, send('data: 1\n\n'))
  const broken = () => Promise.reject(new Error('WXWebAssembly is broken'))
  for (const options of [{ wasm: undefined, createParser }, { createParser, instantiate: broken }, { createParser, instantiate: () => { throw new Error('no') } }]) {
    const client = clientOf(t, { url, ...options, onGiveUp: (error) => assert.fail(error.message) })
    client.start()
    assert.equal((await said(client.bus, 'message')).text, '1')
  }
  for (const [options, pattern] of [[{ wasm: undefined }, /set wasm to the path/], [{ instantiate: undefined }, /no WXWebAssembly; pass createParser/], [{ instantiate: broken }, /WXWebAssembly is broken/]]) {
    const gaveUp = []
    const client = clientOf(t, { url, ...options, onGiveUp: (error) => gaveUp.push(error) })
    await client.start()
    assert.deepEqual([gaveUp.length, gaveUp[0].code, client.state], [1, 'module', 'idle'])
    assert.match(gaveUp[0].message, pattern)
  }
})

test('weir-sse/js reads a stream without WebAssembly and without TextDecoder', async (t) => {
  const { url } = await serve(t, send('event: 通知\ndata: 会议将在十分钟后开始 😀\n\n'.repeat(20)))
  for (const path of ['dist/js.cjs', 'miniprogram_dist/js.js']) {
    const { createParser } = commonJs(path)
    const client = clientOf(t, { url, wasm: undefined, createParser, host: createWx({ sizes: () => 5 }) })
    client.start()
    const { type, text } = await said(client.bus, 'message')
    assert.deepEqual([type, text], ['通知', '会议将在十分钟后开始 😀'])
    client.close()
  }
})

/** A file of the package as a mini-program evaluates it, whatever package.json says of its type. */
function commonJs(path) {
  const module = { exports: {} }
  new Function('module', 'exports', readFileSync(join(root, path), 'utf8'))(module, module.exports)
  return module.exports
}

test('an id with control characters is not sent, and the stream goes on', async (t) => {
  const { url, requests } = await serve(t, send('id: a\u0001\ndata: 1\n\n', true), send('data: 2\n\n'))
  const client = clientOf(t, { url })
  client.start()
  await said(client.bus, 'error')
  assert.equal((await said(client.bus, 'message')).text, '2')
  assert.equal(requests[1].headers['last-event-id'], undefined)
})

/* --- Hosts ------------------------------------------------------------------ */

test('Taro: the task is a promise, which may lack abort', async (t) => {
  const { url } = await serve(t, send('data: 1\n\n', true))
  const wx = createWx()
  const Taro = {
    getStorageSync: wx.getStorageSync,
    request(options) {
      let task
      const promise = new Promise((resolve, reject) => {
        task = wx.request({ ...options, success: resolve, fail: reject })
      })
      return Object.assign(promise, { onChunkReceived: task.onChunkReceived, onHeadersReceived: task.onHeadersReceived })
    },
  }
  const client = clientOf(t, { url, host: taroHost(Taro) })
  const isOver = said(client.bus, 'error')
  client.start()
  assert.equal((await said(client.bus, 'message')).text, '1')
  assert.equal((await isOver).code, 'ended')
  client.abort()
})

test('uni-app: the same as WeChat', async (t) => {
  const { url } = await serve(t, send('data: 1\n\n'))
  const client = clientOf(t, { url, host: uniHost(createWx()) })
  client.start()
  assert.equal((await said(client.bus, 'message')).text, '1')
})

test('Douyin: events are parsed by the host, and no module is loaded', async (t) => {
  const made = []
  const tt = {
    getStorageSync: (key) => (key === 'token' ? 'secret' : ''),
    createEventSource(options) {
      const task = { options, closed: 0, close: () => task.closed++ }
      for (const name of ['onOpen', 'onMessage', 'onError', 'onClose']) task[name] = (listener) => (task[name] = listener)
      made.push(task)
      return task
    },
  }
  const refuse = () => assert.fail('the module was loaded')
  const client = clientOf(t, { url: 'https://example.org/', host: douyinHost(tt), instantiate: refuse, method: 'POST', data: { q: 1 } })
  const got = []
  client.bus.on('message', ({ type, text, data, lastEventId }) => got.push([type, text, data, lastEventId]))
  await client.start()
  const [task] = made
  assert.deepEqual([task.options.url, task.options.method, task.options.data, task.options.header.Authorization], ['https://example.org/', 'POST', { q: 1 }, 'Bearer secret'])
  task.onOpen()
  assert.equal(client.state, 'open')
  task.onMessage({ data: '{"a":1}', event: 'notice', id: '7' })
  task.onMessage({ data: '[DONE]' })
  task.onMessage({ data: { parsed: true }, type: 'message' })
  assert.deepEqual(got, [['notice', '{"a":1}', { a: 1 }, '7'], ['message', '[DONE]', '[DONE]', '7'], ['message', '{"parsed":true}', { parsed: true }, '7']])
  task.onClose()
  assert.equal(client.state, 'closed')
  await client.start()
  made[1].onError({ errMsg: 'createEventSource:fail timeout' })
  assert.equal(client.state, 'idle')
  await client.start()
  client.abort()
  assert.equal(made[2].closed, 1)

  const old = clientOf(t, { url: 'https://example.org/', host: douyinHost({ getStorageSync: tt.getStorageSync }), maxAttempts: 0 })
  const isOver = said(old.bus, 'error')
  old.start()
  assert.match((await isOver).message, /needs base library 3\.35\.0/)
})

test('fetch: pages for the web and Node', async (t) => {
  Object.assign(globalThis, { TextDecoder, TextEncoder })
  t.after(() => {
    delete globalThis.TextDecoder
    delete globalThis.TextEncoder
  })
  const { url, requests } = await serve(t, send('id: 1\ndata: 你好\n\n', true), send('data: 2\n\n'))
  const host = fetchHost({ storage: { getItem: () => 'secret' } })
  const client = clientOf(t, { url, host, method: 'POST', reconnect: true, data: { q: 1 } })
  client.start()
  assert.equal((await said(client.bus, 'message')).text, '你好')
  assert.equal((await said(client.bus, 'message')).text, '2')
  assert.deepEqual([requests[0].headers.authorization, requests[0].headers['content-type'], requests[1].headers['last-event-id']], ['Bearer secret', 'application/json', '1'])
  const gone = clientOf(t, { url: 'http://127.0.0.1:1/', host, maxAttempts: 0 })
  const isOver = said(gone.bus, 'error')
  gone.start()
  assert.equal((await isOver).code, 'network')
})

test('a host of one\'s own needs connect and nothing else', async (t) => {
  const asked = []
  const host = {
    connect(request, on) {
      asked.push(request)
      on.open({ status: 200, headers: { 'Content-Type': 'text/event-stream' } })
      on.chunk('data: 1\n\n')
      on.end({ status: 200 })
      return () => asked.push('aborted')
    },
  }
  const client = clientOf(t, { url: 'x:y', host, createParser, wasm: undefined, maxAttempts: 0 })
  const got = said(client.bus, 'message')
  await client.start()
  assert.equal((await got).text, '1')
  assert.equal(client.state, 'idle')
  assert.deepEqual([asked[0].url, asked[0].method, asked.length], ['x:y', 'GET', 2])
})

/* --- Sharing ---------------------------------------------------------------- */

test('pages, components and the App share a client, which closes with the last of them', async (t) => {
  const { url, requests } = await serve(t, send('data: 1\n\n'))
  const client = clientOf(t, { url })
  const calls = []
  const make = (options, kind) => Object.assign(Object.create(null), withSse(client, options, kind))
  const first = make({ onLoad: (query) => calls.push(['load', query.id]) })
  const second = make({})
  const component = make({ lifetimes: { attached: () => calls.push('attached') }, pageLifetimes: { hide: () => calls.push('hidden') } })
  first.onLoad({ id: 5 })
  first.onShow()
  await said(client.bus, 'message')
  first.onHide()
  assert.equal(client.state, 'hidden')
  second.onLoad({})
  second.onShow()
  await said(client.bus, 'message')
  component.lifetimes.attached.call(component)
  second.onHide()
  assert.equal(client.state, 'open')
  component.pageLifetimes.hide.call(component)
  assert.equal(client.state, 'hidden')
  component.pageLifetimes.show.call(component)
  await said(client.bus, 'message')
  component.lifetimes.detached.call(component)
  assert.equal(client.state, 'hidden')
  second.onUnload()
  assert.equal(client.state, 'hidden')
  first.onUnload()
  assert.equal(client.state, 'closed')
  assert.deepEqual([calls, requests.length], [[['load', 5], 'attached', 'hidden'], 3])
})

test('the App keeps a client connected while pages come and go', async (t) => {
  const { url, requests } = await serve(t, send('data: 1\n\n'))
  const client = clientOf(t, { url })
  const app = withSse(client, { globalData: {}, onLaunch() {} })
  app.onLaunch()
  app.onShow()
  await said(client.bus, 'message')
  for (let i = 0; i < 3; i++) {
    const page = withSse(client, {})
    page.onLoad({})
    page.onShow()
    page.onHide()
    page.onUnload()
    assert.equal(client.state, 'open')
  }
  app.onHide()
  assert.equal(client.state, 'hidden')
  app.onShow()
  await said(client.bus, 'message')
  assert.equal(requests.length, 2)
})
