/* SPDX-License-Identifier: MIT */

/**
 * The value of a Last-Event-ID header: the id's UTF-8 with a character for each byte, as the standard has it. Nothing
 * for an id that is empty, or that a header cannot carry. Mini-programs have no TextEncoder.
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
