/* SPDX-License-Identifier: MIT */
/* EventSource over real HTTP. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { load } from './weir-sse.mjs'

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

test('fails for good on a status or a content type that is wrong', async (t) => {
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

test('an address that is none is a SyntaxError', () => {
  assert.throws(() => new EventSource('http://['), { name: 'SyntaxError' })
})

test('a header that none can send, and a policy that is none, are said at once', () => {
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
  const source = new EventSource('http://example.invalid/', { fetch, reconnect: { delayMs: 1000, factor: 1e9, maxDelayMs: Infinity, maxAttempts: 3 } })
  await new Promise((resolve) => source.addEventListener('error', () => source.readyState === EventSource.CLOSED && resolve()))
  assert.deepEqual(waits, [1000, 2 ** 31 - 1, 2 ** 31 - 1])
})

test('handlers are called in the place where they were set first, and hold objects or null', async (t) => {
  const { url } = await serve(t, send('data: 1\n\n'))
  const source = new EventSource(url, null)
  const order = []
  source.addEventListener('message', () => order.push('before'))
  source.onmessage = () => order.push('never')
  source.addEventListener('message', () => order.push('behind'))
  source.onmessage = function () {
    order.push(this === source)
  }
  source.onopen = () => order.push('open')
  source.onopen = null
  await next(source, 'message')
  assert.deepEqual(order, ['before', true, 'behind'])
  assert.equal(source.onopen, null)
  source.onmessage = 5
  assert.equal(source.onmessage, null)
  assert.equal(String(source), '[object EventSource]')
  for (const name of ['url', 'readyState', 'withCredentials'])
    assert.throws(() => (source[name] = 1), TypeError)
  source.close()
})

test('a content type that comes twice, and a body that is none', async () => {
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
