/* SPDX-License-Identifier: MIT */
import type { HostResponse, HostSignal } from './host-types.js'
import type { ParsedEvent, ParseError, ParserConfig } from './index.js'

export { ParseError } from './index.js'
export type { ErrorType, EventSourceMessage, ParsedEvent, ParserConfig } from './index.js'
export type { ParseError as ParseErrorType } from './index.js'

declare global {
  // Empty where the DOM library declares them; the only declarations where it does not.
  interface ReadableStream<R = any> {}
  interface TransformStream<I = any, O = any> {}
}

export type Chunk = string | ArrayBuffer | ArrayBufferView

/** What the streams take: a parser's options without `onEvent` and `onBatch`. */
export type StreamOptions = Omit<ParserConfig, 'onEvent' | 'onBatch' | 'onError'> & {
  /** With `'terminate'` a line that would be ignored ends the stream with an error. */
  onError?: 'terminate' | ((error: ParseError) => void) | undefined
}

/** What `events` takes. */
export type EventsOptions = StreamOptions & {
  /** Parse each event's data as JSON. Data that is not JSON throws a SyntaxError. */
  json?: boolean | undefined
  /** The data of the event that ends the stream, such as `'[DONE]'`. A stream that ends without it throws a CutOffError. */
  until?: string | undefined
  /** Ends the loop with the signal's reason, and cancels the stream. */
  signal?: HostSignal | null | undefined
}

/** An event of `events (source, { json: true })`. */
export interface JsonEvent {
  id: string | undefined
  event: string | undefined
  type: string
  /** The parsed JSON; undefined where the data is empty. */
  data: any
  /** The data as text. */
  text: string
  lastEventId: string
  begin?: number
  end?: number
}

/** A transform stream from chunks, bytes or strings, to events. */
export interface EventSourceParserStream extends TransformStream<Chunk, ParsedEvent> {
  readonly readable: ReadableStream<ParsedEvent>
}

export declare const EventSourceParserStream: {
  prototype: EventSourceParserStream
  new (options?: StreamOptions): EventSourceParserStream
}

/** A response that `events` cannot read, because of its status or its type. */
export declare class ResponseError extends Error {
  constructor(message: string, response: { status: number; type: string; headers: HostResponse['headers']; body: string })
  readonly status: number
  /** The same, under the name that npm's eventsource gives it. */
  readonly code: number
  /** The content type, or an empty string. */
  readonly type: string
  readonly headers: HostResponse['headers']
  /** The start of the body. */
  readonly body: string
}

/** A stream that ended without the event that `until` names. */
export declare class CutOffError extends Error {
  constructor(until: string)
  readonly until: string
}

/**
 * Reads the events of a response, or of any stream of bytes or strings, one after the other. Leaving the loop cancels
 * the stream. A response that is not an event stream throws a ResponseError.
 */
export function events(
  source: HostResponse | ReadableStream<Chunk> | AsyncIterable<Chunk>,
  options: EventsOptions & { json: true },
): AsyncGenerator<JsonEvent, void, undefined>
export function events(
  source: HostResponse | ReadableStream<Chunk> | AsyncIterable<Chunk>,
  options?: EventsOptions,
): AsyncGenerator<ParsedEvent, void, undefined>
