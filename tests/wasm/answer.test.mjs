/* SPDX-License-Identifier: MIT */
/* weir-sse/answer: the streams of the C library's test give the same descriptions; then the JavaScript API. */
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { bytes, load } from './weir-sse.mjs'

const { AnswerReader, readAnswer } = await load('answer')
const { createParser } = await load('index')
const { ResponseError } = await load('stream')
const STREAMS = fileURLToPath(new URL('../answer/streams', import.meta.url))

/* --- An answer in the format of tests/answer/assemble.c ------------------------- */

const WORDS = { 'tool-call': 'call', 'tool-result': 'result', 'cut-off': 'cut off', 'invalid-tool-call': 'invalid tool', 'max-tokens': 'max tokens', 'content-filter': 'content filter' }
const word = (name) => WORDS[name] ?? name ?? 'none'
const line = (name, value) => (value ? `${name}: ${value}\n` : '')

function verdictLine({ state, finish, reason, missing, isRefusal, tool }) {
  const why = state === 'incomplete' ? ` (${word(finish)})` : ''
  const end = missing.length ? `: no ${missing.join(' and no ')}` : ''
  const call = tool ? `; ${tool.name || '?'} at byte ${tool.position}: ${tool.message}` : ''
  return `verdict: ${word(state)}${why}${reason === undefined ? '' : `: ${reason}`}${end}${isRefusal ? ' (refusal)' : ''}${call}\n`
}

const itemLine = ({ kind, choice, name, isServerSide, beginsParagraph, source, dataLength, text }) =>
  [
    word(kind),
    choice > 0 && ` choice=${choice}`,
    name && ` ${name}`,
    isServerSide && ' (server)',
    beginsParagraph && ' (paragraph)',
    source && ` <${source}>`,
    dataLength > 0 && ` ${dataLength} characters`,
    `: ${text}\n`,
  ]
    .filter(Boolean)
    .join('')

function usageLine({ input, output, total, ...usage }) {
  if ((input ?? output ?? total) === undefined) return ''
  const counts = { input, 'cache-read': usage.cacheRead, 'cache-write': usage.cacheWrite, output, reasoning: usage.reasoning, total }
  return `usage:${Object.entries(counts).map(([name, n]) => (n === undefined ? '' : ` ${name}=${n}`)).join('')}\n`
}

const describe = (answer) =>
  `== ${answer.api}\n` +
  verdictLine(answer.verdict) +
  line('id', answer.id) +
  line('model', answer.model) +
  line('code', answer.errorCode) +
  line('detail', answer.detail) +
  answer.items.map(itemLine).join('') +
  usageLine(answer.usage) +
  answer.unknown.map(({ name, count }) => `unknown: ${name}, ${count}\n`).join('') +
  line('not JSON', answer.invalidEvents) +
  line('the first that is not JSON', answer.invalid) +
  line('field name twice', answer.doubledEvents) +
  line('blank line missing', answer.joinedEvents) +
  (answer.pieces ? `pieces: ${answer.pieces}, ${answer.firstMs} to ${answer.lastMs} ms\n` : '')

/* --- The streams ------------------------------------------------------------------ */

const formatOf = (name) => (name.endsWith('.ndjson') ? 'lines' : name.endsWith('.bin') ? 'frames' : 'events')

/** All answers of a stream that arrives in chunks of n bytes. Event n arrives n milliseconds after the start. */
function assemble(stream, format, n) {
  let said = ''
  let time = 0
  const reader = new AnswerReader({ format, onAnswer: (answer) => (said += describe(answer)) })
  const parser = createParser({ onEvent: (event) => reader.take(event, ++time) })
  for (let at = 0; at < stream.length; at += n) {
    const chunk = stream.subarray(at, at + n)
    if (format === 'events') parser.feed(chunk)
    else reader.feed(chunk)
  }
  reader.end()
  return said
}

/** Records have no times of their own here: those of one chunk arrive at once. */
const withoutTimes = (text) => text.replace(/(pieces: \d+), .*/g, '$1')

