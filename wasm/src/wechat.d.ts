/* SPDX-License-Identifier: MIT */
import type { ParserConfig } from './types.js'

/** What a host is asked to connect to. */
export interface HostRequest {
  url: string
  method: string
  headers: Record<string, string>
  data: string | Record<string, any> | undefined
  /** In milliseconds. */
  timeout: number
}

export interface HostHead {
  status?: number | undefined
  headers?: any
}

/** What a host calls. After `end` or `fail` it calls nothing more. */
export interface HostListeners {
  /** The response's head has arrived. A host that does not know it calls this not at all. */
  open(head: HostHead): void
  /** A chunk of the body has arrived. */
  chunk(data: ArrayBuffer | ArrayBufferView | string): void
  /** An event has arrived, from a host that parses itself. */
  message(event: { type: string; data: string; id?: string | undefined }): void
  /** The response has ended. A host without chunks hands over the whole body here. */
  end(result: HostHead & { body?: any }): void
  /** The request failed, or broke off. */
  fail(error: { message: string; status?: number | undefined; body?: string }): void
  /** Something the programmer should know. */
  warn(message: string): void
}

/** What SseClient needs of the place where it runs. */
export interface Host {
  /** Sends a request, and returns how to abort it. */
  connect(request: HostRequest, listeners: HostListeners): () => void
  /** The token under a storage key. */
  getToken?(key: string): string | null | undefined
  /** Instantiates the module. */
  instantiate?: ((path: string, imports: any) => Promise<any>) | undefined
  /** Whether it calls `message` instead of `chunk`, so that no module is needed. */
  isParsing?: boolean
}

/** An object such as `wx`. */
export interface WxLike {
  request(options: any): any
  getStorageSync(key: string): any
}

export interface SseClientOptions {
  /** The address of the stream. */
  url: string
  /** The path of the module inside the package: a `.wasm` or a `.wasm.br`. */
  wasm?: string
  /** Makes the parser without the module, or where the module cannot be loaded. */
  createParser?: (config: ParserConfig) => { feed(chunk: any): void }
  /** `GET` by default. A request with another method is sent once, unless `reconnect` is true. */
  method?: 'GET' | 'POST' | 'PUT'
  /** Headers to send in addition. */
  header?: Record<string, string>
  /** What to send: text, or an object that becomes JSON. */
  data?: string | Record<string, any>
  /**
   * A bearer token. A function is called before each request, and again with `expired: true` after a response with
   * status 401; then the request is repeated once.
   */
  token?: string | ((request: { expired: boolean }) => string | undefined | Promise<string | undefined>)
  /** The storage key of the bearer token, if `token` is not given; `token` by default. Without a token there is no header. */
  tokenKey?: string
  /**
   * What `data` is in a message. By default it is the JSON value where the text is JSON, else the text. `true`: always
   * the JSON value; text that is not JSON is broadcast as `parse-error` instead. `false`: always the text.
   */
  json?: boolean
  /** The text of the event that ends the stream, such as `'[DONE]'`. It is delivered, and the client closes. */
  until?: string
  /** The host ends a request after this many milliseconds; 300000 by default. */
  timeout?: number
  /** Whether a request is sent again after it ended; by default only a GET is. */
  reconnect?: boolean
  /** The wait before connecting again, in milliseconds, until the stream sets another with `retry`; 5000 by default. */
  reconnectInterval?: number
  /** The random part of a wait, from 0 to 1; 0.2 by default. */
  jitter?: number
  /** How many requests in a row may bring nothing before the client gives up; unlimited by default. */
  maxAttempts?: number
  /** There will be no more requests: the user should know. */
  onGiveUp?: (error: SseError) => void
  /** Called instead of `console.warn`, once. */
  onWarning?: (message: string) => void
  /** Where messages are broadcast; the client's own bus by default. */
  bus?: EventBus
  /** Where the client runs. By default `wx`, `tt`, `uni` or `fetch`, whichever is there. */
  host?: Host | WxLike
  /** `WXWebAssembly.instantiate` by default. */
  instantiate?: (path: string, imports: any) => Promise<any>
}

