/* SPDX-License-Identifier: MIT */
import { Engine } from './engine.js'
import { EventBus } from './event-bus.js'
import { Parser } from './parser.js'
import { plainTexts } from './plain-texts.js'

export { EventBus } from './event-bus.js'

/**
 * What the client wants of `wx.request`'s task.
 *
 * @typedef {object} WxTask
 * @property {() => void} abort
 * @property {(listener: (result: {data: ArrayBuffer}) => void) => void} [onChunkReceived]
 * @property {(listener: (result: any) => void) => void} [onHeadersReceived]
 */

/**
 * What the client wants of the host.
 *
 * @typedef {object} WxHost
 * @property {(options: any) => WxTask} request
 * @property {(key: string) => any} getStorageSync
 */

/**
 * @typedef {object} SseClientOptions
 * @property {string} url Where the stream is.
 * @property {string} wasm The path of the module inside the package: a `.wasm` or a `.wasm.br`.
 * @property {'GET' | 'POST'} [method] `GET` unless given.
 * @property {Record<string, string>} [header] Headers to send besides.
 * @property {string | Record<string, any>} [data] What to send.
 * @property {string} [tokenKey] The storage key of a bearer token; `token` unless given. No token, no header.
 * @property {number} [timeout] After so many milliseconds the host ends a request; 300000 unless given.
 * @property {number} [reconnectInterval] The wait before connecting again, in milliseconds, until the stream sets
 *   another; 5000 unless given.
 * @property {number} [maxAttempts] How often to try in a row before giving up; no limit unless given.
 * @property {(error: Error) => void} [onGiveUp] There will be no more attempts: the user should know.
 * @property {EventBus} [bus] Where messages are broadcast; one of the client's own unless given.
 * @property {WxHost} [host] `wx` unless given.
 * @property {(path: string, imports: any) => Promise<any>} [instantiate] `WXWebAssembly.instantiate` unless given.
 */

/**
 * A message, as the bus broadcasts it, under `message` and under its event type, unless that is a name of the
 * client's own: `parse-error`, `error` or `state`.
 *
 * @typedef {object} SseMessage
 * @property {any} data The parsed JSON.
 * @property {string} text What was parsed.
 * @property {string} type The event type.
 * @property {string} lastEventId
 */

/** @typedef {'idle' | 'connecting' | 'open' | 'waiting' | 'hidden' | 'closed'} SseState */

/** What the bus says of the client: a stream's event of such a type must not be taken for it. */
const OWN = ['message', 'parse-error', 'error', 'state']

/** What a stream must come as, as the standard says. */
const STREAM = 'text/event-stream'

/** Statuses that may be others next time. */
const isPassing = (/** @type {number} */ status) => status >= 500 || status === 429 || status === 408

/**
 * A client for WeChat mini-programs.
 *
 * Its bus broadcasts `message` and each event's type (an `SseMessage`), `parse-error`
 * (`{error, text, type, lastEventId}`: the data is no JSON), `error` (an `Error`) and `state` (an `SseState`).
 * An event whose type is one of the latter three comes under `message` alone: what a server names so is not the client's.
 * A listener that throws stops nothing: the exception surfaces afterwards.
 *
 * @example
 * const client = new SseClient({ url, wasm: '/weir-sse-scalar.wasm', maxAttempts: 10 })
 * client.bus.on('message', ({ data }) => {
 *   console.log(data)
 *   client.close()
 * })
 * client.start()
 */
export class SseClient {
  /** @param {SseClientOptions} options */
  constructor(options) {
    this._options = options
    this._host = options.host || /** @type {any} */ (globalThis).wx
    /** Where messages are broadcast. */
    this.bus = options.bus || new EventBus()
    /** @type {SseState} */
    this.state = 'idle'
    /** The last event ID, which a reconnection sends. */
    this.lastEventId = ''
    this._interval = options.reconnectInterval === undefined ? 5000 : options.reconnectInterval
    this._attempts = 0
    /** Counts requests: what an older one still says is nobody's concern. */
    this._turn = 0
    /** @type {WxTask | undefined} */
    this._task = undefined
    /** @type {any} */
    this._timer = undefined
    /** @type {Promise<Engine> | undefined} */
    this._engine = undefined
  }