test('every stream of the C library is assembled to the same', () => {
  const names = readdirSync(STREAMS).filter((name) => !name.endsWith('.txt'))
  assert.ok(names.length > 150)
  for (const name of names) {
    const stream = new Uint8Array(readFileSync(join(STREAMS, name)))
    const expected = readFileSync(join(STREAMS, `${name}.txt`), 'utf8')
    const format = formatOf(name)
    for (const n of [stream.length || 1, 7]) {
      const said = assemble(stream, format, n)
      if (format === 'events') assert.equal(said, expected, name)
      else assert.equal(withoutTimes(said), withoutTimes(expected), name)
    }
  }
})

/* --- The JavaScript API -------------------------------------------------------------- */

const chunk = (delta, reason = null) => ({ data: JSON.stringify({ choices: [{ index: 0, delta, finish_reason: reason }] }) })
const body = (...events) => events.map(({ data }) => `data: ${data}\n\n`).join('')
const response = (text, type = 'text/event-stream', status = 200) => new Response(text, { status, headers: { 'content-type': type } })

test('an answer grows, and is final at the end', () => {
  const reader = new AnswerReader()
  assert.equal(reader.answer, undefined)
  assert.equal(reader.text, '')
  assert.equal(reader.take({ data: '{"temperature":4}' }), false)
  assert.equal(reader.answer, undefined)
  assert.equal(reader.take(chunk({ content: 'A "low" ' })), true)
  assert.equal(reader.text, 'A "low" ')
  const first = reader.answer
  assert.equal(first.verdict.state, 'growing')
  assert.equal(reader.answer, first)
  reader.take(chunk({ content: '坝\n\u0001😀' }, 'stop'))
  assert.equal(reader.text, 'A "low" 坝\n\u0001😀')
  assert.equal(first.text, 'A "low" ')
  assert.equal(reader.answer.text, 'A "low" 坝\n\u0001😀')
  reader.take({ data: '[DONE]' })
  const last = reader.end()
  assert.deepEqual([last.verdict.state, last.verdict.finish, last.verdict.reason], ['complete', 'complete', 'stop'])
  assert.equal(reader.answer, last)
  assert.equal(reader.text, last.text)
  assert.equal(reader.end(), last)
  assert.deepEqual(structuredClone(last), last)
})

test('a reader can read another stream after the end', () => {
  const reader = new AnswerReader()
  reader.take(chunk({ content: 'one' }, 'stop'))
  assert.equal(reader.end().text, 'one')
  reader.take(chunk({ content: 'two' }))
  assert.equal(reader.text, 'two')
  assert.deepEqual(reader.end().verdict.missing, ['finish_reason', '[DONE]'])
})

test('a stream without an answer has none', () => {
  const reader = new AnswerReader()
  reader.take({ type: 'message', data: 'hello' })
  assert.equal(reader.end(), undefined)
})

test('tool calls have their arguments as text and as a value', () => {
  const call = (argumentsText, rest = {}) => chunk({ tool_calls: [{ index: 0, function: { arguments: argumentsText }, ...rest }] })
  const reader = new AnswerReader()
  reader.take(call('', { id: 'a', function: { name: 'open', arguments: '{"gate"' } }))
  assert.equal(reader.answer.toolCalls[0].input, undefined)
  reader.take(call(':1}'))
  const { toolCalls } = reader.answer
  assert.deepEqual(toolCalls, [{ id: 'a', name: 'open', arguments: '{"gate":1}', input: { gate: 1 }, choice: 0, isServerSide: false }])
})

test('many readers at once, and a long answer in many pieces', () => {
  const readers = Array.from({ length: 50 }, () => new AnswerReader())
  for (let i = 0; i < 200; i++) readers.forEach((reader, n) => reader.take(chunk({ content: `${n} ` })))
  readers.forEach((reader, n) => assert.equal(reader.end().text, `${n} `.repeat(200)))
  const long = 'water '.repeat(1 << 16)
  const reader = new AnswerReader()
  for (let i = 0; i < 8; i++) reader.take(chunk({ content: long }))
  assert.equal(reader.end().text, long.repeat(8))
})

