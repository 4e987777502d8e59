/* SPDX-License-Identifier: MIT */
/*
 * The documented behaviour of eventsource-parser and npm's eventsource, tested with them and with weir-sse. Their
 * packages contain no tests.
 */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { createParser as theirCreateParser, ParseError as TheirParseError } from '../node_modules/eventsource-parser/dist/index.js'
import { EventSourceParserStream as TheirStream } from '../node_modules/eventsource-parser/dist/stream.js'
import { EventSource as TheirEventSource } from '../node_modules/eventsource/dist/index.js'
import { load } from './weir-sse.mjs'

const ours = { ...(await load('index')), ...(await load('stream')), ...(await load('eventsource')) }
const theirs = { createParser: theirCreateParser, ParseError: TheirParseError, EventSourceParserStream: TheirStream, EventSource: TheirEventSource }

/** The same test of both. */
function both(title, check) {
  for (const [name, api] of [['the peer', theirs], ['weir-sse', ours]]) test(`${title}: ${name}`, (t) => check(api, t))
}

/** Own members that are set, as `toEqual` of the usual assertion libraries compares them. */
const plain = (event) => JSON.parse(JSON.stringify(event))

/* --- eventsource-parser ----------------------------------------------------------- */

function record(createParser, options = {}) {
  const log = []
  const parser = createParser({
    onEvent: (event) => log.push(plain(event)),
    onId: (id) => log.push(['id', id]),
    onRetry: (ms) => log.push(['retry', ms]),
    onComment: (comment) => log.push(['comment', comment]),
    onError: ({ type, field, value, line }) => log.push([type, field, value, line]),
    ...options,
  })
  return { log, parser }
}

both('an event has data, and id and event where the stream names them', ({ createParser }) => {
  const { log, parser } = record(createParser, { onId: undefined })
  parser.feed('id: 1\nevent: time\ndata: now\n\ndata: later\ndata: on\n\n')
  assert.deepEqual(log, [{ id: '1', event: 'time', data: 'now' }, { data: 'later\non' }])
})

both('onId is called once for a block, before its event, also without data; an empty id is an empty string', ({ createParser }) => {
  const { log, parser } = record(createParser)
  parser.feed('id: 1\nid: 2\ndata: x\n\nid: 3\n\nid\n\nid: a\0b\n\n')
  assert.deepEqual(log, [['id', '2'], { id: '2', data: 'x' }, ['id', '3'], ['id', '']])
})

both('onRetry is called with numbers, onError with what is none', ({ createParser }) => {
  const { log, parser } = record(createParser)
  parser.feed('retry: 1000\nretry: soon\n')
  assert.deepEqual(log, [['retry', 1000], ['invalid-retry', undefined, 'soon', 'retry: soon']])
})

both('a line that is no field is an error with its field, value and line', ({ createParser, ParseError }) => {
  const { log, parser } = record(createParser)
  parser.feed('foo: bar\n')
  assert.deepEqual(log, [['unknown-field', 'foo', 'bar', 'foo: bar']])
  let error
  createParser({ onError: (value) => (error = value) }).feed('foo: bar\n')
  assert.ok(error instanceof ParseError && error instanceof Error)
  assert.equal(error.name, 'ParseError')
})

both('comments are handed out without one leading space', ({ createParser }) => {
  const { log, parser } = record(createParser)
  parser.feed(': one\n:two\n:\n')
  assert.deepEqual(log, [['comment', 'one'], ['comment', 'two'], ['comment', '']])
})

both('reset forgets what is unfinished; with consume it is parsed', ({ createParser }) => {
  const { log, parser } = record(createParser)
  parser.feed('data: lost')
  parser.reset()
  parser.feed('retry: 5')
  parser.reset({ consume: true })
  parser.feed('data: x\n\n')
  assert.deepEqual(log, [['retry', 5], { data: 'x' }])
})

both('maxBufferSize stops the parser until reset', ({ createParser }) => {
  const { log, parser } = record(createParser, { maxBufferSize: 10 })
  parser.feed('data: 0123456789')
  assert.deepEqual(log.map(([type]) => type), ['max-buffer-size-exceeded'])
  assert.throws(() => parser.feed('data: x\n\n'))
  parser.reset()
  parser.feed('data: x\n\n')
  assert.deepEqual(log[1], { data: 'x' })
})

both('createParser takes an object, and no function', ({ createParser }) => {
  assert.throws(() => createParser(() => {}), TypeError)
})

async function readAll(EventSourceParserStream, text, options) {
  const events = []
  const stream = new Response(text).body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream(options))
  for await (const event of stream) events.push(plain(event))
  return events
}

