/* SPDX-License-Identifier: MIT */

/** The media type that counts in a Content-Type header: where there are several, the last one. @param {string | null | undefined} header */
export function lastType(header) {
  const types = (header || '').split(',')
  return types[types.length - 1].trim()
}

/** @param {string} type */
export function isEventStream(type) {
  return /^text\/event-stream\s*(;|$)/i.test(type)
}
