/* SPDX-License-Identifier: MIT */
import { dropBody, isEventStream, lastEventIdHeader, lastType, readerOf } from './http.js'
import { createParser } from './index.js'

/** @typedef {import('./eventsource.js').ReconnectPolicy} ReconnectPolicy */
/** @typedef {import('./eventsource.js').EventSourceOptions} EventSourceOptions */

const CONNECTING = 0
const OPEN = 1
const CLOSED = 2

/** A timer with a longer wait would fire at once. */
const LONGEST_WAIT = 2 ** 31 - 1

/** No stream makes the wait shorter than this, in milliseconds. */
const SHORTEST_RETRY = 100

/** Schemes from which fetch may load an event stream. */
const SCHEMES = ['http:', 'https:', 'data:', 'blob:']

/** Schemes from which no fetch loads an event stream. A fetch that the program passes may support others. */
const NEVER = ['about:', 'ftp:', 'javascript:', 'mailto:', 'tel:', 'ws:', 'wss:']

const STREAM_URL = 'about:event-stream'

/** The option in which fromReadableStream passes its reader to the constructor. */
const READER = Symbol('reader')

/**
 * Headers whose members can also be spread: programs for npm's eventsource write `{ ...init.headers, more }`.
 *
 * @param {Headers} headers
 */
function spreadable(headers) {
  headers.forEach((value, name) => name in headers || Object.defineProperty(headers, name, { value, enumerable: true }))
  return headers
}

