/* SPDX-License-Identifier: MIT */
import { dropBody, isEventStream, lastType, readerOf } from './http.js'
import { createParser } from './index.js'

export { ParseError } from './index.js'

/** @typedef {import('./index.js').ParsedEvent} ParsedEvent */
/** @typedef {import('./stream.js').Chunk} Chunk */
/** @typedef {import('./stream.js').StreamOptions} StreamOptions */
/** @typedef {import('./stream.js').EventsOptions} EventsOptions */

/** How much of a body that is not an event stream an error quotes, in characters. */
const QUOTE = 300

/** How long such a body may take, in milliseconds. */
const QUOTE_TIME = 2000

/**
 * A transform stream from chunks, bytes or strings, to events.
 *
 * @example
 * const response = await fetch(url)
 * const stream = response.body.pipeThrough(new EventSourceParserStream())
 * for await (const event of stream) console.log(event.data)
 */
export class EventSourceParserStream extends TransformStream {
  /** @param {StreamOptions} [options] */
  constructor(options = {}) {
    const { onError } = options
    /** @type {import('./index.js').StreamParser} */
    let parser
    super({
      start(controller) {
        parser = createParser({
          ...options,
          onEvent: (event) => controller.enqueue(event),
          onError(error) {
            if (typeof onError === 'function') onError(error)
            // A parser that stopped at a limit reads nothing more.
            if (onError === 'terminate' || error.type === 'max-buffer-size-exceeded') controller.error(error)
          },
        })
      },
      transform(chunk) {
        parser.feed(chunk)
      },
      flush() {
        parser.end()
      },
    })
  }
}

/**
 * A response that `events` cannot read, because of its status or its type.
 *
 * @example
 * try {
 *   for await (const event of events(new Response('{"error":"no"}', { status: 400 }))) console.log(event.data)
 * } catch (error) {
 *   if (error instanceof ResponseError) console.log(error.status, error.type, error.body)
 * }
 */
export class ResponseError extends Error {
  /**
   * @param {string} message
   * @param {{status: number, type: string, headers: Headers, body: string}} response
   */
  constructor(message, { status, type, headers, body }) {
    super(message)
    this.name = 'ResponseError'
    this.status = status
    /** The same, under the name that npm's eventsource gives it. */
    this.code = status
    this.type = type
    this.headers = headers
    this.body = body
  }
}

/**
 * A stream that ended without the event that `until` names.
 *
 * @example
 * try {
 *   for await (const event of events(new Response('data: 1\n\n'), { until: '[DONE]' })) console.log(event.data)
 * } catch (error) {
 *   console.log(error instanceof CutOffError)
 * }
 */
export class CutOffError extends Error {
  /** @param {string} until */
  constructor(until) {
    super(`The stream ended without "${until}"`)
    this.name = 'CutOffError'
    this.until = until
  }
}

/**
 * Reads the events of a response, or of any stream of bytes or strings, one after the other. Leaving the loop cancels
 * the stream. A response that is not an event stream throws a ResponseError.
 *
 * @param {any} source
 * @param {EventsOptions} [options]
 * @returns {AsyncGenerator<any, void, undefined>}
 * @example
 * for await (const event of events(await fetch(url))) console.log(event.data)
 */
export function events(source, options = {}) {
  const reading = new Reading(source, options)
  const iterator = reading.events()
  // A generator's own return () waits for the read that is going on: cancelling the stream ends that read.
  const end = iterator.return.bind(iterator)
  iterator.return = (value) => {
    reading.cancel()
    return end(value)
  }
  return iterator
}

/** One run of `events`. */
class Reading {
  /**
   * @param {any} source
   * @param {EventsOptions} options
   */
  constructor(source, options) {
    this.source = source
    this.options = options
    this.isCancelled = false
    /** @type {import('./http.js').BodyReader | undefined} */
    this.reader = undefined
    /** @type {ParsedEvent[]} */
    this.waiting = []
    /** @type {Error | undefined} */
    this.failure = undefined
  }

  cancel() {
    this.isCancelled = true
    if (this.reader) this.reader.cancel()
    else dropBody(this.source?.body ?? this.source)
  }

