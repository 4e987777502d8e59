/* SPDX-License-Identifier: MIT */
import { Engine } from './engine.js'
import { EventBus } from './event-bus.js'
import { Exchange, KEPT, SseError } from './exchange.js'
import { hostOf } from './hosts.js'
import { lastEventIdHeader } from './http.js'
import { Parser } from './parser.js'
import { plainTexts } from './texts.js'

/** @typedef {import('./wechat.js').Host} Host */
/** @typedef {import('./wechat.js').HostListeners} HostListeners */
/** @typedef {import('./wechat.js').SseClientOptions} SseClientOptions */
/** @typedef {import('./wechat.js').SseState} SseState */
/** @typedef {(config: import('./types.js').ParserConfig) => {feed(chunk: any): void}} MakeParser */

/** What the bus reports of the client: a stream's event of such a type must not be taken for it. */
const OWN = ['message', 'parse-error', 'error', 'state']

/** No stream makes the wait shorter than this, in milliseconds. */
const SHORTEST_RETRY = 100

/** How long the body of a refused response may take, in milliseconds. */
const REFUSAL_TIME = 2000

const WHOLE_BODY =
  'This host delivered the whole body at once when the request ended: it does not support enableChunked, so events arrive late.'

/** Statuses that may be others next time. @param {number} status */
const isPassing = (status) => status >= 500 || status === 429 || status === 408

/**
 * A client for mini-programs, and for wherever else a host adapter is given.
 *
 * Its bus broadcasts `message` and each event's type (an `SseMessage`), `error` (an `SseError`), `state` (an
 * `SseState`), and with `json: true` also `parse-error`. An event whose type is one of these names is broadcast as
 * `message` only. A listener that throws stops nothing: the exception surfaces afterwards.
 *
 * @example
 * const client = new SseClient({ url, wasm: '/weir-sse-scalar.wasm', maxAttempts: 10 })
 * client.bus.on('message', ({ text }) => {
 *   console.log(text)
 *   client.close()
 * })
 * client.start()
 */
export class SseClient {
  /** @param {SseClientOptions} options */
  constructor(options) {
    this._options = { ...options }
    this._host = hostOf(options.host)
    /** Where messages are broadcast. @type {any} */
    this.bus = options.bus || new EventBus()
    /** @type {SseState} */
    this.state = 'idle'
    /** The last event ID, which a reconnection sends. */
    this.lastEventId = ''
    this._interval = options.reconnectInterval === undefined ? 5000 : options.reconnectInterval
    /** The shortest wait, once the stream has set it. */
    this._leastWait = 0
    /** How many requests in a row brought nothing. */
    this._attempts = 0
    /** Whether the token was renewed since the last response that was a stream. */
    this._isTokenFresh = false
    /** Counts requests: callbacks of an older one are ignored. */
    this._turn = 0
    /** @type {(() => void) | undefined} */
    this._abort = undefined
    /** @type {any} */
    this._timer = undefined
    /** @type {Promise<MakeParser> | undefined} */
    this._maker = undefined
    this._isWarned = false
    /** The pages, components and App that use the client, and those of them that are shown. */
    this._users = new Set()
    this._shown = new Set()
  }