both('a stream gives events, and its callbacks the rest', async ({ EventSourceParserStream }) => {
  const seen = []
  const note = (value) => seen.push(value)
  const events = await readAll(EventSourceParserStream, ': c\nretry: 7\nid: 1\ndata: x\n\n', { onComment: note, onRetry: note, onId: note })
  assert.deepEqual(events, [{ id: '1', data: 'x' }])
  assert.deepEqual(seen, ['c', 7, '1'])
})

both("a stream ends with an error where onError is 'terminate', and always at maxBufferSize", async ({ EventSourceParserStream }) => {
  const type = (expected) => (error) => error.type === expected
  await assert.rejects(readAll(EventSourceParserStream, 'foo\n\n', { onError: 'terminate' }), type('unknown-field'))
  assert.deepEqual(await readAll(EventSourceParserStream, 'foo\ndata: x\n\n', { onError() {} }), [{ data: 'x' }])
  await assert.rejects(readAll(EventSourceParserStream, 'data: 0123456789', { maxBufferSize: 5, onError() {} }), type('max-buffer-size-exceeded'))
})

/* --- eventsource -------------------------------------------------------------------- */

let server, base, seen

before(async () => {
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://x')
    seen.push({ pathname, headers: request.headers })
    if (pathname === '/status') return response.writeHead(Number(searchParams.get('n'))).end()
    if (pathname === '/redirect') return response.writeHead(307, { location: '/events' }).end()
    response.writeHead(200, { 'content-type': pathname === '/type' ? 'text/html' : 'text/event-stream' })
    const isAgain = request.headers['last-event-id'] !== undefined
    const again = `event: notice\nid: 8\ndata: ${request.headers['last-event-id']}\n\n`
    response.end(isAgain ? again : 'retry: 100\nid: 7\ndata: first\n\n')
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${server.address().port}`
})

after(() => {
  server.closeAllConnections()
  server.close()
})

const next = (source, type) => new Promise((resolve) => source.addEventListener(type, resolve, { once: true }))

/** A source that is closed after the test. */
function open(EventSource, t, path, options) {
  seen = []
  const source = new EventSource(base + path, options)
  t.after(() => source.close())
  return source
}

both('states, constants and members are the standard\'s', async ({ EventSource }, t) => {
  const source = open(EventSource, t, '/events')
  assert.deepEqual([EventSource.CONNECTING, EventSource.OPEN, EventSource.CLOSED], [0, 1, 2])
  assert.deepEqual([source.CONNECTING, source.OPEN, source.CLOSED], [0, 1, 2])
  assert.deepEqual([source.readyState, source.url, source.withCredentials], [0, `${base}/events`, false])
  assert.deepEqual([source.onopen, source.onmessage, source.onerror], [null, null, null])
  await next(source, 'open')
  assert.equal(source.readyState, 1)
  source.close()
  assert.equal(source.readyState, 2)
})

both('it reconnects with the last event ID, after the time that the stream sets', async ({ EventSource }, t) => {
  const source = open(EventSource, t, '/events')
  const message = await next(source, 'message')
  assert.deepEqual([message.type, message.data, message.lastEventId, message.origin], ['message', 'first', '7', base])
  const notice = await next(source, 'notice')
  assert.deepEqual([notice.type, notice.data, notice.lastEventId], ['notice', '7', '8'])
  assert.equal(seen[0].headers.accept, 'text/event-stream')
})

both('an error has a message and a code, and a refusal closes the source', async ({ EventSource }, t) => {
  for (const [path, code] of [['/status?n=401', 401], ['/status?n=500', 500], ['/status?n=204', 204], ['/type', 200]]) {
    const source = open(EventSource, t, path)
    const error = await next(source, 'error')
    assert.deepEqual([typeof error.message, error.code, source.readyState], ['string', code, 2], path)
  }
})

both('redirects are followed, and the origin is that of the answer', async ({ EventSource }, t) => {
  const message = await next(open(EventSource, t, '/redirect'), 'message')
  assert.deepEqual([message.data, message.origin], ['first', base])
})

both('fetch can be given, and sets headers', async ({ EventSource }, t) => {
  const source = open(EventSource, t, '/events', {
    fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, authorization: 'Bearer myToken' } }),
  })
  await next(source, 'message')
  assert.deepEqual([seen[0].headers.authorization, seen[0].headers.accept], ['Bearer myToken', 'text/event-stream'])
})

both('withCredentials is kept', ({ EventSource }, t) => {
  assert.equal(open(EventSource, t, '/events', { withCredentials: true }).withCredentials, true)
})

both('an address that is none is a SyntaxError', ({ EventSource }) => {
  assert.throws(() => new EventSource('http://a b/'), { name: 'SyntaxError' })
})
