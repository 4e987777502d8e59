/* SPDX-License-Identifier: MIT */
import { Batch, Bytes, DATA_KIND, HAS_ID, HAS_TYPE, KIND, NAMED, ROW, Single, dataOf, idOf, typeOf } from './batch.js'
import { Guest, N_LARGES, OVER, PIECE, STATUS } from './engine.js'
import { FullLazyEvent, LazyEvent, ParsedEvent, PlacedEvent, PlacedLazyEvent, lastIdOf } from './event.js'
import { ParseError } from './parse-error.js'

/* Kinds of items, what the caller asks for, and statuses, as in weir-sse-table.h and weir-parser.h. */
const EVENT = 1
const COMMENT = 2
const RETRY = 3
const FINDING = 4
const RANGES = 1 << 5
const RAW = 1 << 6
const UTF8 = 1 << 7
const ITEM = 0
const NEED_INPUT = 1
const LIMIT = 2

const LF = 10
const CR = 13

/** The findings, in the order of their codes from 1. */
const FINDINGS = /** @type {import('./types.js').FindingCode[]} */ (
  ' unknown-field field-name-case field-name-space invalid-retry nul-in-id bom-in-stream invalid-utf8 mixed-line-ends no-data unfinished-event line-too-long event-too-large id-too-long'.split(
    ' ',
  )
)

/** A bit for each finding that is an error: an unknown field, or an invalid retry. */
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

/** Whether a row has an id, or a type without a number. @param {number} head */
const isFull = (head) => !!(head & HAS_ID) || (head & (HAS_TYPE | NAMED)) === HAS_TYPE

/** @param {Batch} batch @param {number} at @param {number} row @param {string | LazyEvent} last */
const lazyOf = (batch, at, row, last) =>
  batch.ranges ? new PlacedLazyEvent(batch, at, row, last) : new FullLazyEvent(/** @type {Bytes} */ (batch.bytes), batch.rows, at, last)

/** @param {string | Uint8Array} chunk @param {number} at */
const codeAt = (chunk, at) => (typeof chunk === 'string' ? chunk.charCodeAt(at) : chunk[at])

/** @param {string | Uint8Array} chunk */
const ownOf = (chunk) => (typeof chunk === 'string' ? chunk : new Uint8Array(chunk))

/** @param {any} input @returns {Uint8Array} */
function bytesOf(input) {
  // A view of a transferred buffer is empty. Making another view of that buffer throws a TypeError.
  if (ArrayBuffer.isView(input)) {
    if (input.byteLength > 0 && input instanceof Uint8Array) return input
    return new Uint8Array(input.buffer, input.byteLength && input.byteOffset, input.byteLength)
  }
  // instanceof fails for buffers of another context.
  if (/^\[object (Shared)?ArrayBuffer]$/.test(Object.prototype.toString.call(input))) return new Uint8Array(input)
  throw new TypeError('feed() takes a string, an ArrayBuffer or a view of one')
}

/** Decoders reject shared memory, and other threads may write to it. @param {Uint8Array} piece */
const isShared = ({ buffer }) => typeof SharedArrayBuffer !== 'undefined' && buffer instanceof SharedArrayBuffer

/** Used for callbacks that the config does not have. */
const nobody = () => {}

