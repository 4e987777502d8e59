/* SPDX-License-Identifier: MIT */
import { isEventStream, lastType } from './http.js'
import { plainTexts } from './texts.js'

/**
 * What went wrong with a stream.
 *
 * @example
 * const client = new SseClient({ url: `${base}/none`, wasm: '/none.wasm' })
 * client.bus.on('error', (error) => console.log(error instanceof SseError, error.code, error.status, error.body))
 * client.start()
 */
export class SseError extends Error {
  /**
   * @param {string} message
   * @param {{code: import('./wechat.js').SseErrorCode, status?: number, body?: string}} details
   */
  constructor(message, { code, status = 0, body = '' }) {
    super(message)
    this.name = 'SseError'
    this.code = code
    this.status = status
    this.body = body
  }
}

/** How much of a refused response an error has, in characters. */
const QUOTE = 1000

/** How much of it is kept for that, in bytes. */
export const KEPT = 4 * QUOTE

/** The response to one request, as far as it is known. */
export class Exchange {
  constructor() {
    this.status = 0
    /** Whether an event stream is being read. */
    this.isOpen = false
    /** Whether a chunk or an event has arrived. */
    this.hasBytes = false
    /** The content type, if it is another one, or nothing. */
    this.wrongType = ''
    /** Whether the response is not an event stream. Its body is read for the reason. */
    this.isRefused = false
    /** The start of that body, as percent escapes: a chunk may end inside a character. */
    this.escaped = ''
    this.size = 0
  }

  /** @param {{status?: number, headers?: any}} head */
  takeHead({ status = 0, headers }) {
    this.status = status || this.status
    if (!this.status || this.isOpen) return
    const type = this.status === 200 ? contentTypeOf(headers) : ''
    this.wrongType = isEventStream(type) ? '' : type.split(';')[0].trim().toLowerCase()
    this.isRefused = this.status !== 200 || this.wrongType !== ''
    this.isOpen = !this.isRefused
  }

  /** @param {any} data */
  takeBody(data) {
    const bytes = bytesOf(data)
    this.size += bytes.length
    for (const byte of bytes.subarray(0, KEPT - this.escaped.length / 3)) this.escaped += `%${byte < 16 ? 0 : ''}${byte.toString(16)}`
  }

  /** What was kept of the body, without the rest of a character that was cut. */
  get body() {
    for (let cut = 0; cut < 4; cut++) {
      try {
        return decodeURIComponent(this.escaped.slice(0, this.escaped.length - 3 * cut)).slice(0, QUOTE)
      } catch (error) {
        // The last character is not whole.
      }
    }
    return ''
  }

  refusal() {
    const { status, body, wrongType } = this
    const message = wrongType ? `The server sent ${wrongType} instead of text/event-stream` : `The server answered with status ${status}`
    return new SseError(message, { code: wrongType ? 'content-type' : 'status', status, body })
  }
}

/**
 * The Content-Type among a host's headers, or nothing. Hosts leave names in the server's case.
 *
 * @param {any} headers
 */
function contentTypeOf(headers) {
  const name = Object.keys(headers || {}).find((key) => key.toLowerCase() === 'content-type')
  return name ? lastType(String(headers[name])) : ''
}

/** The bytes of a body; a host may have made text or an object of it. @param {any} body */
function bytesOf(body) {
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
  if (body && body.byteLength !== undefined) return new Uint8Array(body)
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const bytes = new Uint8Array(KEPT)
  return bytes.subarray(0, plainTexts().encode(text.slice(0, QUOTE), bytes).written)
}
