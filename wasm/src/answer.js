/* SPDX-License-Identifier: MIT */
import { instantiate } from './answer-module.js'
import { lastType, readerOf } from './http.js'
import { plainTexts, webTexts } from './texts.js'
import { events } from './stream.js'

/** @typedef {import('./answer.js').Answer} Answer */
/** @typedef {import('./answer.js').AnswerItem} AnswerItem */
/** @typedef {import('./answer.js').AnswerReaderOptions} AnswerReaderOptions */
/** @typedef {import('./answer.js').ReadAnswerOptions} ReadAnswerOptions */

const STATES = ['growing', 'complete', 'incomplete', 'cut-off', 'failed', 'blocked', 'invalid-tool-call']
const FINISHES = [undefined, 'complete', 'max-tokens', 'content-filter', 'other', 'blocked', 'failed']
const KINDS = ['text', 'thinking', 'refusal', 'tool-call', 'tool-result', 'citation', 'image', 'audio']
/** Numbers in `WeirRecordsFormat`. */
const FORMATS = { lines: 0, frames: 1, sequence: 2 }

/** What take(), next() and again() of the module return. */
const TAKEN = 1
const NEXT = 2
const NONE = 3
const BROKEN = 4
const NO_MEMORY = 5

/** Bytes of a chunk that are copied at a time. */
const PIECE = 1 << 16

/** Shared by all readers: the module, and how to encode and decode text. @type {{calls: any, texts: import('./engine.js').Texts} | undefined} */
let shared

/** Frees the memory of readers that were garbage collected before their end. */
const registry = typeof FinalizationRegistry === 'function' ? new FinalizationRegistry((reader) => shared?.calls.destroy(reader)) : undefined

function load() {
  if (shared) return shared
  const calls = instantiate()
  calls._initialize?.()
  shared = { calls, texts: typeof TextDecoder === 'function' ? webTexts() : plainTexts() }
  return shared
}

/** @param {number} value */
function checked(value) {
  if (!value) throw new Error('There is no memory for the answer')
  return value
}

/**
 * Reads what was added to the text of a reader since the last call. Returns undefined if earlier text changed.
 *
 * @type {(reader: AnswerReader) => string | undefined}
 */
let grow

