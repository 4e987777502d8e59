/* SPDX-License-Identifier: MIT */
/* EventSource over real HTTP. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { load, root } from './weir-sse.mjs'

const { EventSource } = await load('eventsource')

/** A server whose answers are the functions given, the last one for all that follow. */
async function serve(t, ...answers) {
  const requests = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    requests.push({ method: request.method, url: request.url, headers: request.headers, body })
    answers[Math.min(requests.length, answers.length) - 1](response, request)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { requests, url: `http://127.0.0.1:${server.address().port}/events` }
}

const send = (text, end = false) => (response) => {
  response.writeHead(200, { 'content-type': 'Text/Event-Stream; charset=utf-8' })
  response.write(text)
  if (end) response.end()
}

const next = (source, type) => new Promise((resolve) => source.addEventListener(type, resolve, { once: true }))

test('opens, gives events by type, and closes', async (t) => {
  const { url, requests } = await serve(t, send('id: 1\ndata: 一\n\nevent: other\ndata: 2\n\n'))
  const source = new EventSource(url)
  assert.equal(source.readyState, EventSource.CONNECTING)
  const order = []
  source.onopen = () => order.push('open')
  source.onmessage = (event) => order.push(['message', event.data, event.lastEventId, event.origin])
  const { data } = await next(source, 'other')
  assert.equal(data, '2')
  assert.equal(source.readyState, source.OPEN)
  assert.deepEqual(order, ['open', ['message', '一', '1', new URL(url).origin]])
  source.close()
  assert.equal(source.readyState, EventSource.CLOSED)
  assert.equal(requests[0].headers.accept, 'text/event-stream')
  assert.equal(requests[0].headers['last-event-id'], undefined)
})

test('connects again with the last event ID as UTF-8, after the time that the stream asks for', async (t) => {
  const { url, requests } = await serve(t, send('retry: 1\nid: 会议\ndata: 1\n\nid: lost\ndata: unfinished', true), send('data: 2\n\n'))
  const source = new EventSource(url)
  const errors = []
  source.onerror = (event) => errors.push([event.message, source.readyState])
  await next(source, 'message')
  assert.equal((await next(source, 'message')).data, '2')
  assert.deepEqual(errors, [['The stream ended', EventSource.CONNECTING]])
  assert.equal(Buffer.from(requests[1].headers['last-event-id'], 'latin1').toString(), '会议')
  source.close()
})

test('sends method, headers and body, and does not send them again', async (t) => {
  const { url, requests } = await serve(t, send('data: 1\n\n', true))
  const source = new EventSource(url, { method: 'POST', body: '{"prompt":"x"}', headers: { authorization: 'Bearer t' } })
  await next(source, 'error')
  assert.equal(source.readyState, EventSource.CLOSED)
  assert.equal(requests.length, 1)
  assert.equal(requests[0].method, 'POST')
  assert.equal(requests[0].body, '{"prompt":"x"}')
  assert.equal(requests[0].headers.authorization, 'Bearer t')
})

test('closes on a wrong status or content type', async (t) => {
  for (const [status, headers, pattern] of [
    [204, {}, /204/],
    [404, { 'content-type': 'text/event-stream' }, /404/],
    [200, { 'content-type': 'text/html' }, /text\/html/],
    [200, { 'content-type': 'text/event-streams' }, /text\/event-streams/],
  ]) {
    const { url, requests } = await serve(t, (response) => response.writeHead(status, headers).end())
    const source = new EventSource(url)
    const error = await next(source, 'error')
    assert.match(error.message, pattern)
    assert.equal(error.status, status)
    assert.equal(source.readyState, EventSource.CLOSED)
    assert.equal(requests.length, 1)
  }
})

test('gives up after as many attempts as it was allowed', async (t) => {
  const { url, requests } = await serve(t, (response) => response.destroy())
  const source = new EventSource(url, { reconnect: { delayMs: 1, factor: 2, jitter: 0.5, maxAttempts: 3 } })
  const states = []
  await new Promise((resolve) => {
    source.onerror = () => {
      states.push(source.readyState)
      if (source.readyState === EventSource.CLOSED) resolve()
    }
  })
  assert.deepEqual(states, [0, 0, 0, 2])
  assert.equal(requests.length, 4)
})