  /**
   * Connects, or connects at once if it waits to. It does so after `abort`, `hide` and `close` as well, from where the
   * stream stood, and counts attempts anew: WeChat makes a page's client once, however often the page is opened.
   *
   * @returns {Promise<void>} When the request was sent.
   */
  async start() {
    if (this.state === 'connecting' || this.state === 'open') return
    this._attempts = 0
    await this._connect()
  }

  async _connect() {
    clearTimeout(this._timer)
    const turn = ++this._turn
    this._become('connecting')
    let engine
    try {
      engine = await this._load()
    } catch (error) {
      // Whoever ended the connection meanwhile wants no module.
      if (turn !== this._turn) return
      return this._giveUp(new Error(`The module could not be loaded: ${messageOf(error)}`))
    }
    if (turn === this._turn) this._attempt(turn, engine)
  }

  /** Ends the connection; `start` makes another one. */
  abort() {
    if (this.state === 'closed') return
    this._stop()
    this._become('idle')
  }

  /** For a page's `onHide`: ends the connection until `show`. */
  hide() {
    if (this.state === 'closed' || this.state === 'idle') return
    this._stop()
    this._become('hidden')
  }

  /** For a page's `onShow`: connects again if `hide` ended the connection. */
  show() {
    if (this.state === 'hidden') this.start()
  }

  /** For a page's `onUnload`: ends the connection; `start` makes another one, `show` does not. */
  close() {
    this._stop()
    this._become('closed')
  }

  /** @returns {Promise<Engine>} */
  _load() {
    const { wasm, instantiate = instantiateOf() } = this._options
    if (this._engine) return this._engine
    const engine = instantiate(wasm, {}).then((found) => new Engine(plainTexts(), (found.instance || found).exports))
    this._engine = engine
    engine.catch(() => (this._engine = undefined))
    return engine
  }

  _header() {
    const { header, tokenKey = 'token' } = this._options
    const token = this._host.getStorageSync(tokenKey)
    return {
      Accept: 'text/event-stream',
      'Cache-Control': 'no-cache',
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...(this.lastEventId ? { 'Last-Event-ID': byteString(this.lastEventId) } : {}),
      ...header,
    }
  }

  /**
   * Sends the request. What the host throws at that is a failure like any other, and may be none next time.
   *
   * @param {number} turn
   * @param {Engine} engine
   */
  _attempt(turn, engine) {
    try {
      this._request(turn, engine)
    } catch (error) {
      if (turn !== this._turn) throw error
      this._ended(messageOf(error), 0)
    }
  }

  /**
   * @param {number} turn
   * @param {Engine} engine
   */
  _request(turn, engine) {
    const { url, method = 'GET', data, timeout = 300000 } = this._options
    const isMine = () => turn === this._turn
    const parser = new Parser(this._callbacks(isMine), engine)
    let status = 0
    let chunked = false
    const task = this._host.request({
      url,
      method,
      data,
      timeout,
      header: this._header(),
      enableChunked: true,
      responseType: 'arraybuffer',
      success: (/** @type {any} */ result) => {
        if (!isMine() || this._refuses(result)) return
        status = result.statusCode
        // A host without chunks gives everything at the end.
        if (!chunked && status === 200 && result.data) parser.feed(result.data)
        if (isMine()) this._ended(status === 200 ? 'The stream ended' : `The server answered with status ${status}`, status)
      },
      fail: (/** @type {any} */ error) => isMine() && this._ended(error.errMsg || 'The request failed', 0),
      complete: () => {},
    })
    this._task = task
    if (task.onHeadersReceived)
      task.onHeadersReceived((/** @type {any} */ result) => {
        if (!isMine() || this._refuses(result)) return
        status = result.statusCode || 0
        if (status === 200) this._become('open')
      })
    if (!task.onChunkReceived) return
    task.onChunkReceived((/** @type {{data: ArrayBuffer}} */ result) => {
      chunked = true
      if (!isMine() || (status && status !== 200)) return
      this._become('open')
      if (isMine()) parser.feed(result.data)
    })
  }

  /**
   * Gives up where the answer is no event stream, a page of HTML say, and returns whether it did. The same would come
   * next time. A host that gives no headers is believed.
   *
   * @param {{statusCode: number, header?: any}} result
   */
  _refuses({ statusCode, header }) {
    const type = statusCode === 200 ? contentTypeOf(header) : ''
    if (!type || type === STREAM) return false
    this._giveUp(new Error(`The server sent ${type} instead of ${STREAM}`))
    return true
  }

