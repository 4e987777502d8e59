/* SPDX-License-Identifier: MIT */

/** @typedef {import('./engine.js').Texts} Texts */

/** Strings by the encoders and decoders of the web. @returns {Texts} */
export function webTexts() {
  const encoder = new TextEncoder()
  // A unit a byte: between the texts that are ASCII others may stand.
  const ascii = new TextDecoder('latin1')
  const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
  const utf16 = new TextDecoder('utf-16le', { ignoreBOM: true })
  /** @param {TextDecoder} decoder */
  const by = (decoder) => (/** @type {Uint8Array} */ memory, /** @type {number} */ begin, /** @type {number} */ end) =>
    decoder.decode(memory.subarray(begin, end))
  return {
    ascii: by(ascii),
    utf16: by(utf16),
    // The text is whole, so nothing stays in the decoder; and Node decodes faster as if more came.
    utf8: (memory, begin, end) => utf8.decode(memory.subarray(begin, end), { stream: true }),
    encode: (text, to) => encoder.encodeInto(text, to),
  }
}

/** Strings by Node's Buffer where there is one: its copies are faster. @returns {Texts} */
export function hostTexts() {
  const { latin1Slice, ucs2Slice } = /** @type {any} */ (globalThis).Buffer?.prototype ?? {}
  const texts = webTexts()
  if (!latin1Slice) return texts
  return {
    ascii: (memory, begin, end) => latin1Slice.call(memory, begin, end),
    utf16: (memory, begin, end) => ucs2Slice.call(memory, begin, end),
    utf8: texts.utf8,
    encode: texts.encode,
  }
}
