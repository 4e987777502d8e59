/* SPDX-License-Identifier: MIT */
/**
 * How a host decodes and encodes strings. `ascii` takes only bytes below 0x80, `utf8` only texts whose last
 * character is complete. Invalid UTF-8 becomes U+FFFD as in a TextDecoder, and a byte order mark is kept.
 *
 * @typedef {object} Texts
 * @property {(memory: Uint8Array, begin: number, end: number) => string} ascii
 * @property {(memory: Uint8Array, begin: number, end: number) => string} utf8
 * @property {(memory: Uint8Array, begin: number, end: number) => string} any
 * @property {(text: string, to: Uint8Array) => {read: number, written: number}} encode
 */

/** Bytes of a chunk that are parsed at a time: the capacity of the module. */
export const PIECE = 65536

/** A parser with a larger state gets a separate instance, which is freed with it. */
const SHARED = 1 << 18

/** A page of WebAssembly memory. */
const PAGE = 65536

/** Bytes for lazy events are collected in blocks of this size. */
const SLAB = 32768

/* Offsets of the members of WeirAnswer and WeirText16 in weir-sse-table.h, in words. */
export const STATUS = 0
export const N_LARGES = 1
export const OVER = 2
const MAIN = 3
const EXTRA = 7
const END = 1
const UNITS = 2
const IS_ASCII = 3
const TEXT = 11
export const CUT_END = 12
export const EXTRA_END = EXTRA + END

/** A parser, as the engine knows it: its saved state while another one is in the instance. */
export class Guest {
  /** @param {(calls: any) => void} open Initialises it. */
  constructor(open) {
    this.open = open
    /** @type {Uint8Array | undefined} */
    this.state = undefined
    /** The start of a block that is not complete. @type {Uint8Array | undefined} */
    this.tail = undefined
  }
}

/** An instance of the module, and the parser that is in it. */
export class Engine {
  /**
   * @param {Texts} texts
   * @param {any} calls What an instance of the module exports.
   * @param {() => any} [another] Makes another instance, and returns what it exports.
   */
  constructor(texts, calls, another) {
    this.texts = texts
    this.calls = calls
    /** Called for each piece, so it is not looked up each time. */
    this.feed = calls.feed
    this.another = another
    this.isJavaScript = !!calls.isJavaScript
    this.u8 = new Uint8Array(calls.memory.buffer)
    this.i32 = new Int32Array(calls.memory.buffer)
    const places = this.i32.subarray(calls.places() >> 2)
    const [state, top, answer, rows, ranges, larges, names, text, extra, tail, waiting] = places
    /** Offsets in memory, in units of the elements there, as listed in weir-sse.c. */
    this.state = state
    this.top = top >> 2
    this.answer = answer >> 2
    this.rows = rows >> 2
    this.rangesAt = ranges
    this.largesAt = larges >> 2
    this.namesAt = names
    this.text = text
    this.extraAt = extra
    this.tail = tail
    this.waiting = waiting >> 2
    /** Event types, by their number, which is never 0. @type {string[]} */
    this.names = ['']
    /** @type {Guest | undefined} */
    this.guest = undefined
    /** An instance that another parser used before. @type {WeakRef<Engine> | undefined} */
    this.spare = undefined
    /** Bytes for lazy events, and how many of them are in use. */
    this.slab = new Uint8Array(0)
    this.slabEnd = 0
    /** The batch that may still read the rows. @type {{keep(): void} | undefined} */
    this.reader = undefined
  }

  /** Whether memory grew. The old buffer is then detached, except in the module as JavaScript. */
  isStale() {
    return this.u8.length === 0 || (this.isJavaScript && this.u8.buffer !== this.calls.memory.buffer)
  }

  /** Takes the new buffer after memory grew. */
  renew() {
    const { buffer } = this.calls.memory
    this.u8 = new Uint8Array(buffer)
    this.i32 = new Int32Array(buffer)
  }

  /** An engine with a separate instance, or this one if there can be no other. */
  separate() {
    const spare = this.spare && this.spare.deref()
    this.spare = undefined
    return spare || (this.another ? new Engine(this.texts, this.another()) : this)
  }

