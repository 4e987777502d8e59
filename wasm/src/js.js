/* SPDX-License-Identifier: MIT */
/*
 * The same parser for hosts without WebAssembly, or that forbid it: its module as JavaScript. It exports the same
 * names as the main entry of the package, so that either can be imported.
 */
import { instantiate } from 'weir-sse-javascript'
import { parserIn } from './parser.js'
import { Engine } from './engine.js'
import { hostTexts, plainTexts } from './texts.js'

export { ParseError } from './parse-error.js'

/** @typedef {import('./parse-error.js').ErrorType} ErrorType */
/** @typedef {import('./types.js').EventSourceMessage} EventSourceMessage */
/** @typedef {import('./types.js').EventSourceParser} EventSourceParser */
/** @typedef {import('./types.js').ParsedEvent} ParsedEvent */
/** @typedef {import('./types.js').ParserCallbacks} ParserCallbacks */
/** @typedef {import('./types.js').StreamParser} StreamParser */
/** @typedef {import('./types.js').Finding} Finding */
/** @typedef {import('./types.js').FindingCode} FindingCode */
/** @typedef {import('./types.js').ParserConfig} ParserConfig */

/** Shared by all parsers. @type {Engine | undefined} */
let home

/**
 * Makes a parser of an event stream.
 *
 * @param {ParserConfig} config
 * @returns {StreamParser}
 * @throws {TypeError} There is no config, or a limit or `onLimit` is invalid.
 * @example
 * createParser({ onEvent: (event) => console.log(event.data) }).feed('data: hello\n\n')
 */
export function createParser(config) {
  // Mini-programs have no TextDecoder.
  home ??= new Engine(typeof TextDecoder === 'function' ? hostTexts() : plainTexts(), instantiate(), instantiate)
  return parserIn(config, home)
}

/** Does nothing, because there is no module to load. @returns {Promise<void>} */
export async function load() {}

/** Does nothing, because there is no module to load. */
export function loadSync() {}

/** @returns {boolean} */
export function isLoaded() {
  return true
}

/** @returns {boolean} */
export function hasSimd() {
  return false
}
