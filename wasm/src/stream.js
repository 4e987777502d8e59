/* SPDX-License-Identifier: MIT */
import { createParser } from './index.js'

export { ParseError } from './index.js'

/** @typedef {import('./index.js').ErrorType} ErrorType */
/** @typedef {import('./index.js').EventSourceMessage} EventSourceMessage */
/** @typedef {import('./index.js').ParsedEvent} ParsedEvent */
/** @typedef {import('./index.js').ParserConfig} ParserConfig */
/** @typedef {import('./index.js').ParseError} ParseErrorType */

/**
 * What the streams take: a parser's options, but for `onEvent` and `onBatch`.
 * `onError` may be `'terminate'`: then a line that is ignored ends the stream with the error.
 *
 * @typedef {Omit<ParserConfig, 'onEvent' | 'onBatch' | 'onError'>
 *   & {onError?: 'terminate' | ((error: ParseErrorType) => void) | undefined}} StreamOptions
 */

/** @typedef {string | ArrayBuffer | ArrayBufferView} Chunk */

/**
 * A transform stream from chunks, bytes or strings, to events.
 *
 * @extends {TransformStream<Chunk, ParsedEvent>}
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
            // A parser that has stopped reads nothing any more.
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
 * Reads the events of a response, or of any stream of bytes or strings, one after the other.
 * Leaving the loop cancels the stream. A response whose status is an error is one.
 *
 * @param {Response | ReadableStream<Chunk> | AsyncIterable<Chunk>} source
 * @param {StreamOptions} [options]
 * @returns {AsyncGenerator<ParsedEvent, void, undefined>}
 * @example
 * for await (const event of events(await fetch(url))) console.log(event.data)
 */
export async function* events(source, options = {}) {
  const { onError } = options
  /** @type {ParsedEvent[]} */
  const waiting = []
  /** @type {Error | undefined} */
  let failure
  const parser = createParser({
    ...options,
    onEvent: (event) => failure || waiting.push(event),
    onError(error) {
      if (typeof onError === 'function') onError(error)
      if (onError === 'terminate' || error.type === 'max-buffer-size-exceeded') failure ??= error
    },
  })
  for await (const chunk of chunksOf(source)) {
    parser.feed(chunk)
    yield* waiting.splice(0)
    if (failure) throw failure
  }
  parser.end()
  yield* waiting.splice(0)
}

/**
 * @param {any} source
 * @returns {AsyncIterable<Chunk>}
 */
function chunksOf(source) {
  if (source?.ok === false) {
    source.body?.cancel().catch(() => {})
    throw new Error(`The server answered with status ${source.status}`)
  }
  const stream = source?.body === null ? new Blob([]).stream() : (source?.body ?? source)
  if (stream?.[Symbol.asyncIterator]) return stream
  if (!stream?.getReader) throw new TypeError('events takes a Response, a ReadableStream or an async iterable')
  return read(stream)
}

/** For browsers whose streams can't be iterated. @param {ReadableStream<Chunk>} stream */
async function* read(stream) {
  const reader = stream.getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
  } finally {
    await reader.cancel()
  }
}
