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
 * Additional properties of an event.
 *
 * @typedef {object} EventDetails
 * @property {string} type The event type, `message` if the block names none.
 * @property {string} lastEventId The last id that the stream has set: what a browser's event carries.
 * @property {number} [begin] With `ranges`: where its first line begins in the stream, in bytes.
 * @property {number} [end] With `ranges`: where the blank line after it ends.
 */

/** A plain object with all members of an event. @typedef {EventSourceMessage & EventDetails} PlainEvent */

/**
 * An event of a parser. Its properties that an `EventSourceMessage` does not have are inherited, except ranges:
 * a spread, `structuredClone` or JSON has it after `copy ()`.
 *
 * @typedef {PlainEvent & {copy: () => PlainEvent}} ParsedEvent
 */

/**
 * A problem in the stream, such as a violation of the standard.
 *
 * @typedef {object} Finding
 * @property {FindingCode} code The kind of problem.
 * @property {string} line The line that it concerns, or an empty string.
 * @property {number} begin Where the bytes that it concerns begin in the stream.
 * @property {number} end Where they end.
 */

/**
 * @typedef {'unknown-field' | 'field-name-case' | 'field-name-space' | 'invalid-retry' | 'nul-in-id' | 'bom-in-stream'
 *   | 'invalid-utf8' | 'mixed-line-ends' | 'no-data' | 'unfinished-event' | 'line-too-long' | 'event-too-large'
 *   | 'id-too-long'} FindingCode
 */

/**
 * The options of `createParser`. `feed` calls the callbacks, in the order of the stream.
 *
 * @typedef {object} ParserConfig
 * @property {((event: ParsedEvent) => void) | undefined} [onEvent] An event was dispatched.
 * @property {((events: ParsedEvent[]) => void) | undefined} [onBatch] Events that arrived together, with fewer calls.
 *   They are called after the other callbacks for the same bytes.
 * @property {((id: string) => void) | undefined} [onId] A block with an id ended.
 * @property {((retry: number) => void) | undefined} [onRetry] The stream set its reconnection time, in milliseconds.
 * @property {((comment: string) => void) | undefined} [onComment] A comment, without one leading space.
 * @property {((error: import('./parse-error.js').ParseError) => void) | undefined} [onError] A line that is ignored, or a limit.
 * @property {((finding: Finding) => void) | undefined} [onFinding] A problem in the stream, with its offsets.
 * @property {number | undefined} [maxBufferSize] How many characters may wait between two calls of `feed`,
 *   counted as eventsource-parser counts them. No limit by default.
 * @property {number | undefined} [maxLineBytes] How long a line may be, in bytes; 16 MiB by default.
 * @property {number | undefined} [maxEventBytes] How large an event's data may be, in bytes; 64 MiB by default.
 * @property {number | undefined} [maxIdBytes] How long an id may be, in bytes; 64 KiB by default.
 * @property {'stop' | 'skip'} [onLimit] Above a limit in bytes: stop, or skip what is too long and continue.
 * @property {boolean | 'copy'} [lazy] Events decode their fields when these are read, from the chunk that was fed:
 *   its bytes must stay as they are while such an event is in use. With `'copy'` they are copied first.
 * @property {boolean} [ranges] Events have their offsets in the stream: `begin` and `end`.
 * @property {string | null | undefined} [lastEventId] The last event ID string to start from. `null` is the empty string.
 */

/**
 * The callbacks of `createParser`.
 *
 * @typedef {Pick<ParserConfig, 'onEvent' | 'onBatch' | 'onId' | 'onRetry' | 'onComment' | 'onError' | 'onFinding'>} ParserCallbacks
 */

/**
 * The methods of any parser of an event stream.
 *
 * @typedef {object} EventSourceParser
 * @property {(chunk: string) => void} feed Reads a chunk, cut anywhere.
 * @property {(options?: {consume?: boolean}) => void} reset Prepares for another stream; the last event ID is kept.
 *   With `consume`, a line that is not complete is read as if it ended here.
 */

/**
 * Additional methods of the result of `createParser`.
 *
 * @typedef {object} ParserMethods
 * @property {(chunk: string | ArrayBuffer | ArrayBufferView) => void} feed Reads a chunk, cut anywhere. Bytes are
 *   faster than strings. They are not kept: the caller may use the memory again.
 * @property {(options?: {flush?: boolean}) => void} end Ends the stream, and prepares for another one. An event
 *   without its blank line is discarded, as in the standard, or, with `flush`, delivered.
 * @property {string} lastEventId The last event ID string: what a reconnection should send.
 */

/** A parser. @typedef {EventSourceParser & ParserMethods} StreamParser */

export {}
