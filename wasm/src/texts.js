/* SPDX-License-Identifier: MIT */

/** @typedef {import('./engine.js').Texts} Texts */
/** @typedef {(memory: Uint8Array, begin: number, end: number) => string} Decode */

/** How often each of two decoders is tried. */
const TRIES = 12

/** @param {TextDecoder} decoder @param {TextDecodeOptions} [options] @returns {Decode} */
const by = (decoder, options) => (memory, begin, end) => decoder.decode(memory.subarray(begin, end), options)

/** Strings by the encoders and decoders of the web. @returns {Texts} */
export function webTexts() {
  const encoder = new TextEncoder()
  const utf8 = by(new TextDecoder('utf-8', { ignoreBOM: true }))
  return {
    ascii: by(new TextDecoder('latin1')),
    utf8,
    any: utf8,
    encode: (text, to) => encoder.encodeInto(text, to),
  }
}

/**
 * Lets two decoders take turns at the first texts, and then the one go on whose best turn took less
 * time for a byte: which one that is differs between versions of a host.
 *
 * @param {Texts} texts
 * @param {Decode[]} decoders
 * @returns {Decode}
 */
function faster(texts, decoders) {
  const best = decoders.map(() => Infinity)
  let turn = 0
  return (memory, begin, end) => {
    const which = turn++ % decoders.length
    const before = performance.now()
    const text = decoders[which](memory, begin, end)
    best[which] = Math.min(best[which], (performance.now() - before) / (end - begin))
    if (turn === TRIES * decoders.length) texts.utf8 = decoders[best.indexOf(Math.min(...best))]
    return text
  }
}

/** Strings by Node's Buffer where there is one: its copies are faster. @returns {Texts} */
export function hostTexts() {
  const { latin1Slice, utf8Slice } = /** @type {any} */ (globalThis).Buffer?.prototype ?? {}
  const texts = webTexts()
  if (!latin1Slice || !utf8Slice) return texts
  texts.ascii = (memory, begin, end) => latin1Slice.call(memory, begin, end)
  texts.any = (memory, begin, end) => utf8Slice.call(memory, begin, end)
  // Node 20 decodes faster as if more came; nothing stays in the decoder, since each text ends with a whole character.
  const streaming = by(new TextDecoder('utf-8', { ignoreBOM: true }), { stream: true })
  texts.utf8 = faster(texts, [texts.any, streaming])
  return texts
}
