/* SPDX-License-Identifier: MIT */
import { HAS_ID } from './batch.js'

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
    this._batch = batch
    this._row = row
    /** One with an id of its own must not keep all those before it alive. @type {string | LazyEvent} */
    this._last = batch.head(row) & HAS_ID ? '' : last
  }

  /** The type that the stream names. */
  get event() {
    return this._batch.type(this._row)
  }

  /** Its type: `message` where the stream names none. */
  get type() {
    return this._batch.type(this._row) ?? 'message'
  }

  /** Its data. */
  get data() {
    return this._batch.data(this._row)
  }

  /** The id that the event itself carries. */
  get id() {
    return this._batch.id(this._row)
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
