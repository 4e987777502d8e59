/* SPDX-License-Identifier: MIT */
import { N_LARGES } from './engine.js'

/* The parts of a row's head, as in weir-sse-table.h. */
export const KIND = 7
export const HAS_ID = 1 << 3
export const DATA_KIND = 3 << 4
const ID_KIND = 3 << 6
export const HAS_TYPE = 1 << 10
export const NAMED = 1 << 11
const LINES = 1 << 12

/* Where a text is. */
const LARGE = 2
const CUT = 3

/** Numbers in a row. */
export const ROW = 6

/** @typedef {{text(kind: number, begin: number, end: number): string, engine: import('./engine.js').Engine}} Source */

/**
 * An event's data, a comment's text, or a finding's line, by the row's numbers.
 *
 * @param {Source} source
 * @param {number} head
 * @param {number} begin
 * @param {number} end
 */
export function dataOf(source, head, begin, end) {
  const text = source.text((head & DATA_KIND) >> 4, begin, end)
  return head & LINES ? text.replace(/\r?\ndata: ?/g, '\n') : text
}

/**
 * The id in a row's block.
 *
 * @param {Source} source
 * @param {number} head
 * @param {number} begin
 * @param {number} end
 */
export function idOf(source, head, begin, end) {
  return head & HAS_ID ? source.text((head & ID_KIND) >> 6, begin, end) : undefined
}

/** The type that a row's block names. @param {Source} source @param {number} head @param {number} begin */
export function typeOf(source, head, begin) {
  if (!(head & HAS_TYPE)) return undefined
  if (head & NAMED) return source.engine.name(head >> 16)
  return source.text((head >> 8) & 3, begin, begin + (head >>> 16))
}

/** Most calls have no large texts. @type {string[]} */
const none = []

/** The bytes from which lazy events decode their texts. */
export class Bytes {
  /**
   * @param {import('./engine.js').Engine} engine
   * @param {Uint8Array} piece The bytes that were parsed, or a copy of them.
   * @param {number} pieceAt Their offset in it.
   */
  constructor(engine, piece, pieceAt) {
    this.engine = engine
    this.piece = piece
    this.pieceAt = pieceAt
    this.extraAt = engine.keepExtra()
    this.extra = engine.slab
    this.cutAt = engine.keepCut()
    this.cut = engine.slab
    this.larges = engine.said(N_LARGES) ? engine.larges() : none
  }

  /**
   * @param {number} kind How the text is given.
   * @param {number} begin
   * @param {number} end
   * @returns {string}
   */
  text(kind, begin, end) {
    if (kind === LARGE) return this.larges[begin]
    const [memory, at] =
      kind === CUT ? [this.cut, this.cutAt] : kind ? [this.extra, this.extraAt] : [this.piece, this.pieceAt]
    return begin === end ? '' : this.engine.texts.any(memory, at + begin, at + end)
  }
}

/** The texts of a call that returned one row. */
export class Single {
  /** @param {import('./engine.js').Engine} engine @param {string} main @param {string} extra */
  constructor(engine, main, extra) {
    this.engine = engine
    this.main = main
    this.extra = extra
  }

  /** @param {number} kind @param {number} begin @param {number} end */
  text(kind, begin, end) {
    return (kind ? this.extra : this.main).slice(begin, end)
  }
}

/** The rows of one call. Unless events are lazy it has the texts as strings. */
export class Batch {
  /**
   * @param {import('./engine.js').Engine} engine
   * @param {number} n How many rows there are.
   * @param {string} main The main text of the rows.
   * @param {string} extra Their extra text.
   * @param {Bytes | undefined} bytes The bytes of lazy events.
   * @param {boolean} ranges Whether it has the byte ranges of the rows.
   */
  constructor(engine, n, main, extra, bytes, ranges) {
    this.engine = engine
    /** The row that is handed out next, and how many there are. */
    this.at = 0
    this.n = n
    this.rows = engine.i32
    /** Offset of the first row, in a copy or in the memory of the engine. */
    this.first = engine.rows
    this.main = main
    this.extra = extra
    this.bytes = bytes
    this.larges = !bytes && engine.said(N_LARGES) ? engine.larges() : none
    this.ranges = ranges ? engine.ranges(n) : undefined
    /** The rows after these. @type {Batch | undefined} */
    this.next = undefined
    /** Events to pass to onBatch. @type {import('./types.js').ParsedEvent[] | undefined} */
    this.events = undefined
    /** Whether onId was called for the next row. */
    this.isTold = false
  }

  /** Copies the rows, because the engine is about to overwrite them. */
  keep() {
    this.rows = this.rows.slice(this.first, this.first + this.n * ROW)
    this.first = 0
  }

  /** The object that finds its texts. @returns {Source} */
  get source() {
    return this.bytes || this
  }

  /**
   * @param {number} kind How the text is given.
   * @param {number} begin
   * @param {number} end
   * @returns {string}
   */
  text(kind, begin, end) {
    if (kind === LARGE) return this.larges[begin]
    return (kind ? this.extra : this.main).slice(begin, end)
  }

  /** @param {number} row */
  head(row) {
    return this.rows[this.first + row * ROW]
  }

  /** A comment's text, or a finding's line. @param {number} row */
  line(row) {
    const { rows } = this
    const at = this.first + row * ROW
    return dataOf(this.source, rows[at], rows[at + 1], rows[at + 2])
  }

  /** The id in a row's block. @param {number} row */
  id(row) {
    const { rows } = this
    const at = this.first + row * ROW
    return idOf(this.source, rows[at], rows[at + 3], rows[at + 4])
  }

  /** A retry's milliseconds. @param {number} row */
  retry(row) {
    return this.rows[this.first + row * ROW + 1]
  }

  /** Where a row's bytes begin, or, with end, where they end. @param {number} row @param {0 | 1} end */
  place(row, end) {
    return /** @type {Float64Array} */ (this.ranges)[2 * row + end]
  }
}