  /**
   * Connects, or connects at once if it waits to. It does so after `abort`, `hide` and `close` as well, from where the
   * stream stood, and counts attempts from the start.
   *
   * @param {Partial<SseClientOptions>} [changes] Options to change before, such as `data`. The request in progress, if
   *   any, is then aborted.
   * @returns {Promise<void>} When the request was sent.
   */
  async start(changes) {
    if (changes) {
      Object.assign(this._options, changes)
      this._stop()
    } else if (this.state === 'connecting' || this.state === 'open') return
    this._attempts = 0
    this._isTokenFresh = false
    await this._connect(false)
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

  /**
   * Adds a user of the client, such as a page, and connects. `withSse` calls it.
   *
   * @param {any} user
   */
  retain(user) {
    this._users.add(user)
    this._shown.add(user)
    this.start()
  }

  /**
   * Removes a user. The client closes with the last one.
   *
   * @param {any} user
   */
  release(user) {
    this._users.delete(user)
    this._shown.delete(user)
    if (!this._users.size) this.close()
    else if (!this._shown.size) this.hide()
  }

  /**
   * Sets whether a user is shown. The client pauses while no user is.
   *
   * @param {any} user
   * @param {boolean} isShown
   */
  setShown(user, isShown) {
    if (!this._users.has(user)) return
    if (isShown) this._shown.add(user)
    else this._shown.delete(user)
    if (this._shown.size) this.show()
    else this.hide()
  }

  /** Whether a request is sent again after it ended. */
  get _mayReconnect() {
    const { reconnect, method = 'GET' } = this._options
    return reconnect === undefined ? method.toUpperCase() === 'GET' : reconnect
  }

  /** @param {boolean} isTokenExpired */
  async _connect(isTokenExpired) {
    clearTimeout(this._timer)
    const turn = ++this._turn
    this._become('connecting')
    let make
    try {
      make = await this._load()
    } catch (error) {
      // The module does not matter to a connection that was ended meanwhile.
      if (turn !== this._turn) return
      return this._giveUp(new SseError(`The module could not be loaded: ${messageOf(error)}`, { code: 'module' }))
    }
    try {
      const { token } = this._options
      const found = typeof token === 'function' ? await token({ expired: isTokenExpired }) : token
      if (turn === this._turn) this._request(turn, make, found)
    } catch (error) {
      // What the host or the token's function throws may not happen next time.
      if (turn === this._turn) this._ended(new SseError(messageOf(error), { code: 'network' }), new Exchange())
    }
  }

  /** How to make a parser; nothing where the host parses. @returns {Promise<MakeParser | undefined>} */
  async _load() {
    if (this._host.isParsing) return undefined
    if (!this._maker) {
      this._maker = makerFor(this._options, this._host)
      this._maker.catch(() => (this._maker = undefined))
    }
    return this._maker
  }

  /** @param {string | undefined} token */
  _headers(token) {
    const { header, tokenKey = 'token' } = this._options
    const bearer = token === undefined ? this._host.getToken && this._host.getToken(tokenKey) : token
    const id = this._mayReconnect && lastEventIdHeader(this.lastEventId)
    return {
      Accept: 'text/event-stream',
      'Cache-Control': 'no-cache',
      ...(bearer ? { Authorization: `Bearer ${bearer}` } : {}),
      ...(id ? { 'Last-Event-ID': id } : {}),
      ...header,
    }
  }

  /**
   * Sends the request.
   *
   * @param {number} turn
   * @param {MakeParser | undefined} make
   * @param {string | undefined} token
   */
  _request(turn, make, token) {
    const { url, method = 'GET', data, timeout = 300000 } = this._options
    const isMine = () => turn === this._turn
    let parser
    try {
      parser = make && make(this._callbacks(isMine))
    } catch (error) {
      return this._giveUp(new SseError(`The parser could not be made: ${messageOf(error)}`, { code: 'module' }))
    }
    const listeners = this._listeners(isMine, parser)
    const abort = this._host.connect({ url, method, data, timeout, headers: this._headers(token) }, listeners)
    // The host may have answered before it returned.
    if (isMine()) this._abort = abort
    else abort()
  }

  /**
   * What the host calls.
   *
   * @param {() => boolean} isMine
   * @param {{feed(chunk: any): void} | undefined} parser
   * @returns {HostListeners}
   */
  _listeners(isMine, parser) {
    const exchange = new Exchange()
    const refuse = () => isMine() && this._refused(exchange)
    /** @param {any} head */
    const open = (head) => {
      if (!isMine() || exchange.isRefused) return
      exchange.takeHead(head)
      if (exchange.isRefused) this._timer = setTimeout(refuse, REFUSAL_TIME)
      else if (exchange.isOpen) this._opened()
    }
    /** @param {any} data */
    const chunk = (data) => {
      if (!isMine()) return
      if (exchange.isRefused) {
        exchange.takeBody(data)
        if (exchange.size >= KEPT) refuse()
        return
      }
      exchange.isOpen = exchange.hasBytes = true
      this._opened()
      if (isMine() && parser) parser.feed(data)
    }
    return {
      open,
      chunk,
      message: ({ type, data, id }) => {
        if (!isMine()) return
        exchange.isOpen = exchange.hasBytes = true
        this._opened()
        if (id !== undefined) this.lastEventId = id
        if (isMine()) this._broadcast({ type, data, lastEventId: this.lastEventId })
      },
      end: (result) => {
        open(result)
        if (!isMine()) return
        const { body } = result
        if (exchange.isRefused) {
          if (!exchange.size && body) exchange.takeBody(body)
          return refuse()
        }
        if (!exchange.hasBytes && isText(body)) {
          this._warn(WHOLE_BODY)
          chunk(body)
        }
        if (isMine()) this._ended(new SseError('The stream ended', { code: 'ended', status: exchange.status }), exchange, true)
      },
      fail: ({ message, status = exchange.status, body = '' }) => {
        if (!isMine()) return
        if (exchange.isRefused) return refuse()
        this._ended(new SseError(message, { code: codeOf(message), status, body }), exchange)
      },
      warn: (message) => isMine() && this._warn(message),
    }
  }

  /**
   * What the parser calls. A listener may end the connection while the parser is in the middle of a chunk: the rest is
   * not broadcast, and the last event ID stays where the listener was, so that a reconnection brings it.
   *
   * @param {() => boolean} isMine
   * @returns {import('./types.js').ParserConfig}
   */
  _callbacks(isMine) {
    return {
      lastEventId: this.lastEventId,
      onId: (id) => isMine() && (this.lastEventId = id),
      onRetry: (ms) => {
        if (!isMine()) return
        this._interval = ms
        this._leastWait = SHORTEST_RETRY
      },
      onEvent: (event) => isMine() && this._broadcast(event),
      onError: (error) => {
        if (!isMine() || error.type !== 'max-buffer-size-exceeded') return
        this._ended(new SseError(error.message, { code: 'limit' }), new Exchange())
      },
    }
  }

  _opened() {
    this._isTokenFresh = false
    this._become('open')
  }

  /** @param {{type: string, data: string, lastEventId: string}} event */
  _broadcast({ type, data: text, lastEventId }) {
    const { json, until } = this._options
    const isEnd = until !== undefined && text === until
    /** @type {any} */
    const message = { data: text, text, type, lastEventId }
    if (json !== false && !isEnd && text) {
      try {
        message.data = JSON.parse(text)
      } catch (error) {
        if (json) return this.bus.emit('parse-error', { error, text, type, lastEventId })
      }
    }
    const turn = this._turn
    this.bus.emit('message', message)
    if (!OWN.includes(type)) this.bus.emit(type, message)
    // A listener may have ended the connection, or started another one.
    if (isEnd && turn === this._turn) this.close()
  }

  /**
   * The response is not an event stream: tries again where the status may be another one next time.
   *
   * @param {Exchange} exchange
   */
  _refused(exchange) {
    const { status } = exchange
    const error = exchange.refusal()
    if (status === 401 && typeof this._options.token === 'function' && !this._isTokenFresh) {
      this._stop()
      this._isTokenFresh = true
      this._connect(true)
      return
    }
    if (isPassing(status)) return this._ended(error, exchange)
    this._stop()
    if (status === 204) this._become('closed')
    else this._giveUp(error)
  }

  /**
   * The request is over: sends another one after a while, if that makes sense.
   *
   * A request that brought something is no failed attempt, and neither is a stream that was open until the host ended
   * it: hosts time out quiet streams every minute.
   *
   * @param {SseError} error
   * @param {Exchange} exchange
   * @param {boolean} [isClean] Whether the server ended the stream.
   */
  _ended(error, exchange, isClean = false) {
    const { maxAttempts = Infinity, until, jitter = 0.2 } = this._options
    this._stop()
    if (exchange.hasBytes || (exchange.isOpen && !isClean)) this._attempts = 0
    if (!this._mayReconnect) {
      if (!isClean) return this._giveUp(error)
      if (until !== undefined) return this._giveUp(new SseError(`The stream ended without "${until}"`, { code: 'cut-off', status: error.status }))
      this._become('closed')
      return this.bus.emit('error', error)
    }
    if (this._attempts >= maxAttempts) return this._giveUp(error)
    this._attempts++
    this._become('waiting')
    this.bus.emit('error', error)
    if (this.state !== 'waiting') return
    const wait = Math.max(this._interval * (1 - jitter * Math.random()), this._leastWait)
    this._timer = setTimeout(() => this._connect(false), wait)
  }

  /** @param {SseError} error */
  _giveUp(error) {
    const { onGiveUp } = this._options
    this._stop()
    this._become('idle')
    this.bus.emit('error', error)
    if (onGiveUp) onGiveUp(error)
  }

  /** @param {string} message */
  _warn(message) {
    if (this._isWarned) return
    this._isWarned = true
    const { onWarning } = this._options
    if (onWarning) onWarning(message)
    else if (typeof console !== 'undefined') console.warn(`weir-sse: ${message}`)
  }

  _stop() {
    const abort = this._abort
    this._turn++
    this._abort = undefined
    clearTimeout(this._timer)
    if (abort) abort()
  }

  /** @param {SseState} state */
  _become(state) {
    if (this.state === state) return
    this.state = state
    this.bus.emit('state', state)
  }
}

/**
 * @param {SseClientOptions} options
 * @param {Host} host
 * @returns {Promise<MakeParser>}
 */
async function makerFor(options, host) {
  const { wasm, createParser } = options
  const instantiate = options.instantiate || host.instantiate
  if (!wasm && createParser) return createParser
  try {
    if (!wasm) throw new Error('set wasm to the path of weir-sse-scalar.wasm inside the package')
    if (!instantiate) throw new Error('this host has no WXWebAssembly; pass createParser or instantiate')
    const found = await instantiate(wasm, {})
    const engine = new Engine(plainTexts(), (found.instance || found).exports)
    return (config) => new Parser(config, engine)
  } catch (error) {
    if (createParser) return createParser
    throw error
  }
}

/** @param {any} error */
const messageOf = (error) => (error && (error.message || error.errMsg)) || String(error)

/** @param {string} message @returns {import('./wechat.js').SseErrorCode} */
function codeOf(message) {
  const [code = 'network'] = /timeout|interrupted|abort/i.exec(message) || []
  return /** @type {any} */ (code.toLowerCase())
}

/** Whether a body can be read by the parser. @param {any} body */
function isText(body) {
  return typeof body === 'string' ? body !== '' : !!body && body.byteLength > 0
}
