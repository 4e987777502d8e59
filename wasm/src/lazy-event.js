/* SPDX-License-Identifier: MIT */

/**
 * An event whose fields are decoded when they are read. It stays valid, and
 * keeps the chunk that it came with alive.
 */
export class LazyEvent {
  /**
   * @param {import('./batch.js').Batch} batch
   * @param {number} row
   * @param {string | LazyEvent} last What has the last event ID string before it.
   */
  constructor(batch, row, last) {
    const { rows } = batch
    const at = batch.indexOf(row)
    this._batch = batch
    this._row = row
    this._head = rows[at]
    this._begin = rows[at + 1]
    this._end = rows[at + 2]
    this._idBegin = rows[at + 3]
    this._idEnd = rows[at + 4]
    this._last = last
    /** The type that the stream names. */
    this.event = batch.type(row)
  }

  /** Its type: `message` where the stream names none. */
  get type() {
    return this.event === undefined ? 'message' : this.event
  }

  /** Its data. */
  get data() {
    return this._batch.text((this._head >> 4) & 3, this._begin, this._end)
  }

  /** The id that the event itself carries. */
  get id() {
    return this._head & 8 ? this._batch.text((this._head >> 6) & 3, this._idBegin, this._idEnd) : undefined
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

  /** What JSON.stringify shows. */
  toJSON() {
    const { type, data, lastEventId } = this
    return { type, data, lastEventId }
  }
}

/** @param {string | LazyEvent} last */
export function lastIdOf(last) {
  return typeof last === 'string' ? last : /** @type {string} */ (last.id)
}
