/* SPDX-License-Identifier: MIT */
import { Batch, HAS_ID } from './batch.js'
import { Guest, PIECE } from './engine.js'
import { LazyEvent } from './lazy-event.js'
import { ParseError } from './parse-error.js'

/* Kinds of items, what may be wanted, and what calls say: weir-sse.c and weir-parser.h have the same. */
const EVENT = 1
const COMMENT = 2
const RETRY = 3
const FINDING = 4
const RANGES = 1 << 5
const RAW = 1 << 6
const ITEM = 0
const LIMIT = 2
const NO_MEMORY = 3

const LF = 10
const CR = 13

/** The findings, in the order of their codes from 1. */
const FINDINGS =
  ' unknown-field field-name-case field-name-space invalid-retry nul-in-id bom-in-stream invalid-utf8 mixed-line-ends no-data unfinished-event line-too-long event-too-large id-too-long'.split(
    ' ',
  )

/** A bit for each finding that is an error: a field that is none, a retry that is none. */
const ERRORS = 0b1011110

/**
 * @param {string} finding
 * @param {string} line
 */
function lineError(finding, line) {
  const [, field, value] = /** @type {string[]} */ (/^([^:]*):? ?([^]*)/.exec(line))
  return finding === 'invalid-retry'
    ? new ParseError(`Not a reconnection time: "${value}"`, { type: finding, value, line })
    : new ParseError(`Not a field: "${field.slice(0, 20)}"`, { type: 'unknown-field', field, value, line })
}

/** @param {string | Uint8Array} chunk @param {number} at */
const codeAt = (chunk, at) => (typeof chunk === 'string' ? chunk.charCodeAt(at) : chunk[at])

/** @param {string | Uint8Array} chunk */
const ownOf = (chunk) => (typeof chunk === 'string' ? chunk : new Uint8Array(chunk))

/** @param {any} input @returns {Uint8Array} */
function bytesOf(input) {
  if (input instanceof Uint8Array) return input
  if (ArrayBuffer.isView(input)) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
  if (Object.prototype.toString.call(input) === '[object ArrayBuffer]') return new Uint8Array(input)
  throw new TypeError('Feed a string, an ArrayBuffer or a view of one')
}

/** A parser, whose state is in an engine, or kept beside it while another parser is in there. */
export class Parser {
  /**
   * @param {import('./types.js').ParserConfig} config
   * @param {import('./engine.js').Engine} home The engine that all share.
   */
  constructor(config, home) {
    const { onEvent, onBatch, onComment, onRetry, onError, onFinding, lazy } = config
    const { maxLineBytes, maxEventBytes, maxIdBytes, onLimit, maxBufferSize } = config
    const ranges = config.ranges || !!onFinding
    const want =
      (onEvent || onBatch ? 1 << EVENT : 0) |
      (onComment ? 1 << COMMENT : 0) |
      (onRetry ? 1 << RETRY : 0) |
      (onError || onFinding ? 1 << FINDING : 0) |
      (ranges ? RANGES : 0) |
      (lazy ? RAW : 0)
    const limits = [maxLineBytes, maxEventBytes, maxIdBytes].map((limit = 0) => Math.min(limit, 2 ** 31 - 1))
    this.config = { ...config, ranges }
    this.home = this.engine = home
    this.guest = new Guest((calls) => calls.open(want, ...limits, onLimit === 'skip', maxBufferSize ?? -1))
    /** The last event ID string behind all rows read. */
    this.latestId = config.lastEventId ?? ''
    /** Rows that were not handed out yet. @type {Batch[]} */
    this.batches = []
    /** The chunk that is being read, and those that a callback fed meanwhile. @type {(string | Uint8Array)[]} */
    this.chunks = []
    /** How much of the first is read. */
    this.at = 0
    this.busy = false
    this.stopped = false
    /** Counts how often what waits was dropped. */
    this.turn = 0
    /** Whether the last character ended no line. */
    this.inLine = false
    /** The first half of a surrogate pair, cut by the end of a string. */
    this.half = ''
  }

  /** @param {string | ArrayBuffer | ArrayBufferView} input */
  feed(input) {
    if (this.stopped) throw new Error('The parser stopped at a limit; reset() lets it go on')
    const chunk = typeof input === 'string' ? this.whole(input) : bytesOf(input)
    this.chunks.push(this.busy ? ownOf(chunk) : chunk)
    if (!this.busy) this.work()
  }

  /**
   * Reads all chunks, and does what is left to do. An exception in a callback
   * goes to the caller; what stands behind that item is handed out next time.
   *
   * @param {() => void} [then]
   */
  work(then) {
    this.busy = true
    try {
      this.deliver()
      while (this.chunks.length) this.read(this.chunks[0])
      then?.()
    } finally {
      this.busy = false
      if (this.chunks.length) this.chunks[0] = ownOf(this.chunks[0])
    }
  }

  /**
   * Keeps the first half of a surrogate pair back.
   *
   * @param {string} text
   */
  whole(text) {
    text = this.half + text
    const end = text.length - 1
    this.half = (text.charCodeAt(end) & 0xfc00) === 0xd800 ? text[end] : ''
    return this.half ? text.slice(0, end) : text
  }

  /**
   * Reads the rest of a chunk, unless a callback resets the parser.
   *
   * @param {string | Uint8Array} chunk
   */
  read(chunk) {
    const { length } = chunk
    const limited = this.config.maxBufferSize !== undefined
    const lastCr = limited ? chunk.lastIndexOf(/** @type {never} */ (typeof chunk === 'string' ? '\r' : CR)) : -1
    while (this.chunks[0] === chunk && this.at < length) {
      const first = !this.at
      const written = this.fill(chunk, this.enter())
      const next = this.at < length ? codeAt(chunk, this.at) & 127 : -1
      const last = codeAt(chunk, this.at - 1)
      this.inLine = last !== CR && last !== LF
      this.take(this.engine.calls.feed(written, next, lastCr >= this.at, first))
    }
    if (this.chunks[0] !== chunk) return
    this.chunks.shift()
    this.at = 0
  }

