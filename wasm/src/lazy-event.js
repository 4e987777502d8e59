/* SPDX-License-Identifier: MIT */

/**
 * An event whose fields are decoded when they are read. It stays valid, and
 * keeps the text of the events that came with it alive.
 */
export class LazyEvent {
  /**
   * @param {import('./batch.js').Batch} batch
   * @param {number} row
   */
  constructor(batch, row) {
    this._batch = batch
    this._row = row
  }

  /** Its type: `message` where the stream names none. */
  get type() {
    return this._batch.type(this._row) ?? 'message'
  }

  /** The type that the stream names. */
  get event() {
    return this._batch.type(this._row)
  }

  /** Its data. */
  get data() {
    return this._batch.data(this._row)
  }

  /** The id that the event itself carries. */
  get id() {
    return this._batch.id(this._row)
  }

  /** The last id that the stream has set. */
  get lastEventId() {
    return this._batch.sticky(this._row)
  }

  /** Where its first line begins in the stream, in bytes; with `ranges`. */
  get begin() {
    return this._batch.ranges && this._batch.place(this._row, 0)
  }

  /** Where the blank line behind it ends. */
  get end() {
    return this._batch.ranges && this._batch.place(this._row, 1)
  }

  /** What JSON.stringify shows. */
  toJSON() {
    const { type, data, lastEventId } = this
    return { type, data, lastEventId }
  }
}