test('fetch can be another one, and a stream can be there already', async () => {
  const answer = () => new Response('data: x\n\n', { headers: { 'content-type': 'text/event-stream' } })
  const source = new EventSource('http://example.invalid/', { fetch: async () => answer(), reconnect: false })
  assert.equal((await next(source, 'message')).data, 'x')
  const other = EventSource.fromReadableStream(answer().body, { lastEventId: '5' })
  const event = await next(other, 'message')
  assert.deepEqual([event.data, event.lastEventId], ['x', '5'])
  await next(other, 'error')
  assert.equal(other.readyState, EventSource.CLOSED)
})

test('close ends the connection, also from a listener, and nothing comes after it', async (t) => {
  let closed
  const isClosed = new Promise((resolve) => (closed = resolve))
  const { url } = await serve(t, (response) => {
    response.on('close', closed)
    send('data: 1\n\ndata: 2\n\n')(response)
  })
  const source = new EventSource(url)
  const seen = []
  source.onmessage = (event) => {
    seen.push(event.data)
    source.close()
  }
  await isClosed
  assert.deepEqual(seen, ['1'])
})

test('an invalid address is a SyntaxError', () => {
  assert.throws(() => new EventSource('http://['), { name: 'SyntaxError' })
})

test('an invalid header and an invalid policy throw at once', () => {
  for (const headers of [{ 'b ad': '1' }, { authorization: 'Bearer …' }, { a: 'x\ny' }])
    assert.throws(() => new EventSource('http://127.0.0.1:1/', { headers }), TypeError)
  for (const reconnect of [{ delayMs: -4 }, { maxAttempts: 'x' }, { factor: NaN }])
    assert.throws(() => new EventSource('http://127.0.0.1:1/', { reconnect }), { name: 'RangeError', message: /^reconnect\.\w+ must be a number/ })
})

test('a last event ID of any length is sent', async () => {
  const sent = []
  const fetch = async (url, { headers }) => {
    sent.push(headers.get('last-event-id'))
    return new Response(null, { status: 204 })
  }
  await next(new EventSource('http://example.invalid/', { fetch, lastEventId: '会'.repeat(100000) }), 'error')
  assert.equal(Buffer.from(sent[0], 'latin1').toString(), '会'.repeat(100000))
})

test('what did not connect is named with its cause', async () => {
  const source = new EventSource('http://127.0.0.1:1/', { reconnect: { maxAttempts: 0 } })
  assert.match((await next(source, 'error')).message, /ECONNREFUSED|bad port/)
})

test('the cause of an error is named once', async () => {
  for (const [error, expected] of [
    [new TypeError('fetch failed', { cause: new Error('certificate has expired') }), 'fetch failed: certificate has expired'],
    [new Error('It failed: no memory.', { cause: new Error('no memory') }), 'It failed: no memory.'],
    ['a string', 'a string'],
  ]) {
    const source = new EventSource('http://example.invalid/', { fetch: async () => Promise.reject(error), reconnect: false })
    assert.equal((await next(source, 'error')).message, expected)
  }
})

test('close gives back the stream, at whatever moment', async () => {
  const streams = () => {
    let cancelled
    const isCancelled = new Promise((resolve) => (cancelled = resolve))
    const stream = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('data: 1\n\n')), cancel: cancelled })
    return { stream, isCancelled }
  }
  const atOnce = streams()
  EventSource.fromReadableStream(atOnce.stream).close()
  await atOnce.isCancelled

  const idle = streams()
  const source = EventSource.fromReadableStream(idle.stream)
  await next(source, 'message')
  source.close()
  await idle.isCancelled

  const late = streams()
  let answer
  const asked = new Promise((resolve) => (answer = resolve))
  const other = new EventSource('http://example.invalid/', { fetch: () => asked })
  await Promise.resolve()
  other.close()
  answer(new Response(late.stream, { headers: { 'content-type': 'text/event-stream' } }))
  await late.isCancelled

  const refused = streams()
  const broken = new ReadableStream({ cancel: () => Promise.reject(new Error('mine')) })
  for (const body of [refused.stream, broken]) {
    const failed = new EventSource('http://example.invalid/', { fetch: async () => new Response(body, { status: 500 }) })
    assert.equal((await next(failed, 'error')).status, 500)
    assert.equal(failed.readyState, EventSource.CLOSED)
  }
  await refused.isCancelled
})

