/* SPDX-License-Identifier: MIT */
import { HAS_ID, dataOf, idOf, typeOf } from './batch.js'

/**
 * An event's members, also those that it inherits.
 *
 * @param {import('./types.js').PlainEvent} event
 * @returns {import('./types.js').PlainEvent}
 */
export function plainOf({ id, event, data, type, lastEventId, begin, end }) {
  const plain = { id, event, data, type, lastEventId }
  return begin === undefined ? plain : { ...plain, begin, end }
}

/**
 * An event. What it has as eventsource-parser's events have it are its own properties; the rest is
 * inherited, so that assertions about those still hold.
 */
export class ParsedEvent {
  static name = 'ParsedEvent'
  #last

  /**
   * @param {string | undefined} id
   * @param {string | undefined} event
   * @param {string} data
   * @param {string} last The last event ID string before it.
   */
  constructor(id, event, data, last) {
    this.id = id
    this.event = event
    this.data = data
    this.#last = id === undefined ? last : id
  }

  /** Its type: `message` where the stream names none. */
  get type() {
    return this.event === undefined ? 'message' : this.event
  }

  /** The last id that the stream has set. */
  get lastEventId() {
    return this.#last
  }

  /** The event as a plain object with all its members. */
  copy() {
    return plainOf(this)
  }
}

/** One with its place in the stream, in bytes. */
export class PlacedEvent extends ParsedEvent {
  /**
   * @param {string | undefined} id
   * @param {string | undefined} event
   * @param {string} data
   * @param {string} last
   * @param {number} begin Where its first line begins.
   * @param {number} end Where the blank line after it ends.
   */
  constructor(id, event, data, last, begin, end) {
    super(id, event, data, last)
    this.begin = begin
    this.end = end
  }
}

/* --- Events that are decoded when they are read ------------------------------------ */

/**
 * An event whose fields are decoded when they are read. It stays valid, and
 * keeps the chunk that it came with alive. The row's numbers are its own: a
 * copy of the rows would need fresh memory for each chunk.
 */
export class LazyEvent {
  static name = 'LazyEvent'
  #bytes
  #head
  #data
  #dataEnd
  /** What has the last event ID string before it. @type {string | LazyEvent} */
  #last

  /**
   * @param {import('./batch.js').Bytes} bytes
   * @param {number} head
   * @param {number} data
   * @param {number} dataEnd
   * @param {string | LazyEvent} last
   */
  constructor(bytes, head, data, dataEnd, last) {
    this.#bytes = bytes
    this.#head = head
    this.#data = data
    this.#dataEnd = dataEnd
    this.#last = last
  }

  /** The type that the stream names. @returns {string | undefined} */
  get event() {
    return typeOf(this.#bytes, this.#head, 0)
  }

  /** Its type: `message` where the stream names none. @returns {string} */
  get type() {
    return this.event ?? 'message'
  }

  /** Its data. @returns {string} */
  get data() {
    return dataOf(this.#bytes, this.#head, this.#data, this.#dataEnd)
  }

  /** The id that the event itself carries. @returns {string | undefined} */
  get id() {
    return undefined
  }

  /** The last id that the stream has set. @returns {string} */
  get lastEventId() {
    return lastIdOf(this.#last)
  }

  /**
   * The event as a plain object, which can be spread, posted and stored, and does not need the chunk.
   *
   * @returns {import('./types.js').PlainEvent}
   */
  copy() {
    return plainOf(this)
  }

  /** What JSON.stringify shows. */
  toJSON() {
    return this.copy()
  }
}

/** One that is more than data and a type that has a number, which most are not. */
export class FullLazyEvent extends LazyEvent {
  #bytes
  #head
  #id
  #idEnd
  #type

  /**
   * @param {import('./batch.js').Bytes} bytes
   * @param {Int32Array} rows
   * @param {number} at Where its row begins in there.
   * @param {string | LazyEvent} last
   */
  constructor(bytes, rows, at, last) {
    const head = rows[at]
    // One with an id of its own must not keep all those before it alive.
    super(bytes, head, rows[at + 1], rows[at + 2], head & HAS_ID ? '' : last)
    this.#bytes = bytes
    this.#head = head
    this.#id = rows[at + 3]
    this.#idEnd = rows[at + 4]
    this.#type = rows[at + 5]
  }

  /** @override */
  get event() {
    return typeOf(this.#bytes, this.#head, this.#type)
  }

  /** @override */
  get id() {
    return idOf(this.#bytes, this.#head, this.#id, this.#idEnd)
  }

  /** @override @returns {string} */
  get lastEventId() {
    return this.id ?? super.lastEventId
  }
}

/** One with its place in the stream, in bytes. */
export class PlacedLazyEvent extends FullLazyEvent {
  /**
   * @param {import('./batch.js').Batch} batch
   * @param {number} at
   * @param {number} row
   * @param {string | LazyEvent} last
   */
  constructor(batch, at, row, last) {
    super(/** @type {import('./batch.js').Bytes} */ (batch.bytes), batch.rows, at, last)
    /** Where its first line begins. */
    this.begin = batch.place(row, 0)
    /** Where the blank line after it ends. */
    this.end = batch.place(row, 1)
  }
}

/** @param {string | LazyEvent} last */
export function lastIdOf(last) {
  return typeof last === 'string' ? last : /** @type {string} */ (last.id)
}
