/* SPDX-License-Identifier: MIT */
import { HAS_ID, ROW } from './batch.js'

/**
 * An event whose fields are decoded when they are read. It stays valid, and
 * keeps the chunk that it came with alive. The row's numbers are its own: in a
 * copy of the rows they would want fresh memory for each chunk.
 */
export class LazyEvent {
  /**
   * @param {import('./batch.js').Batch} batch
   * @param {number} row
   * @param {string | LazyEvent} last What has the last event ID string before it.
   */
  constructor(batch, row, last) {
    const { rows } = batch
    const at = batch.first + row * ROW
    const head = rows[at]
    this._batch = batch
    this._row = row
    this._head = head
    this._data = rows[at + 1]
    this._dataEnd = rows[at + 2]
    this._id = rows[at + 3]
    this._idEnd = rows[at + 4]
    this._type = rows[at + 5]
    /** One with an id of its own must not keep all those before it alive. @type {string | LazyEvent} */
    this._last = head & HAS_ID ? '' : last
  }

  /** The type that the stream names. */
  get event() {
    return this._batch.type(this._head, this._type)
  }

  /** Its type: `message` where the stream names none. */
  get type() {
    return this.event ?? 'message'
  }

  /** Its data. */
  get data() {
    return this._batch.data(this._head, this._data, this._dataEnd)
  }

  /** The id that the event itself carries. */
  get id() {
    return this._batch.id(this._head, this._id, this._idEnd)
  }

  /** The last id that the stream has set. @returns {string} */
  get lastEventId() {
    return this.id ?? lastIdOf(this._last)
  }

  /** With `ranges`: where its first line begins in the stream, in bytes. */
  get begin() {
    return this._batch.ranges && this._batch.place(this._row, 0)
  }

  /** With `ranges`: where the blank line behind it ends. */
  get end() {
    return this._batch.ranges && this._batch.place(this._row, 1)
  }

  /**
   * The event as a plain object, which can be spread, posted and stored, and does not need the chunk.
   *
   * @returns {import('./types.js').ParsedEvent}
   */
  copy() {
    const { id, event, data, type, lastEventId, begin, end } = this
    const ranges = begin === undefined ? undefined : { begin, end }
    return { id, event, data, type, lastEventId, ...ranges }
  }

  /** What JSON.stringify shows. */
  toJSON() {
    return this.copy()
  }
}

/** @param {string | LazyEvent} last */
export function lastIdOf(last) {
  return typeof last === 'string' ? last : /** @type {string} */ (last.id)
}