test('a wait that no timer takes is the longest that one takes', async (t) => {
  const waits = []
  const { setTimeout } = globalThis
  t.after(() => (globalThis.setTimeout = setTimeout))
  globalThis.setTimeout = (run, ms) => {
    waits.push(ms)
    return setTimeout(run, 1)
  }
  const fetch = async () => Promise.reject(new Error('mine'))
  const source = new EventSource('http://example.invalid/', { fetch, reconnect: { delayMs: 1000, factor: 1e9, maxDelayMs: Infinity, jitter: 0, maxAttempts: 3 } })
  await new Promise((resolve) => source.addEventListener('error', () => source.readyState === EventSource.CLOSED && resolve()))
  assert.deepEqual(waits, [1000, 2 ** 31 - 1, 2 ** 31 - 1])
})

test('handlers are called in the place where they were set first, and hold objects or null', async (t) => {
  const { url } = await serve(t, send('data: 1\n\n'))
  const source = new EventSource(url, null)
  const order = []
  source.addEventListener('message', () => order.push('before'))
  source.onmessage = () => order.push('never')
  source.addEventListener('message', () => order.push('after'))
  source.onmessage = function () {
    order.push(this === source)
  }
  source.onopen = () => order.push('open')
  source.onopen = null
  await next(source, 'message')
  assert.deepEqual(order, ['before', true, 'after'])
  assert.equal(source.onopen, null)
  source.onmessage = 5
  assert.equal(source.onmessage, null)
  assert.equal(String(source), '[object EventSource]')
  for (const name of ['url', 'readyState', 'withCredentials'])
    assert.throws(() => (source[name] = 1), TypeError)
  source.close()
})

test('two content types, and a null body', async () => {
  const answers = [
    new Response('data: x\n\n', { headers: { 'content-type': 'text/event-stream, text/event-stream;charset=utf-8' } }),
    new Response(null, { headers: { 'content-type': 'text/event-stream' } }),
  ]
  const source = new EventSource('http://example.invalid/', { fetch: async () => answers.shift(), reconnect: { delayMs: 1, maxAttempts: 1 } })
  const order = []
  for (const type of ['open', 'message', 'error']) source.addEventListener(type, () => order.push(type))
  await new Promise((resolve) => source.addEventListener('error', () => source.readyState === EventSource.CLOSED && resolve()))
  assert.deepEqual(order, ['open', 'message', 'error', 'open', 'error'])
})

/** An answer that is an event stream. */
const answer = (text = 'data: x\n\n', headers = {}) => new Response(text, { headers: { 'content-type': 'text/event-stream', ...headers } })

/** Every error event until the source is closed, as [message, readyState]. */
function errorsOf(source) {
  const errors = []
  return new Promise((resolve) => {
    source.addEventListener('error', (event) => {
      errors.push([event.message, source.readyState])
      if (source.readyState === EventSource.CLOSED) resolve(errors)
    })
  })
}

/** Makes timers fire at once, and returns how long they were to wait. */
function quickTimers(t) {
  const waits = []
  const { setTimeout } = globalThis
  t.after(() => (globalThis.setTimeout = setTimeout))
  globalThis.setTimeout = (run, ms, ...values) => {
    // Node's own timers, for HTTP, have values to pass on.
    if (values.length) return setTimeout(run, ms, ...values)
    waits.push(ms)
    return setTimeout(run, 0)
  }
  return waits
}

