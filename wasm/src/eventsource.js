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
 * What an `error` event of this class carries besides.
 *
 * @typedef {Event & {message: string, status?: number}} EventSourceErrorEvent
 */

const CONNECTING = 0
const OPEN = 1
const CLOSED = 2

/** The standard's own types call `on…`. */
const HANDLERS = ['open', 'message', 'error']

/** Headers carry bytes: text as UTF-8. @param {string} text */
const headerOf = (text) => String.fromCharCode(...new TextEncoder().encode(text))

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
  /**
   * @param {string | URL} url
   * @param {EventSourceOptions} [options]
   */
  constructor(url, options = {}) {
    super()
    const { lastEventId = '', reconnect, method = 'GET', withCredentials = false } = options
    /** Where the stream is. */
    this.url = resolve(url)
    /** Whether cookies go to other origins too. */
    this.withCredentials = withCredentials
    /** `CONNECTING`, `OPEN` or `CLOSED`. @type {0 | 1 | 2} */
    this.readyState = CONNECTING
    /** @type {((event: Event) => void) | null} */
    this.onopen = null
    /** @type {((event: MessageEvent) => void) | null} */
    this.onmessage = null
    /** @type {((event: EventSourceErrorEvent) => void) | null} */
    this.onerror = null
    for (const type of HANDLERS)
      this.addEventListener(type, (event) => /** @type {any} */ (this)[`on${type}`]?.(event))

    this._options = options
    this._mayReconnect = reconnect !== false && (!!reconnect || method.toUpperCase() === 'GET')
    /** @type {ReconnectPolicy} */
    this._policy = reconnect || {}
    this._delayMs = this._policy.delayMs ?? 3000
    this._attempts = 0
    this._lastEventId = lastEventId
    this._abort = new AbortController()
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this._timer = undefined
    queueMicrotask(() => this._connect())
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

  /** Ends the connection. No event comes afterwards. */
  close() {
    this.readyState = CLOSED
    clearTimeout(this._timer)
    this._abort.abort()
  }

  /**
   * Reads a stream that is there already, once: when it ends, the source is closed.
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
    return new EventSource(options.url ?? 'about:blank', { ...options, fetch: async () => answer(), reconnect: false })
  }

  async _connect() {
    if (this.readyState === CLOSED) return
    const { headers, method, body, fetch = globalThis.fetch } = this._options
    const all = new Headers(headers)
    all.set('accept', 'text/event-stream')
    if (this._lastEventId) all.set('last-event-id', headerOf(this._lastEventId))
    try {
      const response = await fetch(this.url, {
        method,
        body,
        headers: all,
        cache: 'no-store',
        credentials: this.withCredentials ? 'include' : 'same-origin',
        redirect: 'follow',
        signal: this._abort.signal,
      })
      await this._read(response)
      this._lost('The stream ended')
    } catch (error) {
      this._lost(error instanceof Error ? error.message : String(error))
    }
  }

  /** @param {Response} response */
  async _read(response) {
    const type = response.headers.get('content-type') ?? ''
    if (response.status !== 200) {
      await response.body?.cancel()
      return this._fail(`The server answered with status ${response.status}`, response.status)
    }
    if (!/^text\/event-stream\s*(;|$)/i.test(type)) {
      await response.body?.cancel()
      return this._fail(`The server sent ${type || 'no content type'} instead of text/event-stream`, 200)
    }
    if (this.readyState === CLOSED || !response.body) return
    this.readyState = OPEN
    this.dispatchEvent(new Event('open'))
    await this._pump(response.body.getReader(), new URL(response.url || this.url).origin)
  }

  /**
   * @param {ReadableStreamDefaultReader<Uint8Array>} reader
   * @param {string} origin
   */
  async _pump(reader, origin) {
    const parser = createParser({
      lastEventId: this._lastEventId,
      onRetry: (ms) => (this._delayMs = ms),
      onId: (id) => (this._lastEventId = id),
      onEvent: ({ type, data, lastEventId }) => {
        this._attempts = 0
        if (this.readyState !== CLOSED) this.dispatchEvent(new MessageEvent(type, { data, lastEventId, origin }))
      },
      onError: (error) => {
        if (error.type === 'max-buffer-size-exceeded') this._fail(error.message)
      },
    })
    for (;;) {
      const { done, value } = await reader.read()
      if (this.readyState === CLOSED) return reader.cancel()
      if (done) return
      parser.feed(value)
    }
  }

  /**
   * The standard's "reestablish the connection".
   *
   * @param {string} message
   */
  _lost(message) {
    if (this.readyState === CLOSED) return
    const { factor = 1, maxDelayMs = 60000, jitter = 0, maxAttempts = Infinity } = this._policy
    if (!this._mayReconnect || this._attempts >= maxAttempts) return this._fail(message)
    const wait = Math.min(this._delayMs * factor ** this._attempts++, Math.max(maxDelayMs, this._delayMs))
    this.readyState = CONNECTING
    this._timer = setTimeout(() => this._connect(), wait * (1 - jitter * Math.random()))
    this._error(message)
  }

  /**
   * The standard's "fail the connection".
   *
   * @param {string} message
   * @param {number} [status]
   */
  _fail(message, status) {
    if (this.readyState === CLOSED) return
    this.close()
    this._error(message, status)
  }

  /**
   * @param {string} message
   * @param {number} [status]
   */
  _error(message, status) {
    this.dispatchEvent(Object.assign(new Event('error'), { message, status }))
  }
}
