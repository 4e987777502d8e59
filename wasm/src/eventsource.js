/* SPDX-License-Identifier: MIT */
import { createParser } from './index.js'

/**
 * When to connect again, and how long to wait before.
 *
 * @typedef {object} ReconnectPolicy
 * @property {number} [delayMs] The first wait, until the stream sets another; 3000 unless given.
 * @property {number} [factor] By how much each wait is longer than the one before, while no event arrives; 1 unless given.
 * @property {number} [maxDelayMs] No wait is longer; 60000 unless given.
 * @property {number} [jitter] Which part of a wait is left to chance, from 0 to 1; 0 unless given.
 * @property {number} [maxAttempts] How often to try in a row before giving up; no limit unless given.
 */

/**
 * @typedef {object} EventSourceOptions
 * @property {boolean} [withCredentials] Send cookies to other origins too.
 * @property {Record<string, string> | Headers | [string, string][]} [headers] Headers to send besides the standard's.
 * @property {string} [method] `GET` unless given. Another is not sent again, unless `reconnect` is given.
 * @property {BodyInit | null} [body] What to send.
 * @property {(url: string, init: RequestInit) => Promise<Response>} [fetch] Used instead of the host's own.
 * @property {string} [lastEventId] The last event ID to begin with.
 * @property {ReconnectPolicy | false} [reconnect] When to connect again; `false`: never.
 */

/**
 * What an `error` event of this class carries besides: what happened, in a sentence, and the status, if there was one.
 *
 * @typedef {Event & {message: string, status?: number}} EventSourceErrorEvent
 */

const CONNECTING = 0
const OPEN = 1
const CLOSED = 2

/** A timer with a longer wait would ring at once. */
const LONGEST_WAIT = 2 ** 31 - 1

/** Headers carry bytes: text as UTF-8. @param {string} text */
function headerOf(text) {
  let bytes = ''
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte)
  return bytes
}

/** Node says what went wrong in the cause. @param {any} error */
function messageOf(error) {
  const cause = error?.cause?.message || error?.cause?.code
  return (error?.message ?? String(error)) + (cause ? `: ${cause}` : '')
}

/** Gives back what nobody reads. @param {{cancel(): Promise<any>, locked?: boolean} | null | undefined} body */
function drop(body) {
  if (body && !body.locked) body.cancel().catch(() => {})
}

/** @param {ReconnectPolicy} policy */
function checked(policy) {
  for (const [name, value] of Object.entries(policy))
    if (value !== undefined && !(value >= 0)) throw new RangeError(`reconnect.${name} must be a number from 0 up`)
  return policy
}

/** @param {string | URL} url */
function resolve(url) {
  const { document, location } = /** @type {any} */ (globalThis)
  try {
    return new URL(url, document?.baseURI ?? location?.href).href
  } catch {
    throw new DOMException(`Not an address: ${url}`, 'SyntaxError')
  }
}

/**
 * The web's EventSource, with headers, method and body, in browsers, workers and Node.
 *
 * @example
 * const source = new EventSource(url, { headers: { authorization: 'Bearer secret' } })
 * source.onmessage = (event) => {
 *   console.log(event.data)
 *   source.close()
 * }
 */
export class EventSource extends EventTarget {
  #url
  #withCredentials
  /** @type {0 | 1 | 2} */
  #readyState = CONNECTING
  /** What `on…` holds, and the listener that calls it. @type {Map<string, {handler: any, listener: (event: Event) => void}>} */
  #handlers = new Map()
  #options
  #headers
  #mayReconnect
  /** @type {ReconnectPolicy} */
  #policy
  #delayMs
  #attempts = 0
  #lastEventId
  #abort = new AbortController()
  /** @type {ReadableStreamDefaultReader<Uint8Array> | undefined} */
  #reader
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer

