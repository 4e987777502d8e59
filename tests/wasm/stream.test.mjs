/* SPDX-License-Identifier: MIT */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { EventSourceParserStream as PeerStream } from 'eventsource-parser/stream'
import { bytes, cut, load, random, stream } from './weir-sse.mjs'

const { CutOffError, EventSourceParserStream, events, ParseError, ResponseError } = await load('stream')

const streamOf = (chunks) =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })

async function all(source) {
  const found = []
  for await (const item of source) found.push(item)
  return found
}

test('the transform stream gives what the peer gives', async () => {
  const next = random(31)
  const plain = ({ id, event, data }) => ({ id, event, data })
  for (let i = 0; i < 100; i++) {
    const text = stream(next, 40)
    const theirs = await all(streamOf(cut(text, next, 20)).pipeThrough(new PeerStream()))
    const ours = await all(streamOf(cut(text, next, 20)).pipeThrough(new EventSourceParserStream()))
    const fromBytes = await all(streamOf(cut(bytes(text), next, 20)).pipeThrough(new EventSourceParserStream()))
    assert.deepEqual(ours.map(plain), theirs.map(plain))
    assert.deepEqual(fromBytes, ours)
  }
})

test('terminate ends the stream with the error, and so does a limit', async () => {
  const terminated = streamOf(['data: x\n\nfoo\n\n']).pipeThrough(new EventSourceParserStream({ onError: 'terminate' }))
  await assert.rejects(all(terminated), { name: 'ParseError', type: 'unknown-field' })
  const limited = streamOf(['data: 123456\n']).pipeThrough(new EventSourceParserStream({ maxBufferSize: 5 }))
  await assert.rejects(all(limited), (error) => error instanceof ParseError && error.type === 'max-buffer-size-exceeded')
})

test('a response can be iterated over, and leaving the loop closes its connection', async () => {
  let closed
  const isClosed = new Promise((resolve) => (closed = resolve))
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.on('close', closed)
    let n = 0
    const timer = setInterval(() => response.write(`data: 第${n++}\n\n`), 2)
    response.on('close', () => clearInterval(timer))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const found = []
  for await (const event of events(await fetch(`http://127.0.0.1:${server.address().port}/`))) {
    found.push(event.data)
    if (found.length === 3) break
  }
  assert.deepEqual(found, ['第0', '第1', '第2'])
  await isClosed
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

test('async iterables of chunks can be iterated over too', async () => {
  async function* chunks() {
    yield 'data: 1\n'
    yield bytes('\ndata: 2\n\ndata: unfinished')
  }
  assert.deepEqual((await all(events(chunks()))).map((event) => event.data), ['1', '2'])
  await assert.rejects(all(events(chunks(), { maxBufferSize: 3 })), ParseError)
})

test('events says what it cannot read', async () => {
  const reading = async (source, options) => {
    const seen = []
    try {
      for await (const event of events(source, options)) seen.push(event.data)
    } catch (error) {
      seen.push(error.message)
    }
    return seen
  }
  assert.deepEqual(await reading(new Response('not here', { status: 404 })), ['The server answered with status 404'])
  for (const source of [null, undefined, 'data: x', {}])
    assert.deepEqual(await reading(source), ['events takes a Response, a ReadableStream or an async iterable'])
  assert.deepEqual(await reading(new Response(null)), [])
  const [first, ...rest] = await reading(new Response('data: 1\n\nfoo\ndata: 2\n\n'), { onError: 'terminate' })
  assert.equal(first, '1')
  assert.deepEqual(rest, ['Not a field: "foo"'])
})

const collect = async (source, options) => {
  const seen = []
  for await (const event of events(source, options)) seen.push(event.data)
  return seen
}

test('a response of another type throws, with its status, its type and the start of its body', async () => {
  for (const [body, status, type] of [
    ['{"error":{"message":"no such model"}}', 200, 'application/json'],
    ['<!DOCTYPE html><title>Sign in</title>', 200, 'text/html; charset=utf-8'],
    ['<html>', 202, 'text/html'],
    ['data: x\n\n', 200, 'text/event-streams'],
    ['data: x\n\n', 200, 'text/event-stream, application/json'],
  ]) {
    const error = await collect(new Response(body, { status, headers: { 'content-type': type, 'x-id': '1' } })).catch((error) => error)
    assert.ok(error instanceof ResponseError, type)
    const last = type.split(', ').pop()
    assert.deepEqual([error.status, error.code, error.type, error.body, error.headers.get('x-id')], [status, status, last, body.trim(), '1'])
    assert.equal(error.message, `The server answered with status ${status} and ${last} instead of text/event-stream: ${body.trim()}`)
  }
  const refused = await collect(new Response('Invalid key', { status: 401 })).catch((error) => error)
  assert.deepEqual([refused.name, refused.status, refused.body], ['ResponseError', 401, 'Invalid key'])
  const json = await collect(new Response('{"error":"no credit"}', { status: 402, headers: { 'content-type': 'application/json' } })).catch((error) => error)
  assert.equal(json.message, 'The server answered with status 402 and application/json: {"error":"no credit"}')
  const long = await collect(new Response('x'.repeat(1e6), { headers: { 'content-type': 'text/html' } })).catch((error) => error)
  assert.equal(long.body, `${'x'.repeat(300)}…`)
})

test('text/plain and no type are refused from a server, and taken from the program', async (t) => {
  const server = createServer((request, response) => {
    response.writeHead(200, request.url === '/plain' ? { 'content-type': 'text/plain' } : {})
    response.end('hello')
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const base = `http://127.0.0.1:${server.address().port}`
  await assert.rejects(collect(await fetch(`${base}/plain`)), { name: 'ResponseError', type: 'text/plain', body: 'hello' })
  await assert.rejects(collect(await fetch(base)), { name: 'ResponseError', type: '', body: 'hello' })
  assert.deepEqual(await collect(new Response('data: 1\n\n')), ['1'])
  assert.deepEqual(await collect(new Response('data: 1\n\n', { headers: { 'content-type': 'application/json, Text/Event-Stream ;charset=utf-8' } })), ['1'])
})

test('a refused response is cancelled, and one whose body stalls is not waited for long', { timeout: 20000 }, async () => {
  let cancelled
  const isCancelled = new Promise((resolve) => (cancelled = resolve))
  const body = new ReadableStream({ start: (controller) => controller.enqueue(bytes('{"error":')), cancel: cancelled })
  await assert.rejects(collect(new Response(body, { headers: { 'content-type': 'application/json' } })), { body: '{"error":' })
  await isCancelled
})

test('a response that cannot be streamed is named', async () => {
  const headers = new Headers({ 'content-type': 'text/event-stream' })
  await assert.rejects(collect({ status: 200, url: 'x', headers }), /no body that can be read as a stream/)
})

test('return ends a read that waits, of streams and of iterables', async () => {
  for (const make of [
    (cancel) => new ReadableStream({ cancel }),
    (cancel) => new Response(new ReadableStream({ cancel })),
    (cancel) => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}), return: async () => (cancel(), { done: true }) }) }),
  ]) {
    let cancelled
    const isCancelled = new Promise((resolve) => (cancelled = resolve))
    const iterator = events(make(cancelled))
    const waiting = iterator.next()
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(await iterator.return(), { value: undefined, done: true })
    assert.deepEqual(await waiting, { value: undefined, done: true })
    await isCancelled
  }
})