  /**
   * Keeps an unused instance, weakly, so that the next large event can reuse its memory.
   *
   * @param {Engine} engine
   */
  take(engine) {
    if (engine !== this && typeof WeakRef !== 'undefined') this.spare = new WeakRef(engine)
  }

  /** Whether the current parser has grown too large to share an instance. */
  isLarge() {
    return this.i32[this.top] - this.state > SHARED
  }

  /** Saves the current parser. */
  leave() {
    const { guest, u8, i32, tail } = this
    if (guest) {
      guest.state = u8.slice(this.state, i32[this.top])
      guest.tail = u8.slice(tail, tail + i32[this.waiting])
    }
    this.guest = undefined
  }

  /** Restores a parser. The rows are about to be overwritten. @param {Guest} guest */
  enter(guest) {
    if (this.reader) this.reader.keep()
    this.reader = undefined
    if (this.guest === guest) return
    this.leave()
    this.guest = guest
    const { state, tail } = guest
    if (!state || !tail) return guest.open(this.calls)
    const lacking = this.state + state.length + PAGE - this.u8.length
    if (lacking > 0) {
      this.calls.memory.grow(Math.ceil(lacking / PAGE))
      this.renew()
    }
    this.u8.set(state, this.state)
    this.u8.set(tail, this.tail)
    guest.state = guest.tail = undefined
  }

  /** An event type by its number. @param {number} number */
  name(number) {
    const at = this.namesAt + (number - 1) * 32
    return (this.names[number] ??= this.texts.utf8(this.u8, at + 1, at + 1 + this.u8[at]))
  }

  /**
   * A text of the last call, or undefined if it is not UTF-8 and the offsets in the rows are wrong.
   *
   * @param {number} at The offset of its WeirText16, in words.
   * @param {number} address The origin of its offsets.
   */
  decode(at, address) {
    const { i32, u8, texts } = this
    const begin = i32[at]
    const end = i32[at + END]
    if (end === 0) return ''
    if (i32[at + IS_ASCII]) return texts.ascii(u8, address + begin, address + end)
    const text = texts.utf8(u8, address + begin, address + end)
    return text.length === i32[at + UNITS] ? text : undefined
  }

  /** The main text of the last call's rows. */
  main() {
    return this.decode(this.answer + MAIN, this.said(TEXT))
  }

  /** Their extra text. */
  extra() {
    return this.decode(this.answer + EXTRA, this.extraAt)
  }

  /** A word of the result of the last call. @param {number} word */
  said(word) {
    return this.i32[this.answer + word]
  }

  /**
   * Copies bytes to the slab, and returns their offset in it.
   *
   * @param {Uint8Array} bytes
   */
  keep(bytes) {
    let at = this.slabEnd
    if (bytes.length > this.slab.length - at) {
      this.slab = new Uint8Array(Math.max(SLAB, bytes.length))
      at = 0
    }
    this.slab.set(bytes, at)
    this.slabEnd = at + bytes.length
    return at
  }

  /** The same for bytes in the memory of the engine. @param {number} address @param {number} length */
  keepOwn(address, length) {
    return length > 0 ? this.keep(this.u8.subarray(address, address + length)) : 0
  }

  /** Copies the extra text to the slab. */
  keepExtra() {
    return this.keepOwn(this.extraAt, this.said(EXTRA_END))
  }

  /** Copies values that begin before the piece to the slab. */
  keepCut() {
    return this.keepOwn(this.said(TEXT), this.said(CUT_END))
  }

  /** The large texts of the last call's rows. */
  larges() {
    return Array.from({ length: this.said(N_LARGES) }, (_, i) => {
      const [begin, length, isAscii] = this.i32.subarray(this.largesAt + 3 * i)
      return this.texts[isAscii ? 'ascii' : 'utf8'](this.u8, begin, begin + length)
    })
  }

  /** The byte ranges of the first n rows. @param {number} n */
  ranges(n) {
    return new Float64Array(this.u8.buffer, this.rangesAt, 2 * n).slice()
  }
}