  /**
   * Copies a piece of a chunk into the engine, and returns how many bytes it has.
   *
   * @param {string | Uint8Array} chunk
   * @param {import('./engine.js').Engine} engine
   */
  fill(chunk, engine) {
    const { at } = this
    const place = engine.places[7]
    if (typeof chunk === 'string') {
      const room = engine.u8.subarray(place, place + PIECE)
      const { read, written } = engine.texts.encode(at ? chunk.slice(at) : chunk, room)
      this.at += read
      return written
    }
    const piece = chunk.length > PIECE ? chunk.subarray(at, at + PIECE) : chunk
    engine.u8.set(piece, place)
    this.at += piece.length
    return piece.length
  }

  /** The last event ID string behind what was handed out. */
  get lastEventId() {
    const [batch] = this.batches
    return batch ? batch.sticky(batch.at - 1) : this.latestId
  }

  /** Sees that the parser is in its engine. */
  enter() {
    this.engine.enter(this.guest)
    return this.engine
  }

  /** Moves a parser that has grown large to an engine of its own, and one that has not to the shared one. */
  settle() {
    const { engine, home } = this
    if (engine.isLarge() !== (engine === home)) return
    engine.leave()
    this.engine = engine === home ? home.separate() : home
  }

  /**
   * Takes what a call has found, n rows and then more, and hands it out.
   *
   * @param {number} n
   */
  take(n) {
    const { engine } = this
    for (;;) {
      if (!engine.u8.length) engine.view()
      if (n) this.add(n)
      if (engine.answer(0) !== ITEM) break
      engine.enter(this.guest)
      n = engine.calls.more()
    }
    const status = engine.answer(5) ? LIMIT : engine.answer(0)
    const { turn } = this
    this.settle()
    this.deliver()
    if (turn !== this.turn) return
    if (status === LIMIT || status === NO_MEMORY) this.stop(status)
  }

  /** @param {number} n How many rows the engine has. */
  add(n) {
    const { engine, config } = this
    const batch = new Batch(engine, n, config, this.latestId)
    const row = engine.answer(6) - 1
    if (row >= 0) this.latestId = /** @type {string} */ (batch.id(row))
    if (config.lazy) batch.keep()
    engine.reader = batch
    this.batches.push(batch)
  }

  /** Hands out what was read. */
  deliver() {
    const { onEvent, onBatch, onId, lazy } = this.config
    const plain = onEvent && !onBatch && !onId && !lazy
    for (let batch; (batch = this.batches[0]); ) {
      while (batch.at < batch.n) {
        const row = batch.at++
        if (plain && batch.kind(row) === EVENT) onEvent(batch.event(row))
        else this.hand(batch, row)
      }
      if (batch === this.batches[0]) this.batches.shift()
      if (batch.events.length) onBatch(batch.events)
    }
    this.engine.reader = undefined
  }

  /**
   * Hands out one row.
   *
   * @param {Batch} batch
   * @param {number} row
   */
  hand(batch, row) {
    const { onEvent, onBatch, onId, onComment, onRetry, lazy } = this.config
    const kind = batch.kind(row)
    const id = onId || !lazy ? batch.id(row) : undefined
    if (id !== undefined) {
      batch.lastEventId = id
      onId?.(id)
    }
    if (kind === EVENT) {
      const event = lazy ? new LazyEvent(batch, row) : batch.event(row)
      if (onBatch) batch.events.push(event)
      onEvent?.(event)
    } else if (kind === COMMENT) onComment(batch.data(row).replace(/^ /, ''))
    else if (kind === RETRY) onRetry(batch.retry(row))
    else this.find(batch.head(row) >> 16, batch, row)
  }

  /**
   * @param {number} code
   * @param {Batch} batch
   * @param {number} row
   */
  find(code, batch, row) {
    const { onError, onFinding } = this.config
    const line = batch.data(row)
    if (onFinding) onFinding({ code: FINDINGS[code], line, begin: batch.ranges[2 * row], end: batch.ranges[2 * row + 1] })
    if (onError && (ERRORS >> code) & 1) onError(lineError(FINDINGS[code], line))
  }

  /** Stops at a limit. @param {number} status */
  stop(status) {
    const { onError, maxBufferSize } = this.config
    this.drop()
    this.stopped = true
    const what = status === NO_MEMORY ? 'there is no more memory' : 'a limit was passed'
    onError?.(new ParseError(`The parser stopped: ${what}`, { type: 'max-buffer-size-exceeded' }))
  }

  /** Forgets what waits. */
  drop() {
    for (const batch of this.batches) batch.n = 0
    this.batches = []
    this.chunks = []
    this.at = 0
    this.turn++
    this.half = ''
    this.inLine = false
  }

  /**
   * Ends the stream. The unfinished event is dropped, or, with flush, handed out.
   *
   * @param {boolean} flush
   */
  end(flush) {
    if (this.busy) throw new Error('A callback cannot end the stream')
    if (!this.stopped) this.work(() => this.take(this.enter().calls.finish(flush)))
    this.reset(false)
  }

  /**
   * Makes ready for the next stream, and ends the line that is cut before, if consume says so.
   *
   * @param {boolean} consume
   */
  reset(consume) {
    if (consume && this.inLine && !this.busy && !this.stopped) this.feed('\n')
    this.drop()
    this.stopped = false
    this.enter().calls.reset()
  }
}