/** An event of the stream. */
export interface SseMessage {
  /** The parsed JSON, or the text: see the option `json`. */
  data: any
  /** The data, exactly as the stream has it. */
  text: string
  /** The event type. */
  type: string
  lastEventId: string
}

/** With `json: true`: an event whose text is not JSON. */
export interface SseParseError {
  error: Error
  text: string
  type: string
  lastEventId: string
}

export type SseState = 'idle' | 'connecting' | 'open' | 'waiting' | 'hidden' | 'closed'

export type SseErrorCode =
  | 'status'
  | 'content-type'
  | 'ended'
  | 'cut-off'
  | 'network'
  | 'timeout'
  | 'interrupted'
  | 'abort'
  | 'limit'
  | 'module'

/** What went wrong with a stream. */
export declare class SseError extends Error {
  constructor(message: string, details: { code: string; status?: number; body?: string })
  readonly code: SseErrorCode
  /** The response's status, or 0. */
  readonly status: number
  /** The start of a response that is not an event stream, or an empty string. */
  readonly body: string
}

/** Listeners by name. */
export declare class EventBus {
  /** Listens, and returns how to stop. */
  on(name: 'message', listener: (message: SseMessage) => void): () => void
  on(name: 'parse-error', listener: (problem: SseParseError) => void): () => void
  on(name: 'error', listener: (error: SseError) => void): () => void
  on(name: 'state', listener: (state: SseState) => void): () => void
  on(name: string, listener: (payload: any) => void): () => void
  /** Stops listening. */
  off(name: string, listener: (payload: any) => void): void
  /** Calls all listeners, also after one that throws. */
  emit(name: string, payload: any): void
}

/** A client for mini-programs, and for wherever else a host adapter is given. */
export declare class SseClient {
  constructor(options: SseClientOptions)
  readonly bus: EventBus
  readonly state: SseState
  /** The last event ID, which a reconnection sends. */
  lastEventId: string
  /** Connects, after changing options if some are given. Resolves when the request was sent. */
  start(changes?: Partial<SseClientOptions>): Promise<void>
  /** Ends the connection; `start` makes another one. */
  abort(): void
  /** Ends the connection until `show`. */
  hide(): void
  /** Connects again if `hide` ended the connection. */
  show(): void
  /** Ends the connection; `start` makes another one, `show` does not. */
  close(): void
  /** Adds a user of the client, such as a page, and connects. */
  retain(user: any): void
  /** Removes a user. The client closes with the last one. */
  release(user: any): void
  /** Sets whether a user is shown. The client pauses while no user is. */
  setShown(user: any, isShown: boolean): void
}

/** What `this` is in the functions of a page, a component or the App. */
export type Instance<Options> = Options &
  (Options extends { methods: infer Methods } ? Methods : {}) & {
    setData(data: Record<string, any>, callback?: () => void): void
    [member: string]: any
  }

/**
 * The options of a page, a component or the App, with a client bound to its life: connected while it is shown, paused
 * while it is hidden, closed when the last one that shares the client is gone.
 */
export declare function withSse<Options extends Record<string, any>>(
  client: SseClient,
  options: Options & ThisType<Instance<Options>>,
  kind?: 'page' | 'component' | 'app',
): Options

/** WeChat, and the mini-programs whose API has the same form. */
export declare function wxHost(wx: WxLike): Host
/** uni-app, where it is compiled to a mini-program. Its pages for the web use `fetchHost`. */
export declare function uniHost(uni: WxLike): Host
/** Taro. */
export declare function taroHost(Taro: WxLike): Host
/** Douyin, by `tt.createEventSource` (base library 3.35.0). No module is needed. */
export declare function douyinHost(tt: { createEventSource?(options: any): any; getStorageSync(key: string): any }): Host
/** Pages for the web and Node. */
export declare function fetchHost(options?: {
  fetch?: (url: string, init: any) => Promise<any>
  storage?: { getItem(key: string): string | null }
}): Host