test('an exception in onAnswer loses nothing', () => {
  const seen = []
  const reader = new AnswerReader({
    onAnswer(answer) {
      seen.push(answer.text)
      throw new Error('no')
    },
  })
  reader.take(chunk({ content: 'one' }, 'stop'))
  reader.take({ data: '[DONE]' })
  assert.throws(() => reader.take(chunk({ content: 'two' })), /^Error: no$/)
  assert.throws(() => reader.end(), /^Error: no$/)
  assert.deepEqual(seen, ['one', 'two'])
  assert.equal(reader.end().text, 'two')
})

test('readAnswer reads a response, and hands out its text', async () => {
  const pieces = []
  const stream = body(chunk({ content: 'A low' }), chunk({ content: ' dam.' }, 'stop'), { data: '[DONE]' })
  const answer = await readAnswer(response(stream), { onText: (text, piece) => pieces.push([text, piece]) })
  assert.deepEqual(pieces, [['A low', 'A low'], ['A low dam.', ' dam.']])
  assert.deepEqual([answer.text, answer.verdict.state, answer.api], ['A low dam.', 'complete', 'OpenAI Chat Completions'])
})

test('readAnswer passes no piece where the text does not continue', async () => {
  const pieces = []
  const stream = body(chunk({ content: 'one' }, 'stop'), { data: '[DONE]' }, chunk({ content: 'one 坝' }), chunk({ content: '😀' }, 'stop'))
  await readAnswer(response(stream), { onText: (text, piece) => pieces.push([text, piece]) })
  assert.deepEqual(pieces, [['one', 'one'], ['one 坝', undefined], ['one 坝😀', '😀']])
})

test('readAnswer reads NDJSON and Amazon\'s frames by their type', async () => {
  for (const [name, type] of [['ollama-chat.ndjson', 'application/x-ndjson'], ['bedrock-tools.bin', 'application/vnd.amazon.eventstream']]) {
    const answer = await readAnswer(response(readFileSync(join(STREAMS, name)), type))
    assert.equal(withoutTimes(describe(answer)), withoutTimes(readFileSync(join(STREAMS, `${name}.txt`), 'utf8')))
  }
})

test('readAnswer reads JSON text sequences', async () => {
  const sequence = [chunk({ content: 'A low' }), chunk({ content: ' dam.' }, 'stop')].map(({ data }) => `\u001e${data}\n`).join('')
  const answer = await readAnswer(response(sequence, 'application/json-seq'))
  assert.equal(answer.text, 'A low dam.')
})

test('readAnswer throws where there is no stream, and no answer', async () => {
  await assert.rejects(readAnswer(response('{"error":"no"}', 'application/json', 429)), ResponseError)
  await assert.rejects(readAnswer(response('{"error":"no"}', 'application/x-ndjson', 429)), ResponseError)
  await assert.rejects(readAnswer(response('data: hello\n\n')), /without the answer of a language model/)
})

test('readAnswer ends with its signal', async () => {
  for (const type of ['text/event-stream', 'application/x-ndjson']) {
    const controller = new AbortController()
    let isCancelled = false
    const stream = new ReadableStream({
      start: (source) => source.enqueue(bytes('\n')),
      cancel: () => void (isCancelled = true),
    })
    const reading = readAnswer(response(stream, type), { signal: controller.signal })
    await new Promise(setImmediate)
    controller.abort()
    await assert.rejects(reading, { name: 'AbortError' })
    assert.ok(isCancelled)
  }
})

test('a format that does not exist, and bytes for a reader of events', () => {
  assert.throws(() => new AnswerReader({ format: 'xml' }), /'events', 'lines', 'frames' or 'sequence'/)
  assert.throws(() => new AnswerReader().feed(bytes('{}')), TypeError)
  const damaged = new Uint8Array(readFileSync(join(STREAMS, 'bedrock-tools.bin')))
  damaged[20] ^= 1
  assert.throws(() => new AnswerReader({ format: 'frames' }).feed(damaged), /damaged/)
})
