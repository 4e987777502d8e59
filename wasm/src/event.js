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
 * An event. The properties that eventsource-parser's events have are own properties. The others are inherited,
 * so that tests that compare events with objects still pass.
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

  /** Its type: `message` if the stream names none. */
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

/** An event with its offsets in the stream, in bytes. */
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
 * An event whose fields are decoded when they are read. It stays valid, and keeps the chunk that it arrived with
 * alive. It copies the numbers of its row, because a copy of all rows would need new memory for each chunk.
 */
export class LazyEvent {
  static name = 'LazyEvent'
  #bytes
  #head
  #data
  #dataEnd
  /** The last event ID string before it, or the event that has it. @type {string | LazyEvent} */
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

  /** Its type: `message` if the stream names none. @returns {string} */
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

/** A lazy event with an id, or a type without a number. Most events have neither. */
export class FullLazyEvent extends LazyEvent {
  #bytes
  #head
  #id
  #idEnd
  #type

  /**
   * @param {import('./batch.js').Bytes} bytes
   * @param {Int32Array} rows
   * @param {number} at The offset of its row in them.
   * @param {string | LazyEvent} last
   */
  constructor(bytes, rows, at, last) {
    const head = rows[at]
    // An event with an id must not keep the events before it alive.
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

/** A lazy event with its offsets in the stream, in bytes. */
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
