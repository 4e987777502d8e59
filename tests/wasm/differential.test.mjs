/* SPDX-License-Identifier: MIT */
/* Against eventsource-parser itself: the same calls in the same order, but for what README.md lists. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createParser as createPeer } from 'eventsource-parser'
import { bytes, cut, load, random, recorder, stream } from './weir-sse.mjs'

const { createParser } = await load('index')

function run(create, chunks, config, omit = []) {
  const { log, ...callbacks } = recorder()
  for (const name of omit) delete callbacks[name]
  const parser = create({ ...callbacks, ...config })
  for (const chunk of chunks) {
    try {
      parser.feed(chunk)
    } catch (error) {
      log.push(['throws', error.name])
    }
  }
  return log
}

/** Lines that are no field, and that the peer forgets where a chunk cuts them. */
const isUnknown = ([what, type]) => what === 'error' && type === 'unknown-field'
const known = (log) => log.filter((entry) => !isUnknown(entry))

test('whole streams: every callback, in order', () => {
  const next = random(1)
  for (let i = 0; i < 3000; i++) {
    const text = stream(next, 1 + next(40))
    assert.deepEqual(run(createParser, [text]), run(createPeer, [text]), JSON.stringify(text))
  }
})

test('cut anywhere: every callback but for lines that are no field', () => {
  const next = random(2)
  for (let i = 0; i < 3000; i++) {
    const text = stream(next, 1 + next(40))
    const chunks = cut(text, next, 1 + next(30))
    assert.deepEqual(known(run(createParser, chunks)), known(run(createPeer, chunks)), JSON.stringify(chunks))
  }
})

test('where it is cut makes no difference to weir-sse', () => {
  const next = random(3)
  for (let i = 0; i < 2000; i++) {
    const text = stream(next, 1 + next(40))
    const whole = run(createParser, [text])
    assert.deepEqual(run(createParser, cut(text, next, 9)), whole, JSON.stringify(text))
    assert.deepEqual(run(createParser, cut(bytes(text), next, 9)), whole, JSON.stringify(text))
  }
})

test('maxBufferSize stops at the same character', () => {
  const next = random(4)
  let stops = 0
  for (let i = 0; i < 5000; i++) {
    // A surrogate pair that two strings share counts when it is whole, so it is not cut here.
    const chunks = cut([...stream(next, 1 + next(30))], next, 1 + next(60)).map((characters) => characters.join(''))
    const config = { maxBufferSize: next(40) }
    const omit = next(2) ? ['onComment'] : []
    const ours = run(createParser, chunks, config, omit)
    const theirs = run(createPeer, chunks, config, omit)
    assert.deepEqual(known(ours), known(theirs), JSON.stringify({ chunks, config, omit }))
    if (theirs.some(([what]) => what === 'throws')) stops++
  }
  assert.ok(stops > 300)
})

test('reset, with and without consume', () => {
  const next = random(5)
  for (let i = 0; i < 3000; i++) {
    const parts = [stream(next, 1 + next(6)), stream(next, 1 + next(6))]
    const consume = next(2) === 0
    const logs = [createParser, createPeer].map((create) => {
      const { log, ...callbacks } = recorder()
      const parser = create(callbacks)
      parser.feed(parts[0])
      parser.reset({ consume })
      parser.feed(parts[1])
      return known(log)
    })
    assert.deepEqual(logs[0], logs[1], JSON.stringify({ parts, consume }))
  }
})

test('the differences that README.md lists are there, and no others are needed', () => {
  const differ = (chunks) => [run(createParser, chunks), run(createPeer, chunks)]
  // The peer takes three characters for a byte order mark that a wrong decoder left.
  assert.deepEqual(differ(['ï»¿data: x\n\n']).map((log) => log.length), [1, 2 - 1])
  // The peer turns retry into any number, even into Infinity.
  const [[[, ours]], [[, theirs]]] = differ([`retry: ${'9'.repeat(400)}\n`])
  assert.equal(theirs, Infinity)
  assert.ok(Number.isSafeInteger(ours))
  // The peer forgets a line that is no field, if a chunk cuts it.
  assert.deepEqual(differ(['foo', ': bar\n']), [[['error', 'unknown-field', 'foo', 'bar', 'foo: bar']], []])
})