/** A parser. Its state is in an engine, or saved while another parser is in the engine. */
export class Parser {
  /**
   * @param {import('./types.js').ParserConfig} config
   * @param {import('./engine.js').Engine} home The engine that all parsers share.
   */
  constructor(config, home) {
    const { onEvent, onBatch, onId, onComment, onRetry, onError, onFinding, lazy } = config
    const { maxLineBytes, maxEventBytes, maxIdBytes, onLimit, maxBufferSize = Infinity, lastEventId } = config
    const ranges = !!(config.ranges || onFinding)
    const want =
      (onEvent || onBatch ? 1 << EVENT : 0) |
      (onComment ? 1 << COMMENT : 0) |
      (onRetry ? 1 << RETRY : 0) |
      (onError || onFinding ? 1 << FINDING : 0) |
      (ranges ? RANGES : 0) |
      (lazy ? RAW : 0) |
      (onFinding ? UTF8 : 0)
    const limits = [maxLineBytes, maxEventBytes, maxIdBytes].map((limit = 0) => Math.min(limit, 2 ** 31 - 1))
    if (!limits.every((limit) => limit >= 0)) throw new TypeError('A limit is a number of bytes')
    if (onLimit !== undefined && onLimit !== 'stop' && onLimit !== 'skip') throw new TypeError("onLimit is 'stop' or 'skip'")
    // Comparing with NaN is always false, so NaN is the limit 0.
    const most = maxBufferSize > 2 ** 53 ? -1 : maxBufferSize >= 0 ? maxBufferSize : 0
    this.onEvent = onEvent || nobody
    this.onBatch = onBatch
    this.onId = onId
    this.onComment = onComment || nobody
    this.onRetry = onRetry || nobody
    this.onError = onError || nobody
    this.onFinding = onFinding
    this.lazy = !!lazy
    this.isCopying = lazy === 'copy'
    this.ranges = ranges
    this.isLimited = most >= 0
    /** Whether events are delivered one by one, without `onId` and ranges. */
    this.isPlain = !onBatch && !onId && !ranges
    this.home = this.engine = home
    this.guest = new Guest((calls) => calls.open(want, ...limits, onLimit === 'skip', most))
    /** The last event ID string after the items that were passed to callbacks, or the event that has it. @type {string | LazyEvent} */
    this.last = lastEventId ?? ''
    /** The bytes from which lazy events decode, and the offset of the piece in them. @type {Uint8Array | undefined} */
    this.piece = undefined
    this.pieceAt = 0
    /** The first and the last batch of rows that are not yet passed to callbacks. @type {Batch | undefined} */
    this.batch = undefined
    this.lastBatch = undefined
    /** The current chunk, and how much of it was read. @type {string | Uint8Array} */
    this.chunk = ''
    this.at = 0
    /** Chunks that callbacks have fed. @type {(string | Uint8Array)[]} */
    this.later = []
    this.isBusy = false
    this.isStopped = false
    /** The first exception of a callback in this call. @type {{exception: unknown} | undefined} */
    this.failure = undefined
    /** The status to stop with after the items that were read, or 0. */
    this.limit = 0
    /** Whether the last character did not end a line. */
    this.isInLine = false
    /** The first half of a surrogate pair, cut by the end of a string. */
    this.half = ''
  }

  /** The last event ID string after the items that were passed to callbacks. */
  get lastEventId() {
    return lastIdOf(this.last)
  }

  /** @param {string | ArrayBuffer | ArrayBufferView} input */
  feed(input) {
    if (this.isStopped) throw new Error('The parser stopped at a limit; reset() lets it go on')
    if (typeof input === 'string') return this.put(this.whole(input))
    const chunk = bytesOf(input)
    if (this.half) this.put(this.takeHalf())
    this.put(chunk)
  }

  /** Reads a chunk now, or after the current one. @param {string | Uint8Array} chunk */
  put(chunk) {
    if (this.isBusy) this.later.push(ownOf(chunk))
    else this.work(chunk)
  }

  /** Returns a kept half whose other half does not follow. */
  takeHalf() {
    const { half } = this
    this.half = ''
    return half
  }

  /**
   * Keeps the first half of a surrogate pair for the next string.
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
   * Reads a chunk and those that callbacks feed meanwhile. Throws the first exception of a callback afterwards, so
   * that the other events are still delivered.
   *
   * @param {string | Uint8Array} chunk
   * @param {boolean} [ends] Whether the stream ends after it.
   * @param {boolean} [flush]
   */
  work(chunk, ends, flush) {
    this.isBusy = true
    this.chunk = chunk
    this.at = 0
    try {
      for (let next; (next = this.read()) !== undefined; this.at = 0) this.chunk = next
      this.piece = undefined
      if (ends) this.take(this.enter().calls.finish(flush))
    } finally {
      this.isBusy = false
      this.chunk = ''
    }
    const { failure } = this
    this.failure = undefined
    if (failure) throw failure.exception
  }

