/* SPDX-License-Identifier: MIT */

/** The media type of a Content-Type header, the last one if there are several. @param {string | null | undefined} header */
export function lastType(header) {
  const types = (header || '').split(',')
  return types[types.length - 1].trim()
}

/** @param {string} type */
export function isEventStream(type) {
  return /^text\/event-stream\s*(;|$)/i.test(type)
}

/**
 * The value of a Last-Event-ID header: the UTF-8 of the id with one character for each byte, as in the standard, or
 * undefined if the id is empty or a header cannot carry it. Mini-programs have no TextEncoder.
 *
 * @param {string} id
 * @returns {string | undefined}
 */
export function lastEventIdHeader(id) {
  if (!id || /[\0-\x08\x0a-\x1f\x7f]/.test(id)) return undefined
  try {
    return encodeURIComponent(id).replace(/%(..)/g, (_, byte) => String.fromCharCode(parseInt(byte, 16)))
  } catch (error) {
    // Half a surrogate pair has no UTF-8.
    return undefined
  }
}

/**
 * @typedef {object} BodyReader
 * @property {() => Promise<{done?: boolean, value?: any}>} read
 * @property {() => void} cancel Ends a read that waits, and releases the source.
 */

/**
 * A reader of a stream or of an async iterable such as node-fetch's body, or undefined for anything else.
 *
 * @param {any} source
 * @returns {BodyReader | undefined}
 */
export function readerOf(source) {
  if (typeof source?.getReader === 'function') {
    const reader = source.getReader()
    return { read: () => reader.read(), cancel: () => void Promise.resolve(reader.cancel()).catch(() => {}) }
  }
  const iterator = source?.[Symbol.asyncIterator]?.()
  return iterator && iterableReader(iterator)
}

/** @param {AsyncIterator<any>} iterator @returns {BodyReader} */
function iterableReader(iterator) {
  /** @type {(end: {done: true}) => void} */
  let finish
  const cancelled = new Promise((resolve) => (finish = resolve))
  return {
    read: () => Promise.race([iterator.next(), cancelled]),
    cancel() {
      finish({ done: true })
      // A generator that waits for its own source ends at the next value of that source.
      Promise.resolve(iterator.return?.()).catch(() => {})
    },
  }
}

/** Cancels a source that will not be read. @param {any} source */
export function dropBody(source) {
  if (source && !source.locked && typeof source.cancel === 'function') Promise.resolve(source.cancel()).catch(() => {})
}
