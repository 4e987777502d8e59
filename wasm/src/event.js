/* SPDX-License-Identifier: MIT */

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