test('a given Accept is sent as it is, however the headers are given', async () => {
  const accept = 'application/json, text/event-stream'
  const sent = []
  const fetch = async (url, { headers }) => (sent.push(headers.get('accept')), new Response(null, { status: 204 }))
  for (const headers of [{ Accept: accept }, new Headers({ accept }), [['ACCEPT', accept]], () => ({ Accept: accept }), async () => ({ Accept: accept }), undefined])
    await next(new EventSource('http://example.invalid/', { fetch, headers }), 'error')
  assert.deepEqual(sent, [...Array(5).fill(accept), 'text/event-stream'])
})

test('what can never work closes the source at once, with a sentence and without a request', async (t) => {
  const waits = quickTimers(t)
  const { fetch } = globalThis
  t.after(() => (globalThis.fetch = fetch))
  globalThis.fetch = () => assert.fail('it was requested')
  for (const [url, options, pattern] of [
    ['about:blank', {}, /^about: addresses cannot be read/],
    ['mailto:a@example.org', {}, /^mailto: /],
    ['ftp://example.org/', {}, /^ftp: /],
    ['javascript:alert(1)', {}, /^javascript: /],
    ['file:///etc/hostname', {}, /^file: /],
    ['ws://example.org/', {}, /^ws: /],
    ['mailto:a@example.org', { fetch: () => assert.fail('it was requested') }, /^mailto: /],
    ['http://example.org/', { fetch: 'fetch' }, /^The option fetch must be a function, not string/],
    ['http://example.org/', { body: 'x' }, /^A GET request cannot have a body/],
    ['http://example.org/', { body: '' }, /^A GET request cannot have a body/],
    ['http://example.org/', { method: 'head', body: 'x' }, /^A head request cannot have a body/],
    ['http://example.org/', { method: 'TRACE', reconnect: {} }, /refuses the method TRACE/],
    ['http://example.org/', { method: 'G T', reconnect: {} }, /"G T" is not an HTTP method/],
    ['http://me:secret@example.org/', {}, /user name or password/],
  ]) {
    const [[message, readyState], ...more] = await errorsOf(new EventSource(url, options))
    assert.match(message, pattern)
    assert.deepEqual([readyState, more], [EventSource.CLOSED, []], url)
  }
  assert.deepEqual(waits, [])
})

test('a host that lacks something is named once', async (t) => {
  const waits = quickTimers(t)
  const { fetch, WebAssembly } = globalThis
  t.after(() => Object.assign(globalThis, { fetch, WebAssembly }))
  const headers = new Headers({ 'content-type': 'text/event-stream' })
  for (const [response, pattern] of [
    [{ status: 200, headers }, /no body that can be read as a stream/],
    [{ status: 200, headers, body: 'data: x' }, /no body that can be read as a stream/],
    [undefined, /^fetch gave undefined instead of a Response/],
    [null, /^fetch gave null instead of a Response/],
    ['data: x', /^fetch gave string instead of a Response/],
    [{ ok: true }, /^fetch gave object instead of a Response/],
    [{ status: 200, headers, body: (async function* () { yield { not: 'bytes' } })() }, /takes a string, an ArrayBuffer or a view of one/],
  ]) {
    const errors = await errorsOf(new EventSource('http://example.invalid/', { fetch: async () => response }))
    assert.equal(errors.length, 1)
    assert.match(errors[0][0], pattern)
  }
  delete globalThis.fetch
  const errors = await errorsOf(new EventSource('http://example.invalid/'))
  assert.equal(errors.length, 1)
  assert.match(errors[0][0], /^This host has no fetch/)
  assert.deepEqual(waits, [])
})

test('without WebAssembly the source fails once, and sends nothing', () => {
  const code = `
    delete globalThis.WebAssembly
    const { EventSource } = await import(${JSON.stringify(`${root}/dist/eventsource.js`)})
    const fetch = () => console.log('requested')
    const source = new EventSource('http://example.invalid/', { fetch, reconnect: { delayMs: 1 } })
    source.onerror = ({ message }) => console.log(source.readyState, message)
  `
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' })
  assert.match(stdout, /^2 .*WebAssembly.*\n$/, stdout + stderr)
})