  /**
   * What the parser calls. A listener may end the connection while the parser is in the middle of a chunk: nobody hears
   * of the rest, and the last event ID stays where the listener was, so that a reconnection brings it.
   *
   * @param {() => boolean} isMine
   * @returns {import('./types.js').ParserConfig}
   */
  _callbacks(isMine) {
    return {
      lastEventId: this.lastEventId,
      onId: (id) => isMine() && (this.lastEventId = id),
      onRetry: (ms) => isMine() && (this._interval = ms),
      onEvent: (event) => isMine() && this._broadcast(event),
      onError: (error) => isMine() && error.type === 'max-buffer-size-exceeded' && this._ended(error.message, 0),
    }
  }

  /** @param {import('./types.js').ParsedEvent} event */
  _broadcast({ type, data: text, lastEventId }) {
    this._attempts = 0
    let data
    try {
      data = JSON.parse(text)
    } catch (error) {
      this.bus.emit('parse-error', { error, text, type, lastEventId })
      return
    }
    const message = { data, text, type, lastEventId }
    this.bus.emit('message', message)
    if (!OWN.includes(type)) this.bus.emit(type, message)
  }

  /**
   * The request is over: another one after a while, if there is sense in it.
   *
   * @param {string} why
   * @param {number} status
   */
  _ended(why, status) {
    const { maxAttempts = Infinity } = this._options
    this._stop()
    const error = new Error(why)
    if (status && status !== 200 && !isPassing(status)) return status === 204 ? this._become('closed') : this._giveUp(error)
    if (this._attempts >= maxAttempts) return this._giveUp(error)
    this._attempts++
    this._become('waiting')
    this.bus.emit('error', error)
    if (this.state === 'waiting') this._timer = setTimeout(() => this._connect(), this._interval)
  }

  /** @param {Error} error */
  _giveUp(error) {
    const { onGiveUp } = this._options
    this._stop()
    this._become('idle')
    this.bus.emit('error', error)
    if (onGiveUp) onGiveUp(error)
  }

  _stop() {
    const task = this._task
    this._turn++
    this._task = undefined
    clearTimeout(this._timer)
    if (task) task.abort()
  }

  /** @param {SseState} state */
  _become(state) {
    if (this.state === state) return
    this.state = state
    this.bus.emit('state', state)
  }
}

/**
 * A page's options, with the client bound to its life: connected while it shows, closed when it goes, started again
 * when the page is opened another time.
 *
 * @template {Record<string, any>} Page
 * @param {SseClient} client
 * @param {Page} page
 * @returns {Page}
 * @example
 * const client = new SseClient({ url, wasm: '/weir-sse-scalar.wasm' })
 * Page(withSse(client, { data: { messages: [] } }))
 */
export function withSse(client, page) {
  const { onLoad, onShow, onHide, onUnload } = page
  return {
    ...page,
    onLoad(/** @type {any} */ query) {
      if (onLoad) onLoad.call(this, query)
      client.start()
    },
    onShow() {
      if (onShow) onShow.call(this)
      client.show()
    },
    onHide() {
      client.hide()
      if (onHide) onHide.call(this)
    },
    onUnload() {
      client.close()
      if (onUnload) onUnload.call(this)
    },
  }
}

/**
 * The content type among a host's headers, without its parameters, or nothing. Hosts leave names in the server's case.
 *
 * @param {any} header
 */
function contentTypeOf(header) {
  const name = Object.keys(header || {}).find((key) => key.toLowerCase() === 'content-type')
  return name ? String(header[name]).split(';')[0].trim().toLowerCase() : ''
}

/** @param {any} error */
const messageOf = (error) => (error && (error.message || error.errMsg)) || String(error)

/**
 * A string's UTF-8 with a character for each byte, as the standard wants a last event ID sent: a header has no others.
 *
 * @param {string} text
 */
const byteString = (text) =>
  encodeURIComponent(text).replace(/%(..)/g, (_, byte) => String.fromCharCode(parseInt(byte, 16)))

/** @returns {(path: string, imports: any) => Promise<any>} */
function instantiateOf() {
  const { WXWebAssembly } = /** @type {any} */ (globalThis)
  if (!WXWebAssembly) throw new Error('this host has no WXWebAssembly; hand in instantiate')
  return WXWebAssembly.instantiate
}