  /** Reads the rest of the chunk, and returns the chunk to read next. */
  read() {
    const { chunk } = this
    const lastCr = this.isLimited ? chunk.lastIndexOf(/** @type {never} */ (typeof chunk === 'string' ? '\r' : CR)) : -1
    while (this.at < this.chunk.length) {
      const isFirst = this.at === 0
      const written = this.fill(chunk, this.enter())
      const last = codeAt(chunk, this.at - 1)
      const next = this.at < chunk.length ? codeAt(chunk, this.at) & 127 : -1
      this.isInLine = last !== CR && last !== LF
      const n = this.engine.feed(written, next, lastCr >= this.at, isFirst)
      if (n > 1 || !this.isPlain || !this.takeOne(n)) this.take(n)
    }
    return this.later.length > 0 ? this.later.shift() : undefined
  }

  /**
   * Copies a piece of a chunk into the engine, and returns how many bytes it has.
   *
   * @param {string | Uint8Array} chunk
   * @param {import('./engine.js').Engine} engine
   */
  fill(chunk, engine) {
    const { at, lazy } = this
    const { u8, text } = engine
    if (typeof chunk === 'string') {
      const { read, written } = engine.texts.encode(at ? chunk.slice(at) : chunk, u8.subarray(text, text + PIECE))
      this.at += read
      if (lazy) this.keepPiece(u8.subarray(text, text + written))
      return written
    }
    const piece = chunk.length > PIECE ? chunk.subarray(at, at + PIECE) : chunk
    u8.set(piece, text)
    this.at += piece.length
    if (lazy && (this.isCopying || isShared(piece))) this.keepPiece(piece)
    else if (lazy) {
      this.piece = piece
      this.pieceAt = 0
    }
    return piece.length
  }

  /** Copies a piece for lazy events. @param {Uint8Array} piece */
  keepPiece(piece) {
    this.pieceAt = this.engine.keep(piece)
    this.piece = this.engine.slab
  }

  /** Loads the parser into its engine. */
  enter() {
    this.engine.enter(this.guest)
    return this.engine
  }

  /** Moves a large parser to a separate engine, and a small one to the shared engine. */
  settle() {
    const { engine, home } = this
    if (engine.isLarge()) engine.calls.trim()
    if (engine.isLarge() !== (engine === home)) return
    engine.leave()
    this.engine = engine === home ? home.separate() : home
    home.take(engine)
  }

  /**
   * Takes the result of a call that is empty or a single event, as for most small chunks, without the cost of a
   * batch. Returns false, without effect, for any other result.
   *
   * @param {number} n
   */
  takeOne(n) {
    const { engine } = this
    if (engine.said(STATUS) !== NEED_INPUT || engine.said(OVER) || engine.said(N_LARGES)) return false
    if (engine !== this.home || engine.isStale() || engine.isLarge()) return false
    if (n === 0) return true
    const head = engine.i32[engine.rows]
    if ((head & KIND) !== EVENT) return false
    const event = this.lazy ? this.oneLazy(head) : this.oneEager(head)
    if (!event) return false
    try {
      this.onEvent(event)
    } catch (exception) {
      this.failure ??= { exception }
    }
    return true
  }

  /** @param {number} head */
  oneLazy(head) {
    const { engine, last } = this
    const { i32, rows } = engine
    const bytes = new Bytes(engine, this.piece || engine.slab, this.pieceAt)
    if (!isFull(head)) return new LazyEvent(bytes, head, i32[rows + 1], i32[rows + 2], last)
    const event = new FullLazyEvent(bytes, i32, rows, last)
    if (head & HAS_ID) this.last = event
    return event
  }

  /** @param {number} head */
  oneEager(head) {
    const { engine } = this
    const { i32, rows } = engine
    const last = /** @type {string} */ (this.last)
    const main = engine.main()
    const extra = engine.extra()
    if (main === undefined || extra === undefined) return undefined
    const texts = new Single(engine, main, extra)
    const id = idOf(texts, head, i32[rows + 3], i32[rows + 4])
    if (id !== undefined) this.last = id
    return new ParsedEvent(id, typeOf(texts, head, i32[rows + 5]), dataOf(texts, head, i32[rows + 1], i32[rows + 2]), last)
  }