/** The value of a JSON text, or undefined if it is invalid. @param {string} text */
function valueOf(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** An item as the package shows it. @param {any} item @returns {AnswerItem} */
function itemOf({ kind: number, isJson, isServerSide, isClosed, beginsParagraph, ...item }) {
  const flags = { isJson: !!isJson, isServerSide: !!isServerSide, isClosed: !!isClosed, beginsParagraph: !!beginsParagraph }
  return { kind: KINDS[number], ...item, ...flags }
}

/** An answer as the package shows it. @param {any} raw @returns {Answer} */
function answerOf({ verdict, items: rawItems, choices, firstUs, lastUs, isTooLarge, ...raw }) {
  /** @type {AnswerItem[]} */
  const items = rawItems.map(itemOf)
  const toolCalls = items
    .filter(({ kind }) => kind === 'tool-call')
    .map(({ id, name, text, choice, isServerSide }) => ({ id, name, arguments: text, input: valueOf(text), choice, isServerSide }))
  return {
    text: '',
    thinking: '',
    refusal: '',
    ...raw,
    verdict: { reason: undefined, tool: undefined, ...verdict, state: STATES[verdict.state], finish: FINISHES[verdict.finish], isRefusal: !!verdict.isRefusal },
    toolCalls,
    items,
    choices: choices.map((/** @type {any} */ { index, finish, reason }) => ({ index, finish: FINISHES[finish], reason })),
    firstMs: firstUs / 1000,
    lastMs: lastUs / 1000,
    isTooLarge: !!isTooLarge,
  }
}

/**
 * Assembles the answers of language models from the events of their stream: OpenAI Chat Completions and Responses,
 * Anthropic Messages, Gemini, Mistral, Cohere, DeepSeek, Ollama, Bedrock, the Vercel AI SDK and AG-UI, recognised by
 * their events.
 *
 * @example
 * const reader = new AnswerReader()
 * reader.take({ data: '{"choices":[{"index":0,"delta":{"content":"A low dam."},"finish_reason":"stop"}]}' })
 * reader.take({ data: '[DONE]' })
 * const { text, verdict } = reader.end()
 * console.log(text, verdict.state)
 */
export class AnswerReader {
  static {
    grow = (reader) => reader.#grow()
  }

  /** @type {AnswerReaderOptions} */
  #options
  /** The reader in the module, or 0. */
  #address = 0
  /** The text as it was at the last call of #grow(). */
  #text = ''
  /** The last answer that was shown, and the revision that it shows. @type {Answer | undefined} */
  #shown
  #revision = 0
  #isFed = false

  /** @param {AnswerReaderOptions} [options] */
  constructor(options = {}) {
    const { format = 'events' } = options
    if (format !== 'events' && !(format in FORMATS)) throw new TypeError(`The format is 'events', 'lines', 'frames' or 'sequence', not '${format}'`)
    this.#options = options
    load()
  }

  /**
   * Takes an event. Returns whether it is part of an answer.
   *
   * @param {{type?: string | undefined, event?: string | undefined, data: string}} event
   * @param {number} [time] When it arrived, in milliseconds.
   */
  take({ type, event, data }, time = Date.now()) {
    const name = type ?? event ?? ''
    const address = this.#open()
    const { calls, texts } = load()
    // A UTF-16 unit has at most three bytes in UTF-8.
    const room = 3 * (name.length + data.length)
    const at = checked(calls.reserve(room))
    const memory = new Uint8Array(calls.memory.buffer, at, room)
    const { written } = texts.encode(name, memory)
    const end = texts.encode(data, memory.subarray(written)).written
    return this.#settle(calls.take(address, written, end, time)) === TAKEN
  }

  /**
   * Takes bytes of a stream that is not an event stream, but of the option `format`.
   *
   * @param {Uint8Array} bytes
   * @param {number} [time]
   */
  feed(bytes, time = Date.now()) {
    const { format = 'events' } = this.#options
    if (format === 'events') throw new TypeError("feed () needs the option format: 'lines', 'frames' or 'sequence'")
    const address = this.#open()
    const { calls } = load()
    this.#isFed = true
    for (let at = 0; at < bytes.length; at += PIECE) {
      const piece = bytes.subarray(at, at + PIECE)
      const place = checked(calls.reserve(piece.length))
      new Uint8Array(calls.memory.buffer).set(piece, place)
      calls.feed(address, FORMATS[format], piece.length)
      this.#takeRecords(time)
    }
  }

  /** @param {number} time */
  #takeRecords(time) {
    const { calls } = load()
    for (let step; (step = calls.next(this.#address, time)) !== NONE; ) {
      if (step === BROKEN) throw new Error("The stream's frames are damaged: a checksum or a length is wrong")
      this.#settle(step)
    }
  }

  /** The text of the answer so far: of its first choice, without thinking and refusals. */
  get text() {
    this.#grow()
    return this.#text
  }

  #grow() {
    const before = this.#text
    if (!this.#isGrowing()) {
      this.#text = this.#shown?.text ?? ''
      return this.#text.startsWith(before) ? this.#text.slice(before.length) : undefined
    }
    const { calls, texts } = load()
    const continues = calls.grow(this.#address)
    const piece = this.#read(texts, calls.outputLength())
    this.#text = continues ? before + piece : piece
    return continues || !before ? piece : undefined
  }

  /** The answer so far, or the last one, or undefined if no event was part of one. @returns {Answer | undefined} */
  get answer() {
    if (this.#isGrowing()) this.#show()
    return this.#shown
  }

  /**
   * Ends the stream: the verdict of the answer is final. Returns the last answer.
   *
   * @param {number} [time] When the stream ended, in milliseconds.
   * @returns {Answer | undefined}
   */
  end(time = Date.now()) {
    if (!this.#address) return this.#shown
    const { calls } = load()
    const address = this.#address
    try {
      calls.finish(address)
      if (this.#isFed) this.#takeRecords(time)
      const last = this.#close()
      this.#release()
      if (last) this.#options.onAnswer?.(last)
    } finally {
      this.#release()
    }
    return this.#shown
  }

  #open() {
    if (!this.#address) {
      this.#address = checked(load().calls.create())
      this.#shown = undefined
      registry?.register(this, this.#address, this)
    }
    return this.#address
  }

  #release() {
    if (this.#address) load().calls.destroy(this.#address)
    this.#address = this.#revision = 0
    this.#isFed = false
    registry?.unregister(this)
  }

  #isGrowing() {
    return this.#address !== 0 && load().calls.revision(this.#address) > 0
  }

  /** If an event begins another answer, ends the answer before it. @param {number} step */
  #settle(step) {
    const { calls } = load()
    const last = step === NEXT ? this.#close() : undefined
    if (step === NEXT) step = calls.again(this.#address)
    if (step === NO_MEMORY) checked(0)
    if (last) this.#options.onAnswer?.(last)
    return step
  }

  /** Ends the answer and returns it. */
  #close() {
    load().calls.close(this.#address)
    if (!this.#isGrowing()) return undefined
    this.#revision = 0
    const last = this.#show()
    this.#revision = 0
    return last
  }

  /** Updates the answer that is shown and returns it. */
  #show() {
    const { calls, texts } = load()
    const revision = calls.revision(this.#address)
    if (revision === this.#revision) return this.#shown
    this.#shown = answerOf(JSON.parse(this.#read(texts, checked(calls.describe(this.#address)))))
    this.#revision = revision
    return this.#shown
  }

  /** The text that the module has written. @param {import('./engine.js').Texts} texts @param {number} length */
  #read(texts, length) {
    const { calls } = load()
    const at = calls.outputBytes()
    return length ? texts.any(new Uint8Array(calls.memory.buffer), at, at + length) : ''
  }
}

/** The format of a body, by its type. @param {any} source */
function formatOf(source) {
  const type = lastType(source?.headers?.get?.('content-type'))
  if (source?.ok === false) return 'events'
  if (/^application\/(x-ndjson|ndjson|jsonl|x-jsonlines)\s*(;|$)/i.test(type)) return 'lines'
  if (/^application\/json-seq\s*(;|$)/i.test(type)) return 'sequence'
  return /^application\/vnd\.amazon\.eventstream\s*(;|$)/i.test(type) ? 'frames' : 'events'
}

/**
 * Reads a response to its end, and returns the answer in it. An answer that is cut off, incomplete, blocked or failed
 * is returned as well, and its verdict says so. A response that is not a stream throws a ResponseError.
 *
 * @param {any} source A response, or a stream of bytes or strings.
 * @param {ReadAnswerOptions} [options]
 * @returns {Promise<Answer>} Of several answers the last one.
 * @example
 * const answer = await readAnswer(await fetch('https://example.org/v1/chat/completions'))
 * console.log(answer.text, answer.verdict.state)
 */
export async function readAnswer(source, options = {}) {
  const { onText, onAnswer, signal } = options
  const format = formatOf(source)
  const reader = new AnswerReader({ format, onAnswer })
  let text = ''
  const tell = () => {
    if (!onText) return
    const piece = grow(reader)
    if (piece === '') return
    text = piece === undefined ? reader.text : text + piece
    onText(text, piece)
  }
  if (format === 'events')
    for await (const event of events(source, { signal })) {
      if (reader.take(event)) tell()
    }
  else
    for await (const chunk of chunksOf(source, signal)) {
      reader.feed(chunk)
      tell()
    }
  const answer = reader.end()
  tell()
  if (!answer) throw new Error('The stream ended without the answer of a language model')
  return answer
}

/**
 * The chunks of a body.
 *
 * @param {any} source
 * @param {AbortSignal | null | undefined} signal
 */
async function* chunksOf(source, signal) {
  const reader = readerOf(source.body)
  if (!reader) throw new TypeError("The response has no body that can be read as a stream; this host's fetch cannot stream")
  const stop = () => reader.cancel()
  signal?.addEventListener('abort', stop)
  try {
    for (let next; signal?.throwIfAborted(), !(next = await reader.read()).done; ) yield next.value
    signal?.throwIfAborted()
  } finally {
    signal?.removeEventListener('abort', stop)
    reader.cancel()
  }
}
