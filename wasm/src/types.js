/* SPDX-License-Identifier: MIT */

/**
 * An event of a stream.
 *
 * @typedef {object} EventSourceMessage
 * @property {string | undefined} [id] The id that its own block carries, if any.
 * @property {string | undefined} [event] The event type that its block names, if any.
 * @property {string} data Its data: the values of its data fields, joined by line feeds.
 */

/**
 * What a parser knows of an event besides.
 *
 * @typedef {object} EventDetails
 * @property {string} type The event type, `message` where the block names none.
 * @property {string} lastEventId The last id that the stream has set: what a browser's event carries.
 * @property {number} [begin] With `ranges`: where its first line begins in the stream, in bytes.
 * @property {number} [end] With `ranges`: where the blank line behind it ends.
 */

/** A plain object with all members of an event. @typedef {EventSourceMessage & EventDetails} PlainEvent */

/**
 * An event, as a parser gives it. What it has besides an `EventSourceMessage` is inherited, but for ranges:
 * a spread, `structuredClone` or JSON has it after `copy ()`.
 *
 * @typedef {PlainEvent & {copy: () => PlainEvent}} ParsedEvent
 */

/**
 * Something that a reader of the stream should know.
 *
 * @typedef {object} Finding
 * @property {FindingCode} code What it is.
 * @property {string} line The line it speaks of, or the empty string.
 * @property {number} begin Where the bytes it speaks of begin in the stream.
 * @property {number} end Where they end.
 */

/**
 * @typedef {'unknown-field' | 'field-name-case' | 'field-name-space' | 'invalid-retry' | 'nul-in-id' | 'bom-in-stream'
 *   | 'invalid-utf8' | 'mixed-line-ends' | 'no-data' | 'unfinished-event' | 'line-too-long' | 'event-too-large'
 *   | 'id-too-long'} FindingCode
 */

/**
 * What `createParser` takes. The callbacks run while `feed` does, in the order of the stream.
 *
 * @typedef {object} ParserConfig
 * @property {((event: ParsedEvent) => void) | undefined} [onEvent] An event was dispatched.
 * @property {((events: ParsedEvent[]) => void) | undefined} [onBatch] Events that came together: fewer calls.
 *   They come behind the other callbacks for the same bytes.
 * @property {((id: string) => void) | undefined} [onId] A block with an id ended.
 * @property {((retry: number) => void) | undefined} [onRetry] The stream set its reconnection time, in milliseconds.
 * @property {((comment: string) => void) | undefined} [onComment] A comment, without one leading space.
 * @property {((error: import('./parse-error.js').ParseError) => void) | undefined} [onError] A line that is ignored, or a limit.
 * @property {((finding: Finding) => void) | undefined} [onFinding] Something worth knowing, with its place.
 * @property {number | undefined} [maxBufferSize] How many characters may wait between two calls of `feed`,
 *   counted as eventsource-parser counts them. Not limited unless it is given.
 * @property {number | undefined} [maxLineBytes] How long a line may be, in bytes; 16 MiB unless it is given.
 * @property {number | undefined} [maxEventBytes] How large an event's data may be, in bytes; 64 MiB unless it is given.
 * @property {number | undefined} [maxIdBytes] How long an id may be, in bytes; 64 KiB unless it is given.
 * @property {'stop' | 'skip'} [onLimit] Past a limit in bytes: stop, or drop what is too long and go on.
 * @property {boolean | 'copy'} [lazy] Events decode their fields when these are read, from the chunk that was fed:
 *   its bytes must stay as they are while such an event is in use. With `'copy'` they are copied first.
 * @property {boolean} [ranges] Events carry their place in the stream: `begin` and `end`.
 * @property {string | null | undefined} [lastEventId] The last event ID string to start from. `null` means none.
 */

/**
 * The callbacks of `createParser`.
 *
 * @typedef {Pick<ParserConfig, 'onEvent' | 'onBatch' | 'onId' | 'onRetry' | 'onComment' | 'onError' | 'onFinding'>} ParserCallbacks
 */

/**
 * What any parser of an event stream can do.
 *
 * @typedef {object} EventSourceParser
 * @property {(chunk: string) => void} feed Reads a chunk, cut anywhere.
 * @property {(options?: {consume?: boolean}) => void} reset Makes ready for another stream; the last event ID stays.
 *   With `consume`, a line that is not complete is read as if it ended here.
 */

/**
 * What `createParser` makes can do besides.
 *
 * @typedef {object} ParserMethods
 * @property {(chunk: string | ArrayBuffer | ArrayBufferView) => void} feed Reads a chunk, cut anywhere. Bytes are
 *   faster than strings. They are not kept: the caller may use the memory again.
 * @property {(options?: {flush?: boolean}) => void} end Ends the stream, and makes ready for another one. An event
 *   without its blank line is dropped, as the standard says, or, with `flush`, handed out.
 * @property {string} lastEventId The last event ID string: what a reconnection should send.
 */

/** A parser. @typedef {EventSourceParser & ParserMethods} StreamParser */

export {}