  async *events() {
    const { until, signal } = this.options
    const stop = () => this.cancel()
    if (signal?.aborted) stop()
    else signal?.addEventListener('abort', stop)
    try {
      signal?.throwIfAborted()
      const parser = this.makeParser()
      await checkResponse(this.source)
      this.reader = readerOfSource(this.source)
      for (let isOver = false; !isOver; ) {
        const { done, value } = await this.reader.read().catch((error) => {
          signal?.throwIfAborted()
          throw error
        })
        signal?.throwIfAborted()
        if (this.isCancelled) return
        if (done) parser.end()
        else parser.feed(value)
        isOver = !!done
        for (const event of this.waiting.splice(0)) {
          if (until !== undefined && event.data === until) return
          yield this.options.json ? withJson(event) : event
          signal?.throwIfAborted()
        }
        if (this.failure) throw this.failure
      }
      if (until !== undefined) throw new CutOffError(until)
    } finally {
      signal?.removeEventListener('abort', stop)
      this.cancel()
    }
  }

  makeParser() {
    const { until, json, signal, onError, ...options } = this.options
    return createParser({
      ...options,
      onEvent: (event) => this.failure || this.waiting.push(event),
      onError: (error) => {
        if (typeof onError === 'function') onError(error)
        if (onError === 'terminate' || error.type === 'max-buffer-size-exceeded') this.failure ??= error
      },
    })
  }
}

/** An event whose data is parsed. @param {ParsedEvent} event */
function withJson(event) {
  const { id, event: name, type, data: text, lastEventId, begin, end } = event
  const place = begin === undefined ? {} : { begin, end }
  return { id, event: name, type, data: valueOf(text), text, lastEventId, ...place }
}

/** The value of a JSON text; nothing for an empty one. @param {string} text */
function valueOf(text) {
  if (!text) return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    const { message } = /** @type {SyntaxError} */ (error)
    const hint = text === '[DONE]' ? "; set until to '[DONE]'" : ''
    throw Object.assign(new SyntaxError(`The data of an event is not JSON: ${message}${hint}`), { text })
  }
}

/** Whether it is a response rather than a stream. @param {any} source */
const isResponse = (source) => typeof source?.status === 'number'

/** Whether the program made a response itself, as opposed to fetch. @param {any} response */
const isMade = ({ url }) => !url

/**
 * Throws unless a response is an event stream. A response that the program made from a string or a stream needs no
 * type: `new Response` sets text/plain or none.
 *
 * @param {any} source
 */
async function checkResponse(source) {
  if (!isResponse(source) || source.status === 204) return
  const { status, headers } = source
  const type = lastType(headers?.get?.('content-type'))
  const isStream = isEventStream(type) || (isMade(source) && /^(text\/plain\s*(;|$)|$)/i.test(type))
  const isOk = status >= 200 && status < 300
  if (isOk && isStream) return
  const body = await startOf(source)
  throw new ResponseError(refusalOf(source, { type, body, isOk }), { status, type, headers, body })
}

/**
 * The message about a response that is not an event stream. The text of a response that the program made is its own
 * message already.
 *
 * @param {any} response
 * @param {{type: string, body: string, isOk: boolean}} details
 */
function refusalOf(response, { type, body, isOk }) {
  const what = isOk ? ` and ${type || 'no content type'} instead of text/event-stream` : type && ` and ${type}`
  const isOwnText = isMade(response) && /^text\/plain\b/i.test(type)
  const answer = `The server answered with status ${response.status}`
  return isOwnText ? answer : `${answer}${what}${body && `: ${body}`}`
}

/** The start of a body, as text. What does not arrive in time is left out. @param {any} response */
async function startOf(response) {
  /** @type {any} */
  let timer
  let reader
  let text = ''
  try {
    reader = readerOfSource(response)
    const decoder = new TextDecoder()
    const time = new Promise((resolve) => (timer = setTimeout(resolve, QUOTE_TIME, { done: true })))
    while (text.length <= QUOTE) {
      const { done, value } = await Promise.race([reader.read(), time])
      if (done) break
      text += typeof value === 'string' ? value : decoder.decode(value, { stream: true })
    }
  } catch {
    // The status and the type are the message; a body that breaks off adds nothing.
  }
  clearTimeout(timer)
  reader?.cancel()
  const start = text.trim()
  return start.length > QUOTE ? `${start.slice(0, QUOTE)}…` : start
}

/**
 * A reader of what `events` was given.
 *
 * @param {any} source
 * @returns {import('./http.js').BodyReader}
 */
function readerOfSource(source) {
  const reader = readerOf(source?.body === null ? new Blob([]).stream() : (source?.body ?? source))
  if (reader) return reader
  if (isResponse(source)) throw new TypeError("The response has no body that can be read as a stream; this host's fetch cannot stream")
  throw new TypeError('events takes a Response, a ReadableStream or an async iterable')
}
