/* SPDX-License-Identifier: MIT */

/**
 * @typedef {object} BodyReader
 * @property {() => Promise<{done?: boolean, value?: any}>} read
 * @property {() => void} cancel Ends a read that waits, and gives the source back.
 */

/**
 * A reader of a stream or of an async iterable such as node-fetch's body; nothing for anything else.
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
      // A generator that waits for its own source ends when that gives its next value.
      Promise.resolve(iterator.return?.()).catch(() => {})
    },
  }
}

/** Cancels a source that will not be read. @param {any} source */
export function dropBody(source) {
  if (source && !source.locked && typeof source.cancel === 'function') Promise.resolve(source.cancel()).catch(() => {})
}
