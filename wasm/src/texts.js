/* SPDX-License-Identifier: MIT */

/** @typedef {import('./engine.js').Texts} Texts */
/** @typedef {(memory: Uint8Array, begin: number, end: number) => string} Decode */

/** How often each of two decoders is tried. */
const TRIES = 12

/** @param {TextDecoder} decoder @param {TextDecodeOptions} [options] @returns {Decode} */
const by = (decoder, options) => (memory, begin, end) => decoder.decode(memory.subarray(begin, end), options)

/** TextEncoder and TextDecoder. @returns {Texts} */
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
 * Alternates between two decoders for the first texts, and then keeps the one whose best turn took less time per
 * byte. Which one that is depends on the version of the host.
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

/** Node's Buffer, which is faster, or else TextDecoder. @returns {Texts} */
export function hostTexts() {
  const { latin1Slice, utf8Slice } = /** @type {any} */ (globalThis).Buffer?.prototype ?? {}
  const texts = webTexts()
  if (!latin1Slice || !utf8Slice) return texts
  texts.ascii = (memory, begin, end) => latin1Slice.call(memory, begin, end)
  texts.any = (memory, begin, end) => utf8Slice.call(memory, begin, end)
  // Node 20 decodes faster with `stream`. The decoder keeps nothing, because each text ends with a complete character.
  const streaming = by(new TextDecoder('utf-8', { ignoreBOM: true }), { stream: true })
  texts.utf8 = faster(texts, [texts.any, streaming])
  return texts
}

/* --- Hosts without a TextDecoder ------------------------------------------------ */

/** The number of arguments that String.fromCharCode takes in every host. */
const MOST = 4096

/** @param {Uint8Array | Uint16Array} units */
function fromUnits(units) {
  let text = ''
  for (let at = 0; at < units.length; at += MOST)
    text += String.fromCharCode.apply(null, /** @type {any} */ (units.subarray(at, at + MOST)))
  return text
}

/**
 * UTF-8 as a string, with U+FFFD for invalid parts ("UTF-8 decoder" of the Encoding Standard).
 *
 * @param {Uint8Array} bytes
 */
function fromUtf8(bytes) {
  const units = new Uint16Array(bytes.length)
  let length = 0
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at++]
    let more = lead < 0xc2 || lead > 0xf4 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3
    let character = lead < 0x80 ? lead : more ? lead & (0x3f >> more) : 0xfffd
    let least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
    let most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
    for (; more > 0; more--, least = 0x80, most = 0xbf) {
      const byte = bytes[at]
      if (!(byte >= least && byte <= most)) {
        character = 0xfffd
        break
      }
      character = (character << 6) | (byte & 0x3f)
      at++
    }
    if (character > 0xffff) units[length++] = 0xd7c0 + (character >> 10)
    units[length++] = character > 0xffff ? 0xdc00 | (character & 0x3ff) : character
  }
  return fromUnits(units.subarray(0, length))
}

/**
 * Encodes as much of a string as there is room for in UTF-8.
 *
 * @param {string} text
 * @param {Uint8Array} to
 */
function encode(text, to) {
  let read = 0
  let written = 0
  for (const character of text) {
    const code = /** @type {number} */ (character.codePointAt(0))
    const scalar = code >= 0xd800 && code < 0xe000 ? 0xfffd : code
    const more = scalar < 0x80 ? 0 : scalar < 0x800 ? 1 : scalar < 0x10000 ? 2 : 3
    if (written + more >= to.length) break
    to[written++] = more ? ((0xff00 >> (more + 1)) & 0xff) | (scalar >> (6 * more)) : scalar
    for (let i = more - 1; i >= 0; i--) to[written++] = 0x80 | ((scalar >> (6 * i)) & 0x3f)
    read += character.length
  }
  return { read, written }
}

/**
 * For mini-programs, which have no TextDecoder and TextEncoder.
 *
 * @returns {import('./engine.js').Texts}
 */
export function plainTexts() {
  /** @param {Uint8Array} memory @param {number} begin @param {number} end */
  const utf8 = (memory, begin, end) => fromUtf8(memory.subarray(begin, end))
  return {
    ascii: (memory, begin, end) => fromUnits(memory.subarray(begin, end)),
    utf8,
    any: utf8,
    encode,
  }
}