test('a fetch of one\'s own may know other schemes', async () => {
  const source = new EventSource('app://stream/', { fetch: async () => answer(), reconnect: false })
  assert.equal((await next(source, 'message')).data, 'x')
})

test('a body that can only be iterated is read', async () => {
  const body = (async function* () { yield Buffer.from('data: 1\n\n') })()
  const headers = new Headers({ 'content-type': 'text/event-stream' })
  const source = new EventSource('http://example.invalid/', { fetch: async () => ({ status: 200, headers, body }), reconnect: false })
  assert.equal((await next(source, 'message')).data, '1')
  await next(source, 'error')
})

test('waits: a floor for the stream\'s retry, jitter unless it is turned off, and a maximum that holds', async (t) => {
  const waits = quickTimers(t)
  const { random } = Math
  t.after(() => (Math.random = random))
  Math.random = () => 0.5
  for (const [retry, reconnect, expected] of [
    ['0', undefined, 100],
    ['10', { jitter: 1 }, 100],
    ['2000', { jitter: 0 }, 2000],
    ['2000', undefined, 1900],
    ['2000', { maxDelayMs: 500, jitter: 0 }, 500],
    ['99999999', {}, 57000],
    ['0', { maxDelayMs: 20 }, 20],
    ['', { delayMs: 5, jitter: 0 }, 5],
  ]) {
    const answers = [answer(`${retry && `retry: ${retry}\n`}data: x\n\n`), new Response(null, { status: 204 })]
    await errorsOf(new EventSource('http://example.invalid/', { fetch: async () => answers.shift(), reconnect }))
    assert.deepEqual(waits.splice(0), [expected], JSON.stringify({ retry, reconnect }))
  }
})

test('headers are made for each connection, and may take their time', async (t) => {
  quickTimers(t)
  const asked = []
  const headers = async (attempt) => (asked.push(attempt), { authorization: `Bearer ${asked.length}` })
  const sent = []
  const fetch = async (url, init) => {
    sent.push(init.headers.get('authorization'))
    return sent.length < 3 ? answer(`id: ${sent.length}\ndata: x\n\n`) : new Response(null, { status: 204 })
  }
  await errorsOf(new EventSource('http://example.invalid/', { fetch, headers }))
  assert.deepEqual(sent, ['Bearer 1', 'Bearer 2', 'Bearer 3'])
  assert.deepEqual(asked, [{ attempt: 0, lastEventId: '' }, { attempt: 1, lastEventId: '1' }, { attempt: 1, lastEventId: '2' }])
})

test('shouldReconnect decides, and knows status, headers, attempt and error', async (t) => {
  quickTimers(t)
  const asked = []
  const answers = [new Response(null, { status: 503, headers: { 'retry-after': '1' } }), answer(), new Response(null, { status: 503 })]
  const shouldReconnect = ({ status, headers, attempt, error }) => {
    asked.push([status, headers?.get('retry-after'), attempt, error.message])
    return asked.length < 3
  }
  const source = new EventSource('http://example.invalid/', { fetch: async () => answers.shift(), shouldReconnect })
  const errors = await errorsOf(source)
  assert.deepEqual(asked, [
    [503, '1', 1, 'The server answered with status 503'],
    [undefined, undefined, 1, 'The stream ended'],
    [503, null, 2, 'The server answered with status 503'],
  ])
  assert.equal(errors.length, 3)
})

test('shouldReconnect may wait, and may stop what would go on', async () => {
  let n = 0
  const fetch = async () => (n++, answer())
  const errors = await errorsOf(new EventSource('http://example.invalid/', { fetch, shouldReconnect: async () => false }))
  assert.deepEqual([errors, n], [[['The stream ended', EventSource.CLOSED]], 1])
})

test('onResponse sees each response, and closes the source by an exception', async () => {
  let cancelled
  const isCancelled = new Promise((resolve) => (cancelled = resolve))
  const body = new ReadableStream({ cancel: cancelled })
  const fetch = async () => answer(body, { 'x-request-id': '7' })
  const onResponse = (response) => { throw new Error(`not ${response.headers.get('x-request-id')}`) }
  const errors = await errorsOf(new EventSource('http://example.invalid/', { fetch, onResponse }))
  assert.deepEqual(errors, [['not 7', EventSource.CLOSED]])
  await isCancelled
})

