/* SPDX-License-Identifier: MIT */
import { digits, frequent, scalar, simd } from 'weir-sse-modules'

/**
 * The bytes of a module that build.mjs made a text of.
 *
 * @param {string} text
 * @param {{frequent: number[], digits: string}} code
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function decodeModule(text, { frequent, digits }) {
  const codes = new TextEncoder().encode(text)
  const values = new Uint8Array(512)
  const order = [...frequent]
  for (let byte = 0; byte < 256; byte++) if (!frequent.includes(byte)) order.push(byte)
  order.forEach((byte, i) => (values[(Math.floor(i / digits.length) << 7) | digits.charCodeAt(i % digits.length)] = byte))
  let length = 0
  // In place: bytes are fewer than their codes.
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at]
    codes[length++] = values[code > 123 && code < 127 ? ((code - 123) << 7) | codes[++at] : code]
  }
  return codes.slice(0, length)
}

/** The bytes of the parser's module. @param {boolean} hasSimd Which one. */
export const moduleBytes = (hasSimd) => decodeModule(hasSimd ? simd : scalar, { frequent, digits })
