/* SPDX-License-Identifier: MIT */
import { createParser as create, hasSimd, isLoaded, load as loadFrom, loadSync } from './lean.js'
import { moduleBytes } from './wasm.js'

export { ParseError, hasSimd, isLoaded, loadSync } from './lean.js'

/** @typedef {import('./lean.js').ErrorType} ErrorType */
/** @typedef {import('./lean.js').EventSourceMessage} EventSourceMessage */
/** @typedef {import('./lean.js').EventSourceParser} EventSourceParser */
/** @typedef {import('./lean.js').ParsedEvent} ParsedEvent */
/** @typedef {import('./lean.js').ParserCallbacks} ParserCallbacks */
/** @typedef {import('./lean.js').StreamParser} StreamParser */
/** @typedef {import('./lean.js').Finding} Finding */
/** @typedef {import('./lean.js').FindingCode} FindingCode */
/** @typedef {import('./lean.js').ParserConfig} ParserConfig */
/** @typedef {import('./lean.js').ModuleSource} ModuleSource */

/** The module in the package. */
const bytes = () => moduleBytes(hasSimd())

/**
 * Makes a parser of an event stream. The first call compiles the module in the package, unless one was loaded
 * before.
 *
 * @param {import('./lean.js').ParserConfig} config
 * @returns {import('./lean.js').StreamParser}
 * @example
 * const parser = createParser({
 *   onEvent(event) {
 *     console.log(event.type, event.data)
 *   },
 * })
 * parser.feed('event: greeting\ndata: hello\n\n')
 */
export function createParser(config) {
  if (!isLoaded()) loadSync(bytes())
  return create(config)
}

/**
 * Loads the module for the parsers that are made from now on: the one in the package, without blocking, or that of
 * another source.
 *
 * @param {import('./lean.js').ModuleSource | Promise<import('./host-types.js').HostResponse>} [source]
 * @returns {Promise<void>}
 * @example
 * await load()
 */
export function load(source = bytes()) {
  return loadFrom(source)
}
