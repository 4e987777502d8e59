/* SPDX-License-Identifier: MIT */

/* The parts of a row's head; weir-sse.c has the same. */
export const KIND = 7
export const HAS_ID = 1 << 3
const DATA_KIND = 3 << 4
const ID_KIND = 3 << 6
const HAS_TYPE = 1 << 10
const NAMED = 1 << 11
const LINES = 1 << 12

/** Numbers in a row. */
export const ROW = 6

/** The rows of one call, and the texts that they speak of. */
export class Batch {
  /**
   * @param {import('./engine.js').Engine} engine
   * @param {number} n How many rows there are.
   * @param {boolean} lazy Whether text that is not ASCII stays bytes.
   * @param {boolean} ranges Whether the rows' byte ranges are wanted.
   * @param {Uint8Array} [piece] The bytes that were parsed, if texts are to be decoded from there, when they are read.
   */
  constructor(engine, n, lazy, ranges, piece) {
    const { i32, u8, texts, answer, text } = engine
    // Texts' offsets count from the bytes that waited for the piece.
    const tail = i32[answer + 6]
    const first = text - tail
    const begin = piece ? piece.length + tail : i32[answer + 1]
    const end = i32[answer + 2]
    const wide = i32[answer + 3]
    const larges = i32[answer + 4]
    const isRaw = lazy && wide > 0
    this.engine = engine
    /** The row that is handed out next, and how many there are. */
    this.at = 0
    this.n = n
    this.rows = i32
    /** Where the first row begins, in what is kept or in the engine's memory. */
    this.first = engine.rows
    this.piece = piece
    this.tail = tail
    /** Where the narrow text begins. */
    this.begin = begin
    /** The narrow text, or its bytes, if there are others than ASCII. */
    this.narrow = isRaw || begin < 0 || begin >= end ? '' : texts.ascii(u8, first + begin, first + end)
    this.raw = isRaw && begin < end ? u8.slice(first + begin, first + end) : undefined
    this.wide = wide > 0 && !lazy ? texts.utf16(u8, engine.wide, engine.wide + 2 * wide) : ''
    this.larges = larges > 0 ? engine.larges(larges) : undefined
    this.ranges = ranges ? engine.ranges(n) : undefined
    /** Those that wait for a callback that takes many. @type {import('./types.js').ParsedEvent[] | undefined} */
    this.events = undefined
    /** Whether the id of the row that is handed out next was said. */
    this.isTold = false
  }

  /** Makes the rows its own, since the engine will write others. */
  keep() {
    this.rows = this.rows.slice(this.first, this.first + this.n * ROW)
    this.first = 0
  }

  /**
   * @param {number} kind How the text is given.
   * @param {number} begin
   * @param {number} end
   * @returns {string}
   */
  text(kind, begin, end) {
    if (kind > 1) return /** @type {string[]} */ (this.larges)[begin]
    if (begin === end) return ''
    if (this.piece && begin < this.begin)
      return this.engine.texts[kind ? 'utf8' : 'ascii'](this.piece, begin - this.tail, end - this.tail)
    if (this.raw) return this.engine.texts.utf8(this.raw, begin - this.begin, end - this.begin)
    return kind ? this.wide.slice(begin, end) : this.narrow.slice(begin - this.begin, end - this.begin)
  }

  /** @param {number} row */
  head(row) {
    return this.rows[this.first + row * ROW]
  }

  /**
   * An event's data, a comment's text, or a finding's line, by the row's numbers.
   *
   * @param {number} head
   * @param {number} begin
   * @param {number} end
   */
  data(head, begin, end) {
    const text = this.text((head & DATA_KIND) >> 4, begin, end)
    return head & LINES ? text.replace(/\r?\ndata: ?/g, '\n') : text
  }

  /**
   * The id that stands in a row's block.
   *
   * @param {number} head
   * @param {number} begin
   * @param {number} end
   */
  id(head, begin, end) {
    return head & HAS_ID ? this.text((head & ID_KIND) >> 6, begin, end) : undefined
  }

  /** The type that stands in a row's block. @param {number} head @param {number} begin */
  type(head, begin) {
    if (!(head & HAS_TYPE)) return undefined
    if (head & NAMED) return this.engine.name(head >> 16)
    return this.text((head >> 8) & 3, begin, begin + (head >>> 16))
  }

  /** A retry's milliseconds. @param {number} row */
  retry(row) {
    return this.rows[this.first + row * ROW + 1]
  }

  /** Where a row's bytes begin, or, with end, where they end. @param {number} row @param {0 | 1} end */
  place(row, end) {
    return /** @type {Float64Array} */ (this.ranges)[2 * row + end]
  }

  /**
   * An event as an object of its own.
   *
   * @param {number} row
   * @param {string} last The last event ID string before it.
   * @returns {import('./types.js').ParsedEvent}
   */
  event(row, last) {
    const { rows, begin } = this
    const at = this.first + row * ROW
    const head = rows[at]
    const from = rows[at + 1]
    const to = rows[at + 2]
    const data = head & DATA_KIND ? this.data(head, from, to) : this.narrow.slice(from - begin, to - begin)
    const id = head & HAS_ID ? this.id(head, rows[at + 3], rows[at + 4]) : undefined
    const event = head & HAS_TYPE ? this.type(head, rows[at + 5]) : undefined
    const type = event === undefined ? 'message' : event
    const lastEventId = id === undefined ? last : id
    return this.ranges
      ? { id, event, data, type, lastEventId, begin: this.place(row, 0), end: this.place(row, 1) }
      : { id, event, data, type, lastEventId }
  }
}