test('a signal closes the source, without an error event', async (t) => {
  const { url, requests } = await serve(t, send('data: 1\n\n'))
  const controller = new AbortController()
  const source = new EventSource(url, { signal: controller.signal })
  source.onerror = () => assert.fail('an error')
  await next(source, 'message')
  controller.abort()
  assert.equal(source.readyState, EventSource.CLOSED)
  const other = new EventSource(url, { signal: controller.signal })
  assert.equal(other.readyState, EventSource.CLOSED)
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(requests.length, 1)
})

test('the last event ID goes into the header, the query or nowhere', async (t) => {
  quickTimers(t)
  for (const [lastEventIdAs, expected] of [
    [undefined, ['/?a=1', '7']],
    ['query', ['/?a=1&lastEventId=7', null]],
    [{ query: 'lastEventID' }, ['/?a=1&lastEventID=7', null]],
    ['none', ['/?a=1', null]],
  ]) {
    const sent = []
    const fetch = async (url, { headers }) => {
      sent.push([url.replace('http://example.invalid', ''), headers.get('last-event-id')])
      return sent.length < 2 ? answer('id: 7\ndata: x\n\n') : new Response(null, { status: 204 })
    }
    const source = new EventSource('http://example.invalid/?a=1', { fetch, lastEventIdAs })
    await errorsOf(source)
    assert.deepEqual(sent, [['/?a=1', null], expected])
    assert.equal(source.url, 'http://example.invalid/?a=1')
  }
})

test('an id with control characters does not end reconnection', async (t) => {
  quickTimers(t)
  const { url, requests } = await serve(t, send('id: a\u0001b\u007f\ndata: 1\n\n', true), send('id: ok\ndata: 2\n\n', true), (response) => response.writeHead(204).end())
  const source = new EventSource(url)
  await errorsOf(source)
  assert.deepEqual(requests.map(({ headers }) => headers['last-event-id']), [undefined, undefined, 'ok'])
})

test('an error event has the status, also as code', async () => {
  const source = new EventSource('http://example.invalid/', { fetch: async () => new Response(null, { status: 403 }) })
  const { status, code } = await next(source, 'error')
  assert.deepEqual([status, code], [403, 403])
})

test('heartbeats count as life for maxAttempts', async (t) => {
  quickTimers(t)
  let n = 0
  const fetch = async () => (++n < 6 ? answer(': ping\n\n') : answer(''))
  const errors = await errorsOf(new EventSource('http://example.invalid/', { fetch, reconnect: { maxAttempts: 2 } }))
  assert.equal(errors.length, 7)
})

const streamOf = (...chunks) => new ReadableStream({
  start(controller) {
    for (const chunk of chunks) controller.enqueue(chunk)
    controller.close()
  },
})
const utf8 = (text) => new TextEncoder().encode(text)

test('fromReadableStream is as whatwg/html#12272 has it', async () => {
  const source = EventSource.fromReadableStream(streamOf(utf8('retry: 5000\nid: 42\ndata: 1\n\n')))
  assert.deepEqual([source.url, source.readyState, source.withCredentials, source.lastEventId], ['about:event-stream', 0, false, ''])
  assert.ok(source.reconnectionTime > 0)
  const order = []
  source.onopen = () => order.push(['open', source.readyState])
  source.onmessage = ({ data, origin, lastEventId }) => order.push([data, origin, lastEventId, source.lastEventId, source.reconnectionTime])
  const errors = await errorsOf(source)
  assert.deepEqual(order, [['open', 1], ['1', 'null', '42', '42', 5000]])
  assert.deepEqual(errors, [['The stream ended', EventSource.CLOSED]])
})

