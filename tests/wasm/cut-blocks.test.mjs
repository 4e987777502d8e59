/* SPDX-License-Identifier: MIT */
/* Blocks that the end of a chunk cuts wait for the next chunk, without a visible difference. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytes, cut, load, random } from './weir-sse.mjs'

const { createParser } = await load('index')

const VALUES = ['x', '', 'déjà vu', '你好，世界😀', 'long '.repeat(60), '一二三'.repeat(200), '{"choices":[{"delta":{"content":" a"}}]}']

/** A typical stream, which the fast path takes completely. */
function usual(next, blocks, end) {
  let text = ''
  for (let i = 0; i < blocks; i++) {
    const lines = []
    if (next(3) === 0) lines.push(`event: ${['a', 'update', '通知', 'e'.repeat(40)][next(4)]}`)
    if (next(3) === 0) lines.push(`id: ${VALUES[next(4)]}${i}`)
    if (next(12) === 0) lines.push(`: ${VALUES[next(4)]}`)
    if (next(20) === 0) lines.push(`retry: ${i}`)
    for (let n = next(8) === 0 ? 3 : 1; n > 0; n--) lines.push(`data: ${VALUES[next(VALUES.length)]}`)
    text += lines.map((line) => line + end).join('') + end
  }
  return text
}

/** A parser, and what it says; lazy events are read when the log is. */
function recording(config) {
  const entries = []
  const parser = createParser({
    onEvent: (event) => entries.push(event),
    onComment: (comment) => entries.push(['comment', comment]),
    onRetry: (retry) => entries.push(['retry', retry]),
    ...config,
  })
  const plain = ({ id, event, data, type, lastEventId, begin, end }) => ({ id, event, data, type, lastEventId, begin, end })
  return { parser, log: () => entries.map((entry) => (Array.isArray(entry) ? entry : plain(entry))) }
}

const CONFIGS = [{}, { lazy: true }, { lazy: 'copy' }, { ranges: true }, { ranges: true, lazy: true }, { onComment: undefined, onRetry: undefined }]

test('chunks of any size give what one chunk gives, to parsers that take turns', () => {
  const next = random(21)
  for (let i = 0; i < 100; i++) {
    const text = usual(next, 1 + next(60), next(3) === 0 ? '\r\n' : '\n')
    const longest = [5, 60, 700, 3000, 9000][next(5)]
    const lanes = CONFIGS.flatMap((config) => {
      const whole = recording({ ...config, lazy: false })
      whole.parser.feed(bytes(text))
      // Strings are cut at other offsets than bytes.
      return [bytes(text), ...(config.lazy ? [] : [[...text]])].map((input) => ({
        ...recording(config),
        chunks: cut(input, next, longest).map((chunk) => (Array.isArray(chunk) ? chunk.join('') : chunk)),
        expected: whole.log(),
      }))
    })
    for (let turn = 0; lanes.some(({ chunks }) => turn < chunks.length); turn++)
      for (const { parser, chunks } of lanes) if (turn < chunks.length) parser.feed(chunks[turn])
    for (const { log, expected } of lanes) assert.deepEqual(log(), expected)
  }
})

test('what has something to give before its blank line gives it at once', () => {
  const log = []
  const parser = createParser({
    onEvent: ({ data }) => log.push(data),
    onComment: (comment) => log.push(comment),
    onRetry: (retry) => log.push(retry),
    onError: ({ line }) => log.push(line),
  })
  for (const [line, given] of [[': c', 'c'], ['retry: 5', 5], ['foo: x', 'foo: x']]) {
    parser.feed('data: a long one, so that there is room\n\n')
    parser.feed(`data: cut\n${line}\ndata: on`)
    assert.deepEqual(log.splice(0), ['a long one, so that there is room', given])
    parser.feed('\n\n')
    assert.deepEqual(log.splice(0), ['cut\non'])
  }
  const found = []
  const { parser: other } = recording({ onFinding: ({ code }) => found.push(code) })
  other.feed(bytes('data: a long one, so that there is room\n\n'))
  other.feed(Uint8Array.of(...bytes('data: '), 0xff, ...bytes(`${'x'.repeat(100)}\ndata: on`)))
  assert.deepEqual(found, ['invalid-utf8'])
})

test('the end takes what waits: dropped and told of, or with flush handed out', () => {
  for (const flush of [false, true]) {
    const { parser, log } = recording({ onFinding: ({ code, begin, end }) => found.push([code, begin, end]) })
    const found = []
    parser.feed('data: first of all\n\n')
    parser.feed('id: 7\ndata: 你')
    parser.end({ flush })
    assert.deepEqual(log().map(({ data }) => data), flush ? ['first of all', '你'] : ['first of all'])
    assert.deepEqual(found, [['unfinished-event', 20, 35]])
    parser.feed('data: next\n\n')
    assert.equal(log().at(-1).data, 'next')
  }
})

test('reset forgets what waits', () => {
  const { parser, log } = recording()
  parser.feed('data: first of all\n\n')
  parser.feed('data: forgotten\n')
  parser.reset()
  parser.feed('data: next\n\n')
  assert.deepEqual(log().map(({ data }) => data), ['first of all', 'next'])
})

test('an id that two chunks share is not longer than the limit', () => {
  const errors = []
  const { parser, log } = recording({ onFinding: ({ code }) => errors.push(code) })
  for (const length of [65536, 65537]) {
    parser.feed(bytes(`data: ${'x'.repeat(4000)}\n\nid: ${'i'.repeat(3000)}`))
    parser.feed(bytes(`${'i'.repeat(length - 3000)}\ndata: ${length}\n\n`))
  }
  assert.deepEqual(log().map(({ id, data }) => [id?.length, data.slice(0, 5)]), [[undefined, 'xxxxx'], [65536, '65536'], [undefined, 'xxxxx'], [undefined, '65537']])
  assert.deepEqual(errors, ['id-too-long'])
})
