/* SPDX-License-Identifier: MIT */

/**
 * How a host makes strings of the module's memory, and bytes of strings.
 * `ascii` is given bytes below 0x80 only; `utf16` is little endian.
 *
 * @typedef {object} Texts
 * @property {(memory: Uint8Array, begin: number, end: number) => string} ascii
 * @property {(memory: Uint8Array, begin: number, end: number) => string} utf16
 * @property {(memory: Uint8Array, begin: number, end: number) => string} utf8
 * @property {(text: string, to: Uint8Array) => {read: number, written: number}} encode
 */

/** Bytes of a chunk that are parsed at a time: what the module has room for. */
export const PIECE = 65536

/** A parser with a state larger than this has an instance of its own, which goes when it goes. */
const SHARED = 1 << 18

/** A page of WebAssembly memory. */
const PAGE = 65536

/** A parser, as the engine knows it: what is kept of it while another one is in the instance. */
export class Guest {
  /** @param {(calls: any) => void} open Makes it. */
  constructor(open) {
    this.open = open
    /** @type {Uint8Array | undefined} */
    this.state = undefined
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
    this.another = another
    this.view()
    /** Where things are in memory; weir-sse.c says what. */
    this.places = this.i32.slice(this.calls.places() >> 2).subarray(0, 9)
    /** Event types, by their number, which is never 0. @type {(string | undefined)[]} */
    this.names = [undefined]
    /** @type {Guest | undefined} */
    this.guest = undefined
    /** Whoever may still read the rows. @type {{keep(): void} | undefined} */
    this.reader = undefined
  }

  /** Memory that grew is another buffer. */
  view() {
    const { buffer } = this.calls.memory
    this.u8 = new Uint8Array(buffer)
    this.i32 = new Int32Array(buffer)
    this.f64 = new Float64Array(buffer)
  }

  /** A word of what the last call says. @param {number} word */
  answer(word) {
    return this.i32[(this.places[2] >> 2) + word]
  }

  /** Where the state of the parser in here ends. */
  top() {
    return this.i32[this.places[1] >> 2]
  }

  /** An engine with an instance of its own, where that can be had. */
  separate() {
    return this.another ? new Engine(this.texts, this.another()) : this
  }

  /** Whether the parser in here has grown too large to share an instance. */
  isLarge() {
    return this.top() - this.places[0] > SHARED
  }

  /** Puts the parser that is in here aside. */
  leave() {
    if (this.guest) this.guest.state = this.u8.slice(this.places[0], this.top())
    this.guest = undefined
  }

  /** Takes a parser in. The rows are about to be written again. @param {Guest} guest */
  enter(guest) {
    this.reader?.keep()
    this.reader = undefined
    if (this.guest === guest) return
    this.leave()
    this.guest = guest
    const { state } = guest
    if (!state) return guest.open(this.calls)
    const lacking = this.places[0] + state.length + PAGE - this.u8.length
    if (lacking > 0) {
      this.calls.memory.grow(Math.ceil(lacking / PAGE))
      this.view()
    }
    this.u8.set(state, this.places[0])
    guest.state = undefined
  }

  /**
   * An event type by its number.
   *
   * @param {number} number
   */
  name(number) {
    const at = this.places[6] + (number - 1) * 32
    return (this.names[number] ??= this.texts.utf8(this.u8, at + 1, at + 1 + this.u8[at]))
  }

  /**
   * A text that was too long for the narrow or the wide text.
   *
   * @param {number} at Where it is described.
   */
  large(at) {
    const [begin, length, wide] = this.i32.subarray(at)
    return this.texts[wide ? 'utf8' : 'ascii'](this.u8, begin, begin + length)
  }
}