  /**
   * Takes the result of a call, n rows and any that follow, and passes it to the callbacks.
   *
   * @param {number} n
   */
  take(n) {
    const { engine } = this
    for (;;) {
      if (engine.isStale()) engine.renew()
      if (n > 0) this.add(engine, n)
      if (engine.said(STATUS) !== ITEM) break
      engine.enter(this.guest)
      n = engine.calls.more()
    }
    const status = engine.said(OVER) ? LIMIT : engine.said(STATUS)
    this.limit = status > 1 ? status : 0
    this.settle()
    this.deliver()
  }

  /** @param {import('./engine.js').Engine} engine @param {number} n How many rows it has. */
  add(engine, n) {
    let main = ''
    let extra = ''
    let bytes
    if (this.lazy) bytes = new Bytes(engine, this.piece || engine.slab, this.pieceAt)
    else {
      const first = engine.main()
      const second = engine.extra()
      if (first === undefined || second === undefined) return this.redo(engine)
      main = first
      extra = second
    }
    const batch = new Batch(engine, n, main, extra, bytes, this.ranges)
    if (engine.reader) engine.reader.keep()
    engine.reader = batch
    if (this.lastBatch) this.lastBatch.next = batch
    else this.batch = batch
    this.lastBatch = batch
  }

  /** Makes the rows again, because the text is not UTF-8. @param {import('./engine.js').Engine} engine */
  redo(engine) {
    const n = engine.calls.redo()
    if (engine.isStale()) engine.renew()
    if (n > 0) this.add(engine, n)
  }

  /** Passes the rows to the callbacks, also after an exception, and then stops if a limit was exceeded. */
  deliver() {
    for (;;)
      try {
        return this.handOut()
      } catch (exception) {
        this.failure ??= { exception }
      }
  }

  handOut() {
    for (let batch; (batch = this.batch); ) {
      const events = this.onBatch && (batch.events ??= [])
      while (batch.at < batch.n) {
        if (this.isPlain && (batch.rows[batch.first + batch.at * ROW] & KIND) === EVENT) {
          if (this.lazy) this.handLazy(batch)
          else this.handEager(batch)
        } else this.hand(batch, batch.at++, events)
      }
      this.batch = batch.next
      if (!batch.next) this.lastBatch = undefined
      if (batch.engine.reader === batch) batch.engine.reader = undefined
      if (events && events.length && this.onBatch) this.onBatch(events)
    }
    if (this.limit) this.stop(this.limit)
  }

  /** Passes events to onEvent, up to the first row of another kind. @param {Batch} batch */
  handEager(batch) {
    const { onEvent } = this
    const { main } = batch
    while (batch.at < batch.n) {
      const { rows } = batch
      const at = batch.first + batch.at * ROW
      const head = rows[at]
      if ((head & KIND) !== EVENT) return
      batch.at++
      const data = head & DATA_KIND ? dataOf(batch, head, rows[at + 1], rows[at + 2]) : main.slice(rows[at + 1], rows[at + 2])
      const last = /** @type {string} */ (this.last)
      if (head & HAS_ID) {
        const id = /** @type {string} */ (batch.id(batch.at - 1))
        this.last = id
        onEvent(new ParsedEvent(id, typeOf(batch, head, rows[at + 5]), data, last))
      } else onEvent(new ParsedEvent(undefined, head & HAS_TYPE ? typeOf(batch, head, rows[at + 5]) : undefined, data, last))
    }
  }

  /** The same for lazy events. @param {Batch} batch */
  handLazy(batch) {
    const { onEvent } = this
    const bytes = /** @type {Bytes} */ (batch.bytes)
    while (batch.at < batch.n) {
      const { rows } = batch
      const at = batch.first + batch.at * ROW
      const head = rows[at]
      if ((head & KIND) !== EVENT) return
      batch.at++
      if (isFull(head)) {
        const event = new FullLazyEvent(bytes, rows, at, this.last)
        if (head & HAS_ID) this.last = event
        onEvent(event)
      } else onEvent(new LazyEvent(bytes, head, rows[at + 1], rows[at + 2], this.last))
    }
  }

