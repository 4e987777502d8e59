/* SPDX-License-Identifier: MIT */
/* Against eventsource-parser: the same calls in the same order, except for the differences in README.md. */
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

/** The first and last characters of each length, and those next to the surrogates. */
const CHARACTERS = [...'a é\u0080\u07ff\u0800中，\ud7ff\ue000\uffff\u{10000}😀\u{10ffff}']

/** What no character begins with, is too long for one, or is cut. */
const BAD = ['80', 'c080', 'c3', 'e08080', 'e09fbf', 'eda080', 'f0808080', 'f08fbfbf', 'f4908080', 'f5', 'ff', 'e4b8', 'f09f98']

/** A value, mostly of one character, with something that is no UTF-8 in it where isBad says so. */
function value(next, isBad) {
  const usual = CHARACTERS[next(CHARACTERS.length)]
  const characters = Array.from({ length: next(40) }, () => (next(8) ? usual : CHARACTERS[next(CHARACTERS.length)]))
  const parts = characters.map((character) => Buffer.from(character))
  if (isBad) parts.splice(next(parts.length + 1), 0, Buffer.from(BAD[next(BAD.length)], 'hex'))
  return Buffer.concat(parts)
}

const DATA = ['data: ', 'data: ', 'data:']

/** Blocks of usual fields, of which one may hold what is no UTF-8. */
function blocks(next) {
  const parts = ['data: first\n\n']
  for (let n = 1 + next(8); n > 0; n--) {
    const names = [...(next(2) ? ['id: '] : []), ...(next(2) ? ['event: '] : []), ...(next(3) ? [] : [':'])]
    // Sometimes more lines than the table holds.
    const lines = next(20) ? 1 + next(3) : 60 + next(90)
    names.push(...Array.from({ length: lines }, () => DATA[next(DATA.length)]))
    const bad = next(3) ? -1 : next(names.length)
    names.forEach((name, i) => parts.push(name, value(next, i === bad), '\n'))
    parts.push('\n')
  }
  return Buffer.concat(parts.map((part) => Buffer.from(part)))
}

test('what is no UTF-8 reads as a TextDecoder reads it, wherever it stands', () => {
  const next = random(6)
  let bad = 0
  for (let i = 0; i < 4000; i++) {
    const whole = new Uint8Array(blocks(next))
    const text = new TextDecoder().decode(whole)
    const omit = next(2) ? ['onComment'] : []
    const config = { lazy: next(2) === 0 }
    const theirs = run(createPeer, [text], {}, omit)
    assert.deepEqual(run(createParser, [whole], config, omit), theirs, JSON.stringify(text))
    assert.deepEqual(run(createParser, cut(whole, next, 1 + next(200)), config, omit), theirs, JSON.stringify(text))
    if (text.includes('\ufffd')) bad++
  }
  assert.ok(bad > 1000)
})

test('what is no UTF-8 reads so behind an event that nearly fills the table', () => {
  const bad = Buffer.from([0xff])
  const whole = Buffer.concat([
    bytes(`data: 1\n\ndata: é${'a'.repeat(120000)}\n\ndata: ${'b'.repeat(20000)}`), bad, bytes('\n\n'),
  ])
  const chunks = [whole.subarray(0, 100000), whole.subarray(100000)].map((chunk) => new Uint8Array(chunk))
  assert.deepEqual(run(createParser, chunks), run(createPeer, [new TextDecoder().decode(whole)]))
})

test('maxBufferSize stops at the same character', () => {
  const next = random(4)
  let stops = 0
  for (let i = 0; i < 5000; i++) {
    // A surrogate pair is counted when it is complete, so none is cut here.
    const chunks = cut([...stream(next, 1 + next(30))], next, 1 + next(60)).map((characters) => characters.join(''))
    const config = { maxBufferSize: next(8) ? next(40) : [Infinity, 2 ** 60, null][next(3)] }
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
  // The peer also treats three characters from a wrong decoder as a byte order mark.
  assert.deepEqual(differ(['ï»¿data: x\n\n']).map((log) => log.length), [1, 2 - 1])
  // The peer turns retry into any number, even into Infinity.
  const [[[, ours]], [[, theirs]]] = differ([`retry: ${'9'.repeat(400)}\n`])
  assert.equal(theirs, Infinity)
  assert.ok(Number.isSafeInteger(ours))
  // The peer drops a line that is not a field if a chunk cuts it.
  assert.deepEqual(differ(['foo', ': bar\n']), [[['error', 'unknown-field', 'foo', 'bar', 'foo: bar']], []])
})
