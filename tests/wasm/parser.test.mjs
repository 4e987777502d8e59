/* SPDX-License-Identifier: MIT */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { plainTexts } from '../../wasm/src/texts.js'
import { bytes, cut, load, loadCommon, random, recorder, root, stream } from './weir-sse.mjs'

const { createParser, ParseError } = await load('index')

function eventsOf(chunks, config) {
  const events = []
  const parser = createParser({ ...config, onEvent: (event) => events.push(event) })
  for (const chunk of chunks) parser.feed(chunk)
  return events
}

test('an event carries what the peer gives, and type and lastEventId', () => {
  const [first, second] = eventsOf(['id: 7\nevent: add\ndata: a\ndata: b\n\ndata: c\n\n'])
  assert.deepEqual({ ...first }, { id: '7', event: 'add', data: 'a\nb' })
  assert.deepEqual({ ...second }, { id: undefined, event: undefined, data: 'c' })
  assert.deepEqual(first.copy(), { id: '7', event: 'add', data: 'a\nb', type: 'add', lastEventId: '7' })
  assert.deepEqual(second.copy(), { id: undefined, event: undefined, data: 'c', type: 'message', lastEventId: '7' })
})

test('bytes of any kind can be fed', () => {
  const all = bytes('data: 你好\n\n')
  const view = new DataView(all.buffer, all.byteOffset, all.byteLength)
  for (const chunk of [all, all.buffer.slice(0), view, Buffer.from(all), new Uint16Array(all.buffer.slice(0, 14))])
    assert.equal(eventsOf([chunk, '\n'])[0].data, '你好')
  assert.throws(() => createParser({}).feed(undefined), TypeError)
  assert.throws(() => createParser(() => {}), TypeError)
})

test('a chunk may be used again as soon as feed returns', () => {
  const chunk = new Uint8Array(64)
  const events = []
  for (const config of [{}, { lazy: 'copy' }]) {
    const parser = createParser({ ...config, onEvent: (event) => events.push(event) })
    for (const text of ['data: 一二三\n\n', 'data: vier\n\n']) {
      const { written } = new TextEncoder().encodeInto(text, chunk)
      parser.feed(chunk.subarray(0, written))
      chunk.fill(0)
    }
  }
  assert.deepEqual(events.map((event) => event.data), ['一二三', 'vier', '一二三', 'vier'])
})

test('lazy events say the same as eager ones, also much later', () => {
  const next = random(11)
  const plain = ({ id, event, data, type, lastEventId, begin, end }) => ({ id, event, data, type, lastEventId, begin, end })
  for (let i = 0; i < 500; i++) {
    const chunks = cut(bytes(stream(next, 60)), next, 100)
    const eager = eventsOf(chunks, { ranges: true })
    const lazy = eventsOf(chunks, { ranges: true, lazy: i % 2 ? true : 'copy' })
    eventsOf([bytes('data: something else\n\n'.repeat(50))])
    assert.deepEqual(lazy.map(plain), eager.map(plain))
  }
})

test('a batch has the events that came together', () => {
  const batches = []
  const parser = createParser({ onBatch: (events) => batches.push(events.map((event) => event.data)) })
  parser.feed('data: 1\n\ndata: 2\n\ndata: 3')
  parser.feed('\n\n')
  assert.deepEqual(batches, [['1', '2'], ['3']])
})

test('ranges are byte ranges of the stream', () => {
  const text = '\ufeffdata: é\n\n: x\nid: 1\ndata: 2\n\n'
  const all = bytes(text)
  for (const chunks of [[all], cut(all, random(1), 2)]) {
    const events = eventsOf(chunks, { ranges: true })
    assert.deepEqual(events.map(({ begin, end }) => new TextDecoder().decode(all.subarray(begin, end))), [
      'data: é\n\n', 'id: 1\ndata: 2\n\n',
    ])
  }
})