/** An error's message, with that of its cause, because Node's fetch gives the reason only there. @param {any} error */
function messageOf(error) {
  const message = error?.message ?? String(error)
  const cause = error?.cause?.message || error?.cause?.code
  return cause && !message.includes(cause) ? `${message}: ${cause}` : message
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

/** An error that the next connection would have again. */
class PermanentError extends Error {}

/** A response that is not an event stream. */
class Refusal extends Error {}

/**
 * Why a request can never be sent, or undefined.
 *
 * @param {string} url
 * @param {EventSourceOptions} options
 */
function mistakeIn(url, { fetch, method = 'GET', body }) {
  const { protocol, username, password } = new URL(url)
  if (fetch ? NEVER.includes(protocol) : !SCHEMES.includes(protocol))
    return `${protocol} addresses cannot be read; use http: or https:`
  if (username || password) return 'fetch refuses an address with a user name or password; send an Authorization header'
  if (!/^[!#$%&'*+.^`|~\w-]+$/.test(method)) return `"${method}" is not an HTTP method`
  if (/^(connect|trace|track)$/i.test(method)) return `fetch refuses the method ${method}`
  if (/^(get|head)$/i.test(method) && body !== undefined && body !== null)
    return `A ${method} request cannot have a body; set method to 'POST'`
  if (fetch && typeof fetch !== 'function') return `The option fetch must be a function, not ${typeof fetch}`
  if (!fetch && typeof globalThis.fetch !== 'function') return 'This host has no fetch; pass one in the option fetch'
}

/** @param {any} response */
function checkResponse(response) {
  if (typeof response?.status !== 'number' || typeof response.headers?.get !== 'function')
    throw new PermanentError(`fetch gave ${response === null ? 'null' : typeof response} instead of a Response`)
}

/**
 * Calls a function whose exceptions the next connection would have again.
 *
 * @template T
 * @param {() => T} call
 * @returns {T}
 */
function permanently(call) {
  try {
    return call()
  } catch (error) {
    throw new PermanentError(messageOf(error))
  }
}

/** @type {boolean | undefined} */
let isCallingHandlers

/** Whether the host's EventTarget calls `on…` itself, as in workerd. The handler must not be called twice. */
function callsHandlers() {
  if (isCallingHandlers !== undefined) return isCallingHandlers
  isCallingHandlers = false
  const target = Object.assign(new EventTarget(), { onprobe: () => (isCallingHandlers = true) })
  target.dispatchEvent(new Event('probe'))
  return isCallingHandlers
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
  /** @type {EventSourceOptions} */
  #options
  /** @type {ReconnectPolicy} */
  #policy
  #mayReconnect
  #delayMs
  /** Whether the stream set the wait. */
  #isRetrySet = false
  /** How many connections in a row brought nothing. */
  #attempts = 0
  #lastEventId
  #origin = ''
  #abort = new AbortController()
  /** @type {import('./index.js').StreamParser | undefined} */
  #parser
  /** @type {import('./http.js').BodyReader | undefined} */
  #reader
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer

  /**
   * @param {string | URL} url
   * @param {EventSourceOptions | null} [options]
   * @throws {DOMException} `SyntaxError`: `url` is not an address.
   * @throws {TypeError} One of the headers cannot be sent.
   * @throws {RangeError} A number of `reconnect` is negative or not a number.
   */
  constructor(url, options = null) {
    super()
    if (!arguments.length) throw new TypeError('EventSource takes an address')
    const { headers, lastEventId = '', reconnect, method = 'GET', withCredentials = false, signal } = options ?? {}
    this.#url = resolve(url)
    this.#withCredentials = !!withCredentials
    this.#options = options ?? {}
    if (typeof headers !== 'function') new Headers(headers)
    this.#policy = checked(reconnect || {})
    this.#mayReconnect = reconnect !== false && (!!reconnect || method.toUpperCase() === 'GET')
    this.#delayMs = this.#policy.delayMs ?? 3000
    this.#lastEventId = lastEventId
    this.#reader = /** @type {any} */ (options)?.[READER]
    if (signal?.aborted) this.close()
    else signal?.addEventListener('abort', () => this.close(), { once: true, signal: this.#abort.signal })
    queueMicrotask(() => (this.#reader ? this.#readStream() : this.#connect()))
  }

  get url() {
    return this.#url
  }

  get withCredentials() {
    return this.#withCredentials
  }

  get readyState() {
    return this.#readyState
  }

  get lastEventId() {
    return this.#lastEventId
  }

  get reconnectionTime() {
    return this.#delayMs
  }

  get onopen() {
    return this.#handlers.get('open')?.handler ?? null
  }

  set onopen(handler) {
    this.#handle('open', handler)
  }

  get onmessage() {
    return this.#handlers.get('message')?.handler ?? null
  }

  set onmessage(handler) {
    this.#handle('message', handler)
  }

  get onerror() {
    return this.#handlers.get('error')?.handler ?? null
  }

  set onerror(handler) {
    this.#handle('error', handler)
  }

  close() {
    this.#readyState = CLOSED
    clearTimeout(this.#timer)
    this.#abort.abort()
    this.#reader?.cancel()
  }

  reset() {
    this.#parser?.reset()
  }

  /**
   * Reads a stream of bytes once. The source is closed when the stream ends; `close ()` cancels the stream.
   *
   * @param {ReadableStream<any>} stream
   * @param {{url?: string | URL, lastEventId?: string, signal?: AbortSignal | null} | null} [options]
   * @returns {EventSource}
   * @throws {TypeError} `stream` is not a ReadableStream, or it is locked.
   * @example
   * const response = await fetch(url)
   * const source = EventSource.fromReadableStream(response.body)
   * source.onmessage = (event) => console.log(event.data)
   */
  static fromReadableStream(stream, options = null) {
    if (typeof stream?.getReader !== 'function') throw new TypeError('EventSource.fromReadableStream takes a ReadableStream')
    if (stream.locked) throw new TypeError('The stream is locked: something else reads it already')
    const { url = STREAM_URL, lastEventId, signal } = options ?? {}
    const all = { lastEventId, signal, reconnect: false, [READER]: readerOf(stream) }
    return new EventSource(url, /** @type {any} */ (all))
  }

  /**
   * The standard's event handlers: a handler keeps the place among the listeners at which the first one was set.
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
      if (!callsHandlers()) this.addEventListener(type, listener)
    }
  }

  async #connect() {
    if (this.#readyState === CLOSED) return
    const mistake = mistakeIn(this.#url, this.#options)
    if (mistake) return this.#fail(mistake)
    let response
    try {
      this.#makeParser()
      const { fetch = globalThis.fetch, headers } = this.#options
      const given = typeof headers === 'function' ? await this.#freshHeaders(headers) : headers
      if (this.readyState === CLOSED) return
      response = await fetch(this.#address(), this.#request(given))
      checkResponse(response)
      await this.#read(response)
    } catch (error) {
      return this.#lost(error, response)
    }
    await this.#lost(new Error('The stream ended'))
  }

  /** @param {Extract<EventSourceOptions['headers'], Function>} headers */
  #freshHeaders(headers) {
    return headers({ attempt: this.#attempts, lastEventId: this.#lastEventId })
  }

  /**
   * What fetch is called with.
   *
   * @param {HeadersInit | undefined} headers
   * @returns {RequestInit}
   */
  #request(headers) {
    const { method, body } = this.#options
    const id = lastEventIdHeader(this.#lastEventId)
    const wanted = permanently(() => new Headers(headers))
    if (!wanted.has('accept')) wanted.set('accept', 'text/event-stream')
    if (id && (this.#options.lastEventIdAs ?? 'header') === 'header') wanted.set('last-event-id', id)
    return {
      method,
      body,
      headers: spreadable(wanted),
      cache: 'no-store',
      credentials: this.#withCredentials ? 'include' : 'same-origin',
      redirect: 'follow',
      signal: this.#abort.signal,
    }
  }

  /** Where to connect to: the address, with the last event ID if that is sent as a parameter. */
  #address() {
    const { lastEventIdAs } = this.#options
    const name = typeof lastEventIdAs === 'object' ? lastEventIdAs.query : lastEventIdAs === 'query' && 'lastEventId'
    if (!name || !this.#lastEventId) return this.#url
    const url = new URL(this.#url)
    url.searchParams.set(name, this.#lastEventId)
    return url.href
  }

  /** @param {Response} response */
  async #read(response) {
    try {
      if (this.#readyState !== CLOSED) await this.#options.onResponse?.(response)
    } catch (error) {
      dropBody(response.body)
      throw new PermanentError(messageOf(error))
    }
    const type = lastType(response.headers.get('content-type'))
    const isStream = isEventStream(type)
    if (this.readyState === CLOSED || response.status !== 200 || !isStream) dropBody(response.body)
    if (response.status !== 200) throw new Refusal(`The server answered with status ${response.status}`)
    if (!isStream) throw new Refusal(`The server sent ${type || 'no content type'} instead of text/event-stream`)
    if (this.readyState === CLOSED) return
    // A Response with a null body is an empty stream.
    const reader = readerOf(response.body)
    if (!reader && response.body !== null)
      throw new PermanentError('The response has no body that can be read as a stream; pass another fetch in the option fetch')
    this.#origin = new URL(response.url || this.#url).origin
    this.#open()
    if (reader) await this.#pump(reader)
  }

  /** Reads the stream of fromReadableStream. */
  async #readStream() {
    if (this.#readyState === CLOSED) return
    try {
      this.#makeParser()
      this.#origin = new URL(this.#url).origin
      this.#open()
      await this.#pump(/** @type {any} */ (this.#reader), true)
      this.#fail('The stream ended')
    } catch (error) {
      this.#fail(messageOf(error))
    }
  }

  #open() {
    this.#readyState = OPEN
    this.dispatchEvent(new Event('open'))
  }

  /** Makes the parser before the connection, so that a host where this fails sends no request. */
  #makeParser() {
    this.#parser = permanently(() =>
      createParser({
        lastEventId: this.#lastEventId,
        maxBufferSize: this.#options.maxBufferSize,
        onRetry: (ms) => {
          this.#delayMs = ms
          this.#isRetrySet = true
        },
        onId: (id) => (this.#lastEventId = id),
        onComment: () => (this.#attempts = 0),
        onEvent: ({ type, data, lastEventId }) => {
          this.#attempts = 0
          if (this.#readyState === CLOSED) return
          this.dispatchEvent(new MessageEvent(type, { data, lastEventId, origin: this.#origin }))
        },
        onError: (error) => {
          if (error.type === 'max-buffer-size-exceeded') this.#fail(error.message)
        },
      }),
    )
  }

  /**
   * @param {import('./http.js').BodyReader} reader
   * @param {boolean} [onlyBytes] Whether a chunk of another type than Uint8Array is an error.
   */
  async #pump(reader, onlyBytes) {
    this.#reader = reader
    for (;;) {
      if (this.#readyState === CLOSED) return reader.cancel()
      const { done, value } = await reader.read()
      // By the getter: TypeScript assumes that the field did not change during the wait.
      if (done || this.readyState === CLOSED) return
      if (onlyBytes && !(value instanceof Uint8Array)) {
        reader.cancel()
        throw new TypeError(`The stream gave a ${typeof value} where it must give a Uint8Array`)
      }
      permanently(() => this.#parser?.feed(value))
    }
  }

  /**
   * The standard's "reestablish the connection", or "fail the connection" if another attempt cannot succeed.
   *
   * @param {any} error
   * @param {Response} [response]
   */
  async #lost(error, response) {
    if (this.#readyState === CLOSED) return
    const message = messageOf(error)
    const isRefusal = error instanceof Refusal
    const status = isRefusal ? response?.status : undefined
    if (error instanceof PermanentError) return this.#fail(message, response?.status)
    const { maxAttempts = Infinity } = this.#policy
    let again = this.#mayReconnect && !isRefusal
    const { shouldReconnect, reconnect } = this.#options
    if (shouldReconnect && reconnect !== false) {
      const attempt = this.#attempts + 1
      const headers = isRefusal ? response?.headers : undefined
      try {
        const answer = await shouldReconnect({ status, headers, attempt, error })
        if (typeof answer === 'boolean') again = answer
      } catch (problem) {
        return this.#fail(messageOf(problem), status)
      }
      if (this.readyState === CLOSED) return
    }
    if (!again || this.#attempts >= maxAttempts) return this.#fail(message, status)
    this.#readyState = CONNECTING
    this.#timer = setTimeout(() => this.#connect(), this.#nextWait())
    this.#error(message, status)
  }

  /** How long to wait before the next connection, in milliseconds. */
  #nextWait() {
    const { factor = 1, maxDelayMs = 60000, jitter = 0.1 } = this.#policy
    const least = this.#isRetrySet ? SHORTEST_RETRY : 0
    const wait = Math.max(this.#delayMs, least) * factor ** this.#attempts++
    const longest = Math.min(maxDelayMs, LONGEST_WAIT)
    return Math.min(Math.max(Math.min(wait, longest) * (1 - jitter * Math.random()), least), longest)
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
    this.dispatchEvent(Object.assign(new Event('error'), { message, status, code: status }))
  }
}

// Members are as Web IDL has them: enumerable, and constants on the class and on its prototype.
for (const name of ['url', 'withCredentials', 'readyState', 'lastEventId', 'reconnectionTime', 'onopen', 'onmessage', 'onerror', 'close', 'reset'])
  Object.defineProperty(EventSource.prototype, name, { enumerable: true })
for (const target of [EventSource, EventSource.prototype])
  for (const [name, value] of Object.entries({ CONNECTING, OPEN, CLOSED })) Object.defineProperty(target, name, { value, enumerable: true })
Object.defineProperty(EventSource, 'fromReadableStream', { enumerable: true })
// By this, programs know npm's eventsource from those that take no fetch.
Object.defineProperty(EventSource, Symbol.for('eventsource.supports-fetch-override'), { value: true })
Object.defineProperty(EventSource.prototype, Symbol.toStringTag, { value: 'EventSource', configurable: true })
