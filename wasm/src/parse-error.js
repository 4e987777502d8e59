/* SPDX-License-Identifier: MIT */

/** What all errors of this package have, whichever copy of it made them. */
const KIND = Symbol.for('weir-sse.ParseError')

/**
 * What went wrong in a stream.
 *
 * - `unknown-field`: a field name that the standard does not know; the line is ignored
 * - `invalid-retry`: a reconnection time that is not digits only; the line is ignored
 * - `max-buffer-size-exceeded`: `maxBufferSize` or a limit in bytes was passed; the parser has stopped
 *
 * @typedef {'invalid-retry' | 'unknown-field' | 'max-buffer-size-exceeded'} ErrorType
 */

/**
 * An error in a stream, as `onError` gets it.
 *
 * @example
 * createParser({
 *   onError(error) {
 *     console.log(error instanceof ParseError, error.type, error.field)
 *   },
 * }).feed('Data: x\n')
 */
export class ParseError extends Error {
  static name = 'ParseError'

  /**
   * The package's classes for `import` and for `require` are two, and each knows the other's errors.
   *
   * @param {unknown} value
   */
  static [Symbol.hasInstance](value) {
    return this === ParseError
      ? value instanceof Error && KIND in value
      : Function.prototype[Symbol.hasInstance].call(this, value)
  }

  /**
   * @param {string} message What happened.
   * @param {{type: ErrorType, field?: string, value?: string, line?: string}} options
   *   Its type, and, where they are known, the field's name, its value and the whole line.
   */
  constructor(message, options) {
    super(message)
    this.name = 'ParseError'
    /** @type {ErrorType} */
    this.type = options.type
    /** @type {string | undefined} */
    this.field = options.field
    /** @type {string | undefined} */
    this.value = options.value
    /** @type {string | undefined} */
    this.line = options.line
    Object.defineProperty(this, KIND, { value: true })
  }
}
