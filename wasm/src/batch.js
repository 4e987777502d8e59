/* SPDX-License-Identifier: MIT */

/* The parts of a row's head; weir-sse.c has the same. */
export const HAS_ID = 1 << 3
export const HAS_TYPE = 1 << 10

/** Numbers in a row. */
const ROW = 8

/** The rows of one call, and the texts that they speak of. */
export class Batch {
  /**
   * @param {import('./engine.js').Engine} engine
   * @param {number} n How many rows there are.
   * @param {{lazy?: boolean, ranges?: boolean}} config
   * @param {string} lastEventId As of the first row.
   */
  constructor(engine, n, { lazy, ranges }, lastEventId) {
    const { i32, u8, places, texts } = engine
    const begin = engine.answer(1)
    const wide = engine.answer(3)
    const text = places[7] + begin
    const textEnd = places[7] + engine.answer(2)
    this.engine = engine
    this.n = n
    this.lastEventId = lastEventId
    /** The row that is handed out next. */
    this.at = 0
    this.rows = i32
    /** Where the first row begins. */
    this.first = places[3] >> 2
    /** Where the narrow text begins. */
    this.begin = begin
    this.raw = lazy && wide ? u8.slice(text, textEnd) : undefined
    this.narrow = this.raw || begin < 0 ? '' : texts.ascii(u8, text, textEnd)
    this.wide = lazy || !wide ? '' : texts.utf16(u8, places[8], places[8] + 2 * wide)
    /** @type {string[]} */
    this.larges = []
    for (let i = 0; i < engine.answer(4); i++) this.larges.push(engine.large((places[5] >> 2) + 3 * i))
    this.ranges = ranges ? engine.f64.slice(places[4] >> 3, (places[4] >> 3) + 2 * n) : undefined
    /** For a callback that takes many. @type {any[]} */
    this.events = []
  }

  /** Makes the rows its own, since the engine will write others. */
  keep() {
    if (!this.first) return
    this.rows = this.rows.slice(this.first, this.first + this.n * ROW)
    this.first = 0
  }

  /**
   * @param {number} kind How it is given.
   * @param {number} begin
   * @param {number} end
   */
  text(kind, begin, end) {
    if (kind > 1) return this.larges[begin]
    if (begin === end) return ''
    if (this.raw) return this.engine.texts.utf8(this.raw, begin - this.begin, end - this.begin)
    return kind ? this.wide.slice(begin, end) : this.narrow.slice(begin - this.begin, end - this.begin)
  }

  /** @param {number} row */
  head(row) {
    return this.rows[this.first + row * ROW]
  }

  /** @param {number} row */
  kind(row) {
    return this.rows[this.first + row * ROW] & 7
  }

  /** An event as an object of its own. @param {number} row */
  event(row) {
    const { rows, ranges } = this
    const at = this.first + row * ROW
    const head = rows[at]
    const data = head & 0x30 ? this.data(row) : this.narrow.slice(rows[at + 1] - this.begin, rows[at + 2] - this.begin)
    const id = head & HAS_ID ? this.id(row) : undefined
    const event = head & HAS_TYPE ? this.type(row) : undefined
    if (id !== undefined) this.lastEventId = id
    const type = event ?? 'message'
    const { lastEventId } = this
    return ranges
      ? { id, event, data, type, lastEventId, begin: ranges[2 * row], end: ranges[2 * row + 1] }
      : { id, event, data, type, lastEventId }
  }

  /** An event's data, a comment's text, or a finding's line. @param {number} row */
  data(row) {
    const at = this.first + row * ROW
    return this.text((this.rows[at] >> 4) & 3, this.rows[at + 1], this.rows[at + 2])
  }

  /** The id that stands in a row's block. @param {number} row */
  id(row) {
    const at = this.first + row * ROW
    return this.rows[at] & HAS_ID ? this.text((this.rows[at] >> 6) & 3, this.rows[at + 3], this.rows[at + 4]) : undefined
  }

  /** The type that stands in a row's block. @param {number} row */
  type(row) {
    const at = this.first + row * ROW
    const head = this.rows[at]
    if (!(head & HAS_TYPE)) return undefined
    return head >> 16 ? this.engine.name(head >> 16) : this.text((head >> 8) & 3, this.rows[at + 5], this.rows[at + 6])
  }

  /** A retry's milliseconds. @param {number} row */
  retry(row) {
    const at = this.first + row * ROW
    return (this.rows[at + 1] >>> 0) + this.rows[at + 2] * 2 ** 32
  }

  /** The last event ID string as of a row. @param {number} row */
  sticky(row) {
    for (; row >= 0; row--) {
      const id = this.id(row)
      if (id !== undefined) return id
    }
    return this.lastEventId
  }
}