test('findings say what, and where', () => {
  const found = []
  const parser = createParser({ onFinding: (finding) => found.push(finding) })
  parser.feed('foo: 1\nData: 2\n data: 3\nretry: x\nid: a\0\n\r\n\ufeffdata: 4\n\nevent: e\n\n')
  parser.feed(new Uint8Array([...bytes('data: '), 0xff, 10, 10]))
  parser.feed('data: 5')
  parser.end()
  assert.deepEqual(found.map(({ code }) => code), [
    'unknown-field', 'field-name-case', 'field-name-space', 'invalid-retry', 'nul-in-id', 'mixed-line-ends',
    'bom-in-stream', 'no-data', 'invalid-utf8', 'unfinished-event',
  ])
  assert.deepEqual(found[1], { code: 'field-name-case', line: 'Data: 2', begin: 7, end: 15 })
})

test('the findings have the names that the core gives them', () => {
  const source = readFileSync(new URL('../../core/weir-finding.c', import.meta.url), 'utf8')
  const built = readFileSync(join(root, 'src/parser.js'), 'utf8')
  for (const [, name] of source.matchAll(/\{ "([a-z0-9-]+)",/g))
    if (name !== 'none') assert.ok(built.includes(name), name)
})

test('limits in bytes stop, or skip', () => {
  const long = `data: ${'x'.repeat(100)}\n\ndata: after\n\n`
  const log = []
  const parser = createParser({ maxLineBytes: 50, onEvent: (event) => log.push(event.data), onError: (error) => log.push(error) })
  parser.feed(long)
  assert.equal(log.length, 1)
  assert.ok(log[0] instanceof ParseError)
  assert.equal(log[0].type, 'max-buffer-size-exceeded')
  assert.throws(() => parser.feed('data: x\n\n'))
  parser.reset()
  parser.feed('data: x\n\n')
  assert.equal(log[1], 'x')

  for (const limits of [{ maxLineBytes: 50 }, { maxEventBytes: 50 }]) {
    const codes = []
    const events = eventsOf([long], { ...limits, onLimit: 'skip', onFinding: ({ code }) => codes.push(code) })
    assert.deepEqual(events.map((event) => event.data), ['after'])
    assert.deepEqual(codes, [limits.maxLineBytes ? 'line-too-long' : 'event-too-large'])
  }
})

test('of a comment or an unknown field that is too long only the line is skipped', () => {
  for (const line of [`: ${'x'.repeat(60)}`, `foo: ${'x'.repeat(60)}`, 'y'.repeat(60)]) {
    const codes = []
    const text = `data: 1\n${line}\ndata: 2\n\n`
    for (const chunks of [[text], [...text], cut(bytes(text), random(3), 9)]) {
      const events = eventsOf(chunks, { maxLineBytes: 50, onLimit: 'skip', onFinding: ({ code }) => codes.push(code) })
      assert.deepEqual(events.map((event) => event.data), ['1\n2'])
      assert.deepEqual(codes.splice(0), ['line-too-long'])
    }
  }
})

test('lastEventId: null is none', () => {
  assert.equal(createParser({ lastEventId: null }).lastEventId, '')
  assert.equal(eventsOf(['data: x\n\n'], { lastEventId: null })[0].lastEventId, '')
})

test('shared memory can be fed, and detached memory is an error', () => {
  const all = bytes('data: 你好\n\n')
  const shared = new Uint8Array(new SharedArrayBuffer(all.length))
  for (const config of [{}, { lazy: true }, { lazy: 'copy' }])
    for (const chunk of [shared, shared.buffer]) {
      shared.set(all)
      const events = eventsOf([chunk], config)
      shared.fill(0)
      assert.equal(events[0].data, '你好')
    }
  const buffer = all.buffer.slice(0)
  const views = [new Uint8Array(buffer, 2), new DataView(buffer, 2), buffer]
  structuredClone(buffer, { transfer: [buffer] })
  for (const view of views) assert.throws(() => createParser({}).feed(view), TypeError)
  createParser({}).feed(new Uint8Array(0))
})

test('a lazy event has a copy that can be spread, posted and stored', () => {
  for (const config of [{ lazy: true }, { lazy: 'copy', ranges: true }]) {
    const [event] = eventsOf([bytes('id: 7\nevent: a\ndata: x\n\n')], config)
    const expected = { id: '7', event: 'a', data: 'x', type: 'a', lastEventId: '7', ...(config.ranges && { begin: 0, end: 24 }) }
    assert.deepEqual(structuredClone(event.copy()), expected)
    assert.deepEqual({ ...event.copy() }, expected)
    assert.deepEqual(JSON.parse(JSON.stringify(event)), expected)
  }
})

test('the last event ID sticks, over blocks without data and over reset', () => {
  const parser = createParser({ lastEventId: 'start' })
  assert.equal(parser.lastEventId, 'start')
  parser.feed('id: 1\n\n')
  assert.equal(parser.lastEventId, '1')
  parser.feed('id: 2\ndata: x\n')
  assert.equal(parser.lastEventId, '1')
  parser.reset()
  assert.equal(parser.lastEventId, '1')
  parser.feed('id\ndata: x\n\n')
  assert.equal(parser.lastEventId, '')
})

test('in a callback, lastEventId is as of its event', () => {
  for (const lazy of [false, true]) {
    const seen = []
    const parser = createParser({ lazy, onEvent: () => seen.push(parser.lastEventId) })
    parser.feed('id: 1\ndata\n\ndata\n\nid: 2\ndata\n\n')
    assert.deepEqual(seen, ['1', '1', '2'])
  }
})

test('end drops the unfinished event, or hands it out', () => {
  for (const [flush, expected] of [[false, []], [true, ['x']]]) {
    const events = []
    const parser = createParser({ onEvent: (event) => events.push(event.data) })
    parser.feed('data: x')
    parser.end({ flush })
    assert.deepEqual(events, expected)
    parser.feed('data: y\n\n')
    assert.deepEqual(events, [...expected, 'y'])
  }
})

test('what a callback feeds comes behind what is being read', () => {
  const events = []
  const parser = createParser({
    onEvent(event) {
      events.push(event.data)
      if (event.data === '1') parser.feed('data: 3\n\n')
    },
  })
  parser.feed('data: 1\n\ndata: 2\n\n')
  assert.deepEqual(events, ['1', '2', '3'])
})

test('an exception in a callback reaches the caller, and loses nothing', () => {
  for (const lazy of [false, true]) {
    const events = []
    const parser = createParser({
      lazy,
      onEvent(event) {
        events.push(event.data)
        if (event.data === '1') throw new Error('from the callback')
      },
    })
    assert.throws(() => parser.feed(bytes('data: 1\n\ndata: 2\n\ndata: 3')), /from the callback/)
    eventsOf([bytes('data: others\n\n')])
    parser.feed('\n\n')
    assert.deepEqual(events, ['1', '2', '3'])
  }
})

test('a handler that throws costs no other event, and the buffer may be used again', () => {
  for (const config of [{}, { lazy: true }, { lazy: 'copy' }]) {
    const events = []
    const parser = createParser({
      ...config,
      onEvent(event) {
        events.push(event.data)
        throw new Error(`at ${event.data}`)
      },
    })
    const buffer = new Uint8Array(64)
    for (let n = 1; n < 9; n += 2) {
      const { written } = new TextEncoder().encodeInto(`data: ${n}\n\ndata: ${n + 1}\n\n`, buffer)
      assert.throws(() => parser.feed(buffer.subarray(0, written)), { message: `at ${n}` })
      assert.equal(events.length, n + 1)
    }
    assert.deepEqual(events, ['1', '2', '3', '4', '5', '6', '7', '8'])
  }
})

test('an exception in onBatch does not keep what came later', () => {
  const batches = []
  const parser = createParser({
    onBatch(events) {
      batches.push(events.map((event) => event.data))
      throw new Error('mine')
    },
  })
  for (const data of ['1', '2']) assert.throws(() => parser.feed(`data: ${data}\n\n`), /mine/)
  assert.deepEqual(batches, [['1'], ['2']])
})

test('reset in a callback drops the rest', () => {
  const events = []
  const parser = createParser({
    onEvent(event) {
      events.push(event.data)
      if (event.data === '1') parser.reset()
    },
  })
  parser.feed('data: 1\n\ndata: 2\n\ndata: 3')
  parser.feed('\n\ndata: 4\n\n')
  assert.deepEqual(events, ['1', '4'])
})

test('parsers do not disturb each other, not even from inside a callback', () => {
  const next = random(21)
  const texts = Array.from({ length: 20 }, () => stream(next, 200))
  const alone = texts.map((text) => {
    const { log, ...callbacks } = recorder()
    createParser(callbacks).feed(text)
    return log
  })
  const runs = texts.map((text) => {
    const { log, ...callbacks } = recorder()
    return { log, parser: createParser(callbacks), chunks: cut(bytes(text), next, 60) }
  })
  for (let busy = true; busy; ) {
    busy = false
    for (const { parser, chunks } of runs)
      if (chunks.length) {
        busy = true
        parser.feed(chunks.shift())
      }
  }
  runs.forEach(({ log }, i) => assert.deepEqual(log, alone[i]))

  const inner = []
  const outer = []
  const other = createParser({ onEvent: (event) => inner.push(event.data) })
  const parser = createParser({
    onEvent(event) {
      other.feed(`data: ${event.data}\n`)
      other.feed('\n')
      outer.push(event.data)
    },
  })
  const data = Array.from({ length: 3000 }, (_, i) => `n${i}`)
  parser.feed(data.map((text) => `data: ${text}\n\n`).join(''))
  assert.deepEqual(outer, data)
  assert.deepEqual(inner, data)
})

test('chunks and values of any size', () => {
  for (const length of [1, 65000, 65536, 200000, 3000000])
    for (const unit of ['x', '你', '😀']) {
      const data = unit.repeat(length / unit.length)
      const all = bytes(`event: ${data.slice(0, 40000)}\ndata: ${data}\ndata: ${data}\n\n`)
      for (const lazy of [false, true])
        for (const size of [all.length, 40000]) {
          const chunks = []
          for (let at = 0; at < all.length; at += size) chunks.push(all.subarray(at, at + size))
          const [event] = eventsOf(chunks, { lazy })
          assert.ok(event.data === `${data}\n${data}`, `${length} ${unit} ${lazy} ${size}`)
          assert.ok(event.type === (data.slice(0, 40000) || 'message'))
        }
    }
})

test('a large event stays what it is, whatever has come behind it', () => {
  const large = { 'characters of three bytes': '你'.repeat(50000), ASCII: 'y'.repeat(150000), both: 'é'.repeat(30000) + 'y'.repeat(70000) }
  const behind = ['data: ' + 'x'.repeat(40000), 'data: ' + 'x'.repeat(5000), 'id: ' + 'x'.repeat(30000), `data: ${'x'.repeat(90000)}\n\n`]
  for (const [name, data] of Object.entries(large))
    for (const rest of behind)
      for (const lines of [`data: ${data}`, `data: ${data}\ndata: é`, `id: ${data.slice(0, 20000)}\ndata: ${data}`])
        for (const options of [{}, { lazy: true }, { lazy: 'copy' }, { ranges: true }]) {
          const text = `${lines}\n\n`.repeat(2) + rest
          for (const chunks of [[bytes(text)], [text], [bytes(lines), bytes(`\n\n${lines}`), bytes(`\n\n${rest}`)]]) {
            const all = eventsOf(chunks, options).slice(0, 2)
            for (const event of all) assert.ok(event.data === data + (lines.endsWith('é') ? '\né' : ''), `${name} ${JSON.stringify(options)}`)
            assert.equal(all.length, 2)
          }
        }
})

test('more events in a chunk than the table has rows', () => {
  const text = 'id: 1\n:\ndata\n\n'.repeat(30000)
  const { log, ...callbacks } = recorder()
  createParser(callbacks).feed(text)
  assert.equal(log.length, 90000)
  assert.equal(eventsOf([bytes(text)], { lazy: true })[29999].lastEventId, '1')
})

test('every split of UTF-8, and what is not UTF-8', () => {
  const all = bytes('data: aé你😀z\n\n')
  for (let at = 0; at <= all.length; at++)
    assert.equal(eventsOf([all.subarray(0, at), all.subarray(at)])[0].data, 'aé你😀z')
  const bad = new Uint8Array([...bytes('data: '), 0xe4, 0xbd, 0x61, 0xff, 0xf0, 0x9f, 0x98, 10, 10])
  for (let at = 0; at <= bad.length; at++)
    assert.equal(eventsOf([bad.subarray(0, at), bad.subarray(at)])[0].data, '\ufffda\ufffd\ufffd')
})

test('strings cut between the halves of a surrogate pair', () => {
  const text = 'data: 😀\n\n'
  for (let at = 0; at <= text.length; at++) assert.equal(eventsOf([text.slice(0, at), text.slice(at)])[0].data, '😀')
})

test('a host without SIMD gets the other module, and the same events', () => {
  const script = `
    const sizes = []
    const { Module } = WebAssembly
    WebAssembly.validate = () => false
    WebAssembly.Module = class extends Module {
      constructor(source) {
        super(source)
        sizes.push(source.byteLength)
      }
    }
    const { createParser } = await import(${JSON.stringify(pathToFileURL(join(root, 'dist/index.js')).href)})
    createParser({ onEvent: ({ data }) => console.log(JSON.stringify([data, sizes])) }).feed('data: 你好\\n\\n')
  `
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  assert.deepEqual(JSON.parse(said), ['你好', [readFileSync(join(root, 'dist/weir-sse-scalar.wasm')).length]])
})

test('strings become bytes without a TextEncoder as with one', () => {
  const { encode } = plainTexts()
  for (const text of ['data: x', 'é', '会议', '😀!', 'a\ud83d', '\ude00b', '\u0000\u007f\u0080\u07ff\u0800\uffff\u{10000}\u{10ffff}'])
    for (let length = 0; length < 24; length++) {
      const [ours, theirs] = [new Uint8Array(length), new Uint8Array(length)]
      const read = encode(text, ours)
      assert.deepEqual(read, new TextEncoder().encodeInto(text, theirs))
      assert.deepEqual(ours, theirs, `${text} in ${length}`)
    }
})

test('what is no option is said', () => {
  for (const config of [undefined, () => {}, { onLimit: 'stp' }, { maxLineBytes: -1 }, { maxEventBytes: 'x' }, { maxIdBytes: NaN }])
    assert.throws(() => createParser(config), TypeError)
})

test('half a surrogate pair, whose other half does not come, is U+FFFD', () => {
  const enough = eventsOf(['data: x\ud83d', bytes('y\n\n')])
  assert.equal(enough[0].data, 'x\ufffdy')
  const events = []
  const parser = createParser({ onEvent: (event) => events.push(event.data) })
  parser.feed('data: x\ud83d')
  parser.end({ flush: true })
  parser.feed('data: y\n\n')
  assert.deepEqual(events, ['x\ufffd', 'y'])
})

test('an exception at the end of a stream leaves the parser ready for the next one', () => {
  const events = []
  const parser = createParser({
    onEvent(event) {
      events.push(event.data)
      if (event.data === 'x') throw new Error('mine')
    },
  })
  parser.feed('data: x')
  assert.throws(() => parser.end({ flush: true }), /mine/)
  parser.feed('data: y\n\n')
  assert.deepEqual(events, ['x', 'y'])
})

test('an exception in onId or onFinding loses neither the event nor the error', () => {
  const log = []
  const parser = createParser({
    ranges: true,
    onId(id) {
      log.push(`id ${id}`)
      if (id === '2') throw new Error('mine')
    },
    onEvent: (event) => log.push(event.data),
    onFinding(finding) {
      log.push(finding.code)
      throw new Error('mine')
    },
    onError: (error) => log.push(error.type),
  })
  assert.throws(() => parser.feed('id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: c\n\n'), /mine/)
  parser.feed('')
  assert.deepEqual(log, ['id 1', 'a', 'id 2', 'b', 'id 3', 'c'])
  assert.throws(() => parser.feed('retry: soon\n'), /mine/)
  assert.deepEqual(log.slice(6), ['invalid-retry', 'invalid-retry'])
})

test('an exception before a limit was passed does not lift the limit', () => {
  for (const [limits, last] of [[{ maxBufferSize: 8 }, '1234567890'], [{ maxLineBytes: 20 }, '1234567890'.repeat(5)]]) {
    const log = []
    const parser = createParser({
      ...limits,
      onEvent(event) {
        log.push(event.data)
        if (event.data === 'a') throw new Error('mine')
      },
      onError: (error) => log.push(error.type),
    })
    assert.throws(() => parser.feed(`data: a\n\ndata: ${last}`), /mine/)
    assert.deepEqual(log, ['a', 'max-buffer-size-exceeded'])
    assert.throws(() => parser.feed('\n'), /stopped at a limit/)
  }
})

test('require() gives the same', () => {
  const common = loadCommon('index')
  const events = []
  common.createParser({ onEvent: (event) => events.push(event.data) }).feed('data: x\n\n')
  assert.deepEqual(events, ['x'])
})
