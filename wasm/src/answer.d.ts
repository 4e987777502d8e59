/* SPDX-License-Identifier: MIT */
import type { HostResponse, HostSignal } from './host-types.js'
import type { Chunk } from './stream.js'

/** Whether an answer is whole. */
export interface AnswerVerdict {
  /**
   * - `growing`: neither the answer nor the stream has ended
   * - `complete`
   * - `incomplete`: the API says why in `reason`
   * - `cut-off`: the stream ended too early; `missing` names the ends that did not arrive
   * - `failed`: the API reported the error in `reason`
   * - `blocked`: the API says why in `reason`
   * - `invalid-tool-call`: complete, but the arguments of `tool` are not JSON
   */
  state: 'growing' | 'complete' | 'incomplete' | 'cut-off' | 'failed' | 'blocked' | 'invalid-tool-call'
  finish: AnswerFinish | undefined
  /** In the API's word. */
  reason: string | undefined
  /** Such as `finish_reason` and `[DONE]`. */
  missing: string[]
  /** The first tool call whose arguments are not JSON: the byte at which they go wrong, and what is wrong. */
  tool: { name: string; position: number; message: string } | undefined
  /** Whether the model refused in words. */
  isRefusal: boolean
}

export type AnswerFinish = 'complete' | 'max-tokens' | 'content-filter' | 'other' | 'blocked' | 'failed'

/** A part of an answer. */
export interface AnswerItem {
  kind: 'text' | 'thinking' | 'refusal' | 'tool-call' | 'tool-result' | 'citation' | 'image' | 'audio'
  /** Of several answers to one request: which one. */
  choice: number
  /** The API's own name for it, or an empty string. */
  id: string
  /** Of a tool call or a tool's result. */
  name: string
  /** The text; the arguments of a tool call; the passage that a citation quotes; the transcript of audio. */
  text: string
  /** Of a citation or an image: its address, or its media type. */
  source: string
  /** Of an image or audio: how many base64 characters arrived. */
  dataLength: number
  /** Whether the text is meant to be JSON. */
  isJson: boolean
  /** Whether the provider runs the tool. */
  isServerSide: boolean
  /** Whether the API reported that it is complete. */
  isClosed: boolean
  /** Whether it does not continue the text before it. */
  beginsParagraph: boolean
}

export interface ToolCall {
  id: string
  name: string
  /** The arguments as the model wrote them. */
  arguments: string
  /** The arguments as a value; undefined where they are not JSON (yet). */
  input: any
  choice: number
  isServerSide: boolean
}

/** Tokens as the API counts them; what it did not report is missing. */
export interface AnswerUsage {
  /** All of them, including those read from or written to a cache. */
  input?: number
  /** All of them, including reasoning. */
  output?: number
  cacheRead?: number
  cacheWrite?: number
  reasoning?: number
  total?: number
}

/** What an answer is at some time: a plain object. */
export interface Answer {
  /** Such as `OpenAI Chat Completions`. */
  api: string
  /** OpenTelemetry's name of the provider, such as `openai`, or an empty string. */
  provider: string
  id: string
  model: string
  verdict: AnswerVerdict
  /** The text of the first choice. */
  text: string
  /** Reasoning, or its summary. */
  thinking: string
  /** The model's own words of refusal. */
  refusal: string
  toolCalls: ToolCall[]
  /** Everything in the order in which it began, also of other choices. */
  items: AnswerItem[]
  choices: { index: number; finish: AnswerFinish | undefined; reason: string }[]
  usage: AnswerUsage
  /** The error that the API reported, or an empty string. */
  error: string
  errorCode: string
  /** What the API says about the finish in a sentence, or an empty string. */
  detail: string
  /** Events of an unknown type, and how many there were. */
  unknown: { name: string; count: number }[]
  /** How many events were not JSON, and the start of the first one. */
  invalidEvents: number
  invalid: string
  /** Events that were taken although their data begin with `data:` once more. */
  doubledEvents: number
  /** Events that were taken although the blank line between them is missing. */
  joinedEvents: number
  /** How many events brought content, and when the first and the last of them arrived. */
  pieces: number
  firstMs: number
  lastMs: number
  /** Whether more arrived than is kept. */
  isTooLarge: boolean
}

export interface AnswerReaderOptions {
  /** Called with each answer that has ended. */
  onAnswer?: ((answer: Answer) => void) | undefined
  /** What `feed ()` takes: `'lines'` of JSON, the `'frames'` of Amazon's event streams, or a JSON text `'sequence'`. */
  format?: 'events' | 'lines' | 'frames' | 'sequence' | undefined
}

/**
 * Assembles the answers of language models from the events of their stream: OpenAI Chat Completions and Responses,
 * Anthropic Messages, Gemini, Mistral, Cohere, DeepSeek, Ollama, Bedrock, the Vercel AI SDK and AG-UI, recognised by
 * their events.
 */
export declare class AnswerReader {
  constructor(options?: AnswerReaderOptions)
  /** Takes an event, which arrived at a time in milliseconds. Returns whether it is part of an answer. */
  take(event: { type?: string | undefined; event?: string | undefined; data: string }, time?: number): boolean
  /** Takes bytes of a stream that is not an event stream, as the option `format` says. */
  feed(bytes: Uint8Array, time?: number): void
  /** The text of the answer so far: of its first choice, without thinking and refusals. */
  get text(): string
  /** The answer so far, or the last one; undefined where no event was part of one. */
  get answer(): Answer | undefined
  /** Ends the stream: the verdict of the answer is final. Returns the last answer. */
  end(time?: number): Answer | undefined
}

export interface ReadAnswerOptions {
  /** Called when the text has changed, with all of it and the added piece, which is undefined if earlier text changed. */
  onText?: ((text: string, piece: string | undefined) => void) | undefined
  /** Called with each answer that has ended. A stream may have several. */
  onAnswer?: ((answer: Answer) => void) | undefined
  /** Ends the reading with the signal's reason, and cancels the stream. */
  signal?: HostSignal | null | undefined
}

/**
 * Reads a response to its end, and returns the answer in it. An answer that is cut off, incomplete, blocked or failed
 * is returned as well, and its verdict says so. A response that is not a stream throws a ResponseError.
 */
export function readAnswer(source: HostResponse | ReadableStream<Chunk> | AsyncIterable<Chunk>, options?: ReadAnswerOptions): Promise<Answer>