test('fromReadableStream refuses what it cannot read', async () => {
  for (const value of [undefined, null, {}, 'data: x', new Response('x')]) assert.throws(() => EventSource.fromReadableStream(value), TypeError)
  const locked = streamOf()
  locked.getReader()
  assert.throws(() => EventSource.fromReadableStream(locked), TypeError)
  const used = streamOf()
  EventSource.fromReadableStream(used)
  assert.equal(used.locked, true)

  const text = EventSource.fromReadableStream(streamOf('data: x\n\n'))
  text.onmessage = () => assert.fail('a string was read')
  assert.match((await errorsOf(text))[0][0], /must give a Uint8Array/)
  const broken = EventSource.fromReadableStream(new ReadableStream({ start: (controller) => controller.error(new Error('mine')) }))
  assert.deepEqual(await errorsOf(broken), [['mine', EventSource.CLOSED]])
})

test('reset drops an incomplete event, so that another stream can follow', async () => {
  const { readable, writable } = new TransformStream()
  const writer = writable.getWriter()
  const source = EventSource.fromReadableStream(readable)
  writer.write(utf8('id: 1\ndata: first\n\ndata: cut'))
  await next(source, 'message')
  source.reset()
  writer.write(utf8('data: second\n\n'))
  const { data, lastEventId } = await next(source, 'message')
  assert.deepEqual([data, lastEventId], ['second', '1'])
  source.close()
})

test('its members are as Web IDL has them', () => {
  assert.equal(EventSource.length, 1)
  assert.equal(EventSource.fromReadableStream.length, 1)
  assert.throws(() => new EventSource(), TypeError)
  for (const target of [EventSource, EventSource.prototype])
    for (const [value, name] of ['CONNECTING', 'OPEN', 'CLOSED'].entries())
      assert.deepEqual(Object.getOwnPropertyDescriptor(target, name), { value, writable: false, enumerable: true, configurable: false })
  for (const name of ['url', 'withCredentials', 'readyState', 'onopen', 'onmessage', 'onerror', 'close'])
    assert.ok(Object.getOwnPropertyDescriptor(EventSource.prototype, name).enumerable, name)
  assert.equal(EventSource.prototype[Symbol.toStringTag], 'EventSource')
})

test('a fetch of one\'s own may spread the headers, or take them as they are', async () => {
  const sent = []
  const answers = [answer('id: 7\ndata: x\n\n'), answer('id: 7\ndata: x\n\n'), new Response(null, { status: 204 })]
  const fetch = async (url, init) => {
    // In Node 18 a spread copies symbols of Headers as well, which a Request ignores.
    sent.push([Object.fromEntries(Object.entries({ ...init.headers, more: '1' })), Object.fromEntries(new Request(url, init).headers)])
    return answers.shift()
  }
  const headers = { 'X-Own': 'a', get: 'shadow' }
  await errorsOf(new EventSource('http://example.invalid/', { fetch, headers, reconnect: { delayMs: 0 } }))
  const own = { accept: 'text/event-stream', 'x-own': 'a' }
  assert.deepEqual(sent[0], [{ ...own, more: '1' }, { ...own, get: 'shadow' }])
  assert.deepEqual(sent[1], [{ ...own, 'last-event-id': '7', more: '1' }, { ...own, 'last-event-id': '7', get: 'shadow' }])
})

test('a buffer that grows too large closes the source', async () => {
  let n = 0
  const fetch = async () => (n++, answer(`data: ${'x'.repeat(40)}\n`))
  const [[message, readyState], ...more] = await errorsOf(new EventSource('http://example.invalid/', { fetch, maxBufferSize: 16 }))
  assert.match(message, /limit|exceed/)
  assert.deepEqual([readyState, more, n], [EventSource.CLOSED, [], 1])
})

test('a response without a body that can be read has its status in the error', async () => {
  const fetch = async () => ({ status: 200, headers: new Headers({ 'content-type': 'text/event-stream' }), body: 'x', url: 'http://example.invalid/' })
  const { status, code } = await next(new EventSource('http://example.invalid/', { fetch }), 'error')
  assert.deepEqual([status, code], [200, 200])
  assert.equal(EventSource[Symbol.for('eventsource.supports-fetch-override')], true)
})
