/* SPDX-License-Identifier: MIT */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { EventSourceParserStream as PeerStream } from 'eventsource-parser/stream'
import { bytes, cut, load, random, stream } from './weir-sse.mjs'

const { EventSourceParserStream, events, ParseError } = await load('stream')

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
