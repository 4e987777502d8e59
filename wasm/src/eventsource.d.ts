/* SPDX-License-Identifier: MIT */
import type {
  HostBody,
  HostEvent,
  HostEventTarget,
  HostHeadersInit,
  HostMessageEvent,
  HostRequestInit,
  HostResponse,
  HostSignal,
  HostUrl,
} from './host-types.js'

declare global {
  /** Empty where the DOM library declares it; the only declaration where it does not. */
  interface ReadableStream<R = any> {}
}

/** When to connect again, and how long to wait before. */
export interface ReconnectPolicy {
  /** The first wait in milliseconds, until the stream sets another with `retry`; 3000 by default. */
  delayMs?: number
  /** The factor by which each wait grows while connections bring nothing; 1 by default. */
  factor?: number
  /** No wait is longer than this, whatever the stream asks for; 60000 by default. */
  maxDelayMs?: number
  /** The random part of a wait, from 0 to 1; 0.1 by default, so that waits are 90 to 100 percent of their length. */
  jitter?: number
  /** How many connections in a row may bring nothing before the source gives up; unlimited by default. */
  maxAttempts?: number
}

/** A connection that ended or failed, as `shouldReconnect` sees it. */
export interface Disconnection {
  /** The response's status, if there was a response that is not an event stream. */
  status?: number
  /** The response's headers, if there was a response. */
  headers?: HostResponse['headers']
  /** The number of the reconnection in question: 1 after a connection that brought events, and one more after each that did not. */
  attempt: number
  /** What happened. */
  error: Error
}

/** What a `fetch` of one's own must resolve with. */
export interface FetchedResponse {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  /** A ReadableStream, an async iterable of bytes, or null. */
  readonly body: any
  readonly url?: string
}

export interface EventSourceOptions {
  /** Send cookies to other origins too. */
  withCredentials?: boolean
  /**
   * Headers to send in addition to `Accept` and `Last-Event-ID`. A function is called before each connection, so that
   * a token can be fresh.
   */
  headers?: HostHeadersInit | ((attempt: { attempt: number; lastEventId: string }) => HostHeadersInit | Promise<HostHeadersInit>)
  /** `GET` by default. A request with another method is sent once, unless `reconnect` is given. */
  method?: string
  /** The request's body. */
  body?: HostBody | null
  /** Used instead of the host's `fetch`. */
  fetch?: (url: string, init: HostRequestInit) => Promise<FetchedResponse>
  /** The last event ID to begin with. */
  lastEventId?: string
  /**
   * How the last event ID is sent: `'header'` (the standard's way, and the default), `'query'` (as the parameter
   * `lastEventId`, or the one that is named), or `'none'`. The header forces a CORS preflight; the other two do not.
   */
  lastEventIdAs?: 'header' | 'query' | 'none' | { query: string }
  /** When to connect again; `false`: never. */
  reconnect?: ReconnectPolicy | false
  /** Decides about each reconnection. Without a boolean result the default holds. */
  shouldReconnect?: (disconnection: Disconnection) => boolean | undefined | void | Promise<boolean | undefined | void>
  /** Called with each response before it is checked. An exception closes the source. */
  onResponse?: (response: HostResponse) => void | Promise<void>
  /** Closes the source when it aborts. */
  signal?: HostSignal | null
  /** How many characters of an incomplete line or event may wait for the rest; more close the source. */
  maxBufferSize?: number
}

/** What this class adds to an `error` event. */
export type EventSourceErrorEvent = HostEvent & {
  /** What happened, in a sentence. */
  readonly message: string
  /** The response's status, if there was a response. */
  readonly status: number | undefined
  /** The same, under the name that npm's eventsource gives it. */
  readonly code: number | undefined
}

export interface EventSourceEventMap {
  open: HostEvent
  message: HostMessageEvent
  error: EventSourceErrorEvent
}

type ListenerOptions = boolean | { capture?: boolean; once?: boolean; passive?: boolean; signal?: HostSignal }
type ListenerObject = { handleEvent(event: any): void }

/**
 * The web's EventSource, with headers, method and body, in browsers, workers and Node.
 */
export interface EventSource extends HostEventTarget {
  /** The resolved address. */
  readonly url: string
  /** Whether cookies are sent to other origins. */
  readonly withCredentials: boolean
  /** `CONNECTING`, `OPEN` or `CLOSED`. */
  readonly readyState: 0 | 1 | 2
  /** The last event ID, which a reconnection sends. */
  readonly lastEventId: string
  /** The wait before a reconnection in milliseconds, as the stream or the options set it. */
  readonly reconnectionTime: number
  /** A connection is being made, or the source waits before the next one. */
  readonly CONNECTING: 0
  /** Events may arrive. */
  readonly OPEN: 1
  /** There is no connection, and there will be none. */
  readonly CLOSED: 2
  onopen: ((event: HostEvent) => any) | null
  onmessage: ((event: HostMessageEvent) => any) | null
  // Read as a handler of any event, so that this interface is assignable to the DOM library's.
  get onerror(): ((event: any) => any) | null
  set onerror(handler: ((event: EventSourceErrorEvent) => any) | null)

  addEventListener<K extends keyof EventSourceEventMap>(
    type: K,
    listener: (this: EventSource, event: EventSourceEventMap[K]) => any,
    options?: ListenerOptions,
  ): void
  addEventListener(type: string, listener: (this: EventSource, event: HostMessageEvent) => any, options?: ListenerOptions): void
  addEventListener(type: string, listener: ListenerObject | ((event: any) => any) | null, options?: ListenerOptions): void
  removeEventListener<K extends keyof EventSourceEventMap>(
    type: K,
    listener: (this: EventSource, event: EventSourceEventMap[K]) => any,
    options?: boolean | { capture?: boolean },
  ): void
  removeEventListener(
    type: string,
    listener: (this: EventSource, event: HostMessageEvent) => any,
    options?: boolean | { capture?: boolean },
  ): void
  removeEventListener(
    type: string,
    listener: ListenerObject | ((event: any) => any) | null,
    options?: boolean | { capture?: boolean },
  ): void

  /** Closes the connection. No event is dispatched afterwards. */
  close(): void
  /** Discards an incomplete event, so that another stream can follow in the same ReadableStream. */
  reset(): void
}

export declare const EventSource: {
  prototype: EventSource
  new (url: string | HostUrl, options?: EventSourceOptions | null): EventSource
  readonly CONNECTING: 0
  readonly OPEN: 1
  readonly CLOSED: 2
  /**
   * Reads a stream of bytes once. The source is closed when the stream ends; `close ()` cancels the stream.
   *
   * @throws {TypeError} `stream` is not a ReadableStream, or it is locked.
   */
  fromReadableStream(
    stream: ReadableStream<any>,
    options?: { url?: string | HostUrl; lastEventId?: string; signal?: HostSignal | null } | null,
  ): EventSource
}
