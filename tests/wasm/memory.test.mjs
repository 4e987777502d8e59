/* SPDX-License-Identifier: MIT */
/* The memory of parsers is freed. Run with --expose-gc. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import v8 from 'node:v8'
import vm from 'node:vm'
import { bytes, load } from './weir-sse.mjs'

v8.setFlagsFromString('--expose-gc')
const gc = vm.runInNewContext('gc')
const { createParser } = await load('index')

async function used() {
  for (let i = 0; i < 3; i++) {
    gc()
    await setImmediate()
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  return heapUsed + external + arrayBuffers
}

test('a million parsers, each left in the middle of an event', { timeout: 240000 }, async () => {
  let events = 0
  const onEvent = () => events++
  const chunk = bytes('id: 1\ndata: x\n\ndata: 你')
  for (let i = 0; i < 1000; i++) createParser({ onEvent }).feed(chunk)
  const before = await used()
  for (let i = 0; i < 1e6; i++) createParser({ onEvent }).feed(chunk)
  const after = await used()
  assert.equal(events, 1001000)
  assert.ok(after - before < 4e6, `${after - before} bytes more`)
})

function large() {
  const piece = new Uint8Array(1 << 20).fill(120)
  const parser = createParser({ onEvent: (event) => assert.equal(event.data.length, 12 << 20) })
  parser.feed('data: ')
  for (let n = 0; n < 12; n++) parser.feed(piece)
  createParser({}).feed('data: other\n\n')
  parser.feed('\n\n')
}

test('a large event leaves no memory behind', async () => {
  large()
  const before = await used()
  for (let i = 0; i < 8; i++) large()
  const after = await used()
  assert.ok(after - before < 4e6, `${after - before} bytes more`)
})

test('lazy events that carry ids keep none of those before them', async () => {
  let first
  const parser = createParser({ lazy: true, onEvent: (event) => (first ??= new WeakRef(event)) })
  for (let n = 0; n < 100; n++) parser.feed(bytes(`id: ${n}\ndata: x\n\n`))
  await used()
  assert.equal(first.deref(), undefined)
  assert.equal(parser.lastEventId, '99')
})
