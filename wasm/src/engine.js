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
    /** The begin of a block, which waits for the rest. @type {Uint8Array | undefined} */
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
    /** Called for each piece: not to be looked up each time. */
    this.feed = calls.feed
    this.another = another
    this.u8 = new Uint8Array(calls.memory.buffer)
    this.i32 = new Int32Array(calls.memory.buffer)
    const places = this.i32.subarray(calls.places() >> 2)
    const [state, top, answer, rows, ranges, larges, names, text, wide, tail, waiting] = places
    /** Where things are in memory, in units of what is there; weir-sse.c says what they are. */
    this.state = state
    this.top = top >> 2
    this.answer = answer >> 2
    this.rows = rows >> 2
    this.rangesAt = ranges
    this.largesAt = larges >> 2
    this.namesAt = names
    this.text = text
    this.wide = wide
    this.tail = tail
    this.waiting = waiting >> 2
    /** Event types, by their number, which is never 0. @type {string[]} */
    this.names = ['']
    /** @type {Guest | undefined} */
    this.guest = undefined
    /** An instance that was another parser's. @type {WeakRef<Engine> | undefined} */
    this.spare = undefined
    /** Whoever may still read the rows. @type {{keep(): void} | undefined} */
    this.reader = undefined
  }

  /** Memory that grew is another buffer. */
  renew() {
    const { buffer } = this.calls.memory
    this.u8 = new Uint8Array(buffer)
    this.i32 = new Int32Array(buffer)
  }

  /** An engine with an instance of its own, where that can be had. */
  separate() {
    const spare = this.spare && this.spare.deref()
    this.spare = undefined
    return spare || (this.another ? new Engine(this.texts, this.another()) : this)
  }

  /**
   * Takes an instance back that nobody is in. It goes when memory is wanted; until then the next
   * large event has memory that need not be had from the system again.
   *
   * @param {Engine} engine
   */
  take(engine) {
    if (engine !== this && typeof WeakRef !== 'undefined') this.spare = new WeakRef(engine)
  }

  /** Whether the parser in here has grown too large to share an instance. */
  isLarge() {
    return this.i32[this.top] - this.state > SHARED
  }

  /** Puts the parser that is in here aside. */
  leave() {
    const { guest, u8, i32, tail } = this
    if (guest) {
      guest.state = u8.slice(this.state, i32[this.top])
      guest.tail = u8.slice(tail, tail + i32[this.waiting])
    }
    this.guest = undefined
  }

  /** Takes a parser in. The rows are about to be written again. @param {Guest} guest */
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

  /** The first n texts that were too long for the narrow or the wide text. @param {number} n */
  larges(n) {
    return Array.from({ length: n }, (_, i) => {
      const [begin, length, wide] = this.i32.subarray(this.largesAt + 3 * i)
      return this.texts[wide ? 'utf8' : 'ascii'](this.u8, begin, begin + length)
    })
  }

  /** The byte ranges of the first n rows. @param {number} n */
  ranges(n) {
    return new Float64Array(this.u8.buffer, this.rangesAt, 2 * n).slice()
  }
}