  /**
   * @param {string | URL} url
   * @param {EventSourceOptions | null} [options]
   * @throws {DOMException} `SyntaxError`: `url` is no address.
   * @throws {TypeError} One of the headers is none.
   * @throws {RangeError} A number of `reconnect` is none.
   */
  constructor(url, options) {
    super()
    const { headers, lastEventId = '', reconnect, method = 'GET', withCredentials = false } = options ?? {}
    this.#url = resolve(url)
    this.#withCredentials = withCredentials
    this.#options = options ?? {}
    this.#headers = new Headers(headers)
    this.#headers.set('accept', 'text/event-stream')
    this.#mayReconnect = reconnect !== false && (!!reconnect || method.toUpperCase() === 'GET')
    this.#policy = checked(reconnect || {})
    this.#delayMs = this.#policy.delayMs ?? 3000
    this.#lastEventId = lastEventId
    queueMicrotask(() => this.#connect())
  }

  /** Where the stream is. */
  get url() {
    return this.#url
  }

  /** Whether cookies go to other origins too. */
  get withCredentials() {
    return this.#withCredentials
  }

  /** `CONNECTING`, `OPEN` or `CLOSED`. */
  get readyState() {
    return this.#readyState
  }

  /** @returns {((event: Event) => any) | null} */
  get onopen() {
    return this.#handlers.get('open')?.handler ?? null
  }

  set onopen(handler) {
    this.#handle('open', handler)
  }

  /** @returns {((event: MessageEvent) => any) | null} */
  get onmessage() {
    return this.#handlers.get('message')?.handler ?? null
  }

  set onmessage(handler) {
    this.#handle('message', handler)
  }

  /** @returns {((event: EventSourceErrorEvent) => any) | null} */
  get onerror() {
    return this.#handlers.get('error')?.handler ?? null
  }

  set onerror(handler) {
    this.#handle('error', handler)
  }

  /** The connection is being made, or waited for. @returns {0} */
  get CONNECTING() {
    return CONNECTING
  }

  /** Events may arrive. @returns {1} */
  get OPEN() {
    return OPEN
  }

  /** There is no connection, and there will be none. @returns {2} */
  get CLOSED() {
    return CLOSED
  }

  /** @returns {0} */
  static get CONNECTING() {
    return CONNECTING
  }

  /** @returns {1} */
  static get OPEN() {
    return OPEN
  }

  /** @returns {2} */
  static get CLOSED() {
    return CLOSED
  }

  get [Symbol.toStringTag]() {
    return 'EventSource'
  }

  /**
   * As of any EventTarget; a listener of another type than `open` and `error` gets a MessageEvent.
   *
   * @template {string} T
   * @param {T} type
   * @param {((event: T extends 'open' ? Event : T extends 'error' ? EventSourceErrorEvent : MessageEvent) => any)
   *   | EventListenerObject | null} listener
   * @param {boolean | AddEventListenerOptions} [options]
   */
  addEventListener(type, listener, options) {
    super.addEventListener(type, /** @type {any} */ (listener), options)
  }

  /** Ends the connection. No event comes afterwards. */
  close() {
    this.#readyState = CLOSED
    clearTimeout(this.#timer)
    this.#abort.abort()
    this.#reader?.cancel().catch(() => {})
  }

  /**
   * Reads a stream that is there already, once: when it ends, the source is closed; closing cancels it.
   *
   * @param {ReadableStream<Uint8Array>} stream
   * @param {Omit<EventSourceOptions, 'fetch' | 'reconnect'> & {url?: string | URL}} [options]
   * @returns {EventSource}
   * @example
   * const response = await fetch(url)
   * const source = EventSource.fromReadableStream(response.body)
   * source.onmessage = (event) => console.log(event.data)
   */
  static fromReadableStream(stream, options = {}) {
    const answer = () => new Response(stream, { headers: { 'content-type': 'text/event-stream' } })
    const source = new EventSource(options.url ?? 'about:blank', { ...options, fetch: async () => answer(), reconnect: false })
    source.#abort.signal.addEventListener('abort', () => drop(stream))
    return source
  }

  /**
   * The standard's event handlers: the listener stands where the first of a row of handlers was set.
   *
   * @param {string} type
   * @param {any} value
   */
  #handle(type, value) {
    const handler = typeof value === 'function' || typeof value === 'object' ? value : null
    const known = this.#handlers.get(type)
    if (known && handler) known.handler = handler
    else if (known) {
      this.removeEventListener(type, known.listener)
      this.#handlers.delete(type)
    } else if (handler) {
      const listener = (/** @type {Event} */ event) => typeof entry.handler === 'function' && entry.handler.call(this, event)
      const entry = { handler, listener }
      this.#handlers.set(type, entry)
      this.addEventListener(type, listener)
    }
  }

  async #connect() {
    if (this.#readyState === CLOSED) return
    const { method, body, fetch = globalThis.fetch } = this.#options
    try {
      if (this.#lastEventId) this.#headers.set('last-event-id', headerOf(this.#lastEventId))
      const response = await fetch(this.#url, {
        method,
        body,
        headers: new Headers(this.#headers),
        cache: 'no-store',
        credentials: this.#withCredentials ? 'include' : 'same-origin',
        redirect: 'follow',
        signal: this.#abort.signal,
      })
      await this.#read(response)
      this.#lost('The stream ended')
    } catch (error) {
      this.#lost(messageOf(error))
    }
  }

  /** @param {Response} response */
  async #read(response) {
    // Where there are several, the last one counts.
    const type = (response.headers.get('content-type') ?? '').split(',').pop()?.trim()
    const isStream = /^text\/event-stream\s*(;|$)/i.test(type ?? '')
    if (this.#readyState === CLOSED || response.status !== 200 || !isStream) drop(response.body)
    if (response.status !== 200) return this.#fail(`The server answered with status ${response.status}`, response.status)
    if (!isStream) return this.#fail(`The server sent ${type || 'no content type'} instead of text/event-stream`, 200)
    if (this.#readyState === CLOSED) return
    this.#readyState = OPEN
    this.dispatchEvent(new Event('open'))
    if (response.body) await this.#pump(response.body.getReader(), new URL(response.url || this.#url).origin)
  }

  /**
   * @param {ReadableStreamDefaultReader<Uint8Array>} reader
   * @param {string} origin
   */
  async #pump(reader, origin) {
    const parser = createParser({
      lastEventId: this.#lastEventId,
      onRetry: (ms) => (this.#delayMs = ms),
      onId: (id) => (this.#lastEventId = id),
      onEvent: ({ type, data, lastEventId }) => {
        this.#attempts = 0
        if (this.#readyState !== CLOSED) this.dispatchEvent(new MessageEvent(type, { data, lastEventId, origin }))
      },
      onError: (error) => {
        if (error.type === 'max-buffer-size-exceeded') this.#fail(error.message)
      },
    })
    this.#reader = reader
    for (;;) {
      if (this.#readyState === CLOSED) return reader.cancel()
      const { done, value } = await reader.read()
      // By the getter: as a field it would be taken for what it was before the wait.
      if (done || this.readyState === CLOSED) return
      parser.feed(value)
    }
  }

  /**
   * The standard's "reestablish the connection".
   *
   * @param {string} message
   */
  #lost(message) {
    if (this.#readyState === CLOSED) return
    const { factor = 1, maxDelayMs = 60000, jitter = 0, maxAttempts = Infinity } = this.#policy
    if (!this.#mayReconnect || this.#attempts >= maxAttempts) return this.#fail(message)
    const longest = Math.min(Math.max(maxDelayMs, this.#delayMs), LONGEST_WAIT)
    const wait = Math.min(this.#delayMs * factor ** this.#attempts++, longest)
    this.#readyState = CONNECTING
    this.#timer = setTimeout(() => this.#connect(), wait * (1 - jitter * Math.random()))
    this.#error(message)
  }

  /**
   * The standard's "fail the connection".
   *
   * @param {string} message
   * @param {number} [status]
   */
  #fail(message, status) {
    if (this.#readyState === CLOSED) return
    this.close()
    this.#error(message, status)
  }

  /**
   * @param {string} message
   * @param {number} [status]
   */
  #error(message, status) {
    this.dispatchEvent(Object.assign(new Event('error'), { message, status }))
  }
}