test('return before the first event gives the body back', async () => {
  let cancelled
  const isCancelled = new Promise((resolve) => (cancelled = resolve))
  await events(new Response(new ReadableStream({ cancel: cancelled }))).return()
  await isCancelled
})

test('a signal ends the loop with its reason, at whatever moment', async () => {
  const reason = new Error('stopped by the user')
  let cancelled
  const isCancelled = new Promise((resolve) => (cancelled = resolve))
  const stream = new ReadableStream({ start: (controller) => controller.enqueue(bytes('data: 1\n\ndata: 2\n\n')), cancel: cancelled })
  const controller = new AbortController()
  const iterator = events(stream, { signal: controller.signal })
  assert.equal((await iterator.next()).value.data, '1')
  controller.abort(reason)
  await assert.rejects(iterator.next(), (error) => error === reason)
  await isCancelled

  const other = new AbortController()
  const waiting = collect(new ReadableStream(), { signal: other.signal })
  await new Promise((resolve) => setImmediate(resolve))
  other.abort(reason)
  await assert.rejects(waiting, (error) => error === reason)
  await assert.rejects(collect(new Response('data: 1\n\n'), { signal: AbortSignal.abort() }), { name: 'AbortError' })
})

test('json parses the data, and keeps the text', async () => {
  const seen = []
  for await (const event of events(new Response('id: 1\nevent: a\ndata: {"x":[1]}\n\ndata:\n\n'), { json: true })) seen.push(event)
  assert.deepEqual(seen, [
    { id: '1', event: 'a', type: 'a', data: { x: [1] }, text: '{"x":[1]}', lastEventId: '1' },
    { id: undefined, event: undefined, type: 'message', data: undefined, text: '', lastEventId: '1' },
  ])
  const error = await collect(new Response('data: [DONE]\n\n'), { json: true }).catch((error) => error)
  assert.deepEqual([error.name, error.text], ['SyntaxError', '[DONE]'])
  assert.match(error.message, /set until to '\[DONE\]'/)
})

test('until ends the stream at its event, and a stream without it is cut off', async () => {
  let cancelled
  const isCancelled = new Promise((resolve) => (cancelled = resolve))
  const chat = 'data: {"t":"a"}\n\ndata: {"t":"b"}\n\ndata: [DONE]\n\ndata: after\n\n'
  const stream = new ReadableStream({ start: (controller) => controller.enqueue(bytes(chat)), cancel: cancelled })
  assert.deepEqual(await collect(stream, { json: true, until: '[DONE]' }), [{ t: 'a' }, { t: 'b' }])
  await isCancelled
  await assert.rejects(collect(new Response('data: {}\n\n'), { until: '[DONE]' }), (error) => error instanceof CutOffError && error.until === '[DONE]')
})