  /**
   * A row's event.
   *
   * @param {Batch} batch
   * @param {number} row
   * @returns {ParsedEvent | LazyEvent}
   */
  eventOf(batch, row) {
    const { rows, first, ranges } = batch
    const at = first + row * ROW
    if (this.lazy) return lazyOf(batch, at, row, this.last)
    const last = /** @type {string} */ (this.last)
    const id = batch.id(row)
    const type = typeOf(batch, rows[at], rows[at + 5])
    return ranges
      ? new PlacedEvent(id, type, batch.line(row), last, batch.place(row, 0), batch.place(row, 1))
      : new ParsedEvent(id, type, batch.line(row), last)
  }

  /**
   * Passes one row to the callbacks.
   *
   * @param {Batch} batch
   * @param {number} row
   * @param {import('./types.js').ParsedEvent[]} [events]
   */
  hand(batch, row, events) {
    const { onId, lazy } = this
    const head = batch.head(row)
    const kind = head & KIND
    const event = kind === EVENT ? this.eventOf(batch, row) : undefined
    if (head & HAS_ID && !batch.isTold) {
      this.last = lazy ? /** @type {LazyEvent} */ (event || lazyOf(batch, batch.first + row * ROW, row, '')) : /** @type {string} */ (batch.id(row))
      if (onId) this.tell(batch, row, onId)
    }
    batch.isTold = false
    // The callback may have dropped it.
    if (row >= batch.n) return
    if (event) {
      if (events) events.push(event)
      this.onEvent(event)
    } else if (kind === COMMENT) this.onComment(batch.line(row).replace(/^ /, ''))
    else if (kind === RETRY) this.onRetry(batch.retry(row))
    else this.find(batch, row, batch.line(row))
  }

  /**
   * Calls onId for a row. After an exception, the row itself is still passed to its callback.
   *
   * @param {Batch} batch
   * @param {number} row
   * @param {(id: string) => void} onId
   */
  tell(batch, row, onId) {
    batch.at = row
    batch.isTold = true
    onId(lastIdOf(this.last))
    batch.at = row + 1
  }

  /**
   * @param {Batch} batch
   * @param {number} row
   * @param {string} line
   */
  find(batch, row, line) {
    const { onFinding } = this
    const number = batch.head(row) >> 16
    const code = FINDINGS[number]
    try {
      if (onFinding) onFinding({ code, line, begin: batch.place(row, 0), end: batch.place(row, 1) })
    } finally {
      if ((ERRORS >> number) & 1) this.onError(lineError(code, line))
    }
  }

  /** Stops at a limit. @param {number} status */
  stop(status) {
    this.drop()
    this.isStopped = true
    const what = status === LIMIT ? 'a limit was passed' : 'there is no more memory'
    this.onError(new ParseError(`The parser stopped: ${what}`, { type: 'max-buffer-size-exceeded' }))
  }

  /** Discards rows and chunks that are waiting. */
  drop() {
    for (let { batch } = this; batch; batch = batch.next) batch.n = 0
    this.later.length = 0
    this.chunk = this.half = ''
    this.at = this.limit = 0
    this.isInLine = false
  }

  /**
   * Ends the stream. Discards the unfinished event, or, with flush, delivers it.
   *
   * @param {boolean} flush
   */
  end(flush) {
    if (this.isBusy) throw new Error('A callback cannot end the stream')
    try {
      if (!this.isStopped) this.work(this.takeHalf(), true, flush)
    } finally {
      this.reset(false)
    }
  }

  /**
   * Prepares for the next stream. With consume, first ends the line that is cut.
   *
   * @param {boolean} consume
   */
  reset(consume) {
    if (consume && this.isInLine && !this.isBusy && !this.isStopped) this.feed('\n')
    this.drop()
    this.isStopped = false
    this.enter().calls.reset()
  }
}

/**
 * Makes the object that createParser returns.
 *
 * @param {import('./types.js').ParserConfig} config
 * @param {import('./engine.js').Engine} home The engine that all parsers share.
 * @returns {import('./types.js').StreamParser}
 */
export function parserIn(config, home) {
  if (!config || typeof config === 'function') throw new TypeError('createParser takes an object: createParser({ onEvent })')
  const parser = new Parser(config, home)
  return {
    feed: (chunk) => parser.feed(chunk),
    reset: (options) => parser.reset(!!options?.consume),
    end: (options) => parser.end(!!options?.flush),
    get lastEventId() {
      return parser.lastEventId
    },
  }
}
