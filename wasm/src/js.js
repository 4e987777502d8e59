/* SPDX-License-Identifier: MIT */
/*
 * The same parser for hosts that have no WebAssembly or forbid it: its module turned into JavaScript.
 * It has what the package's main entry has, so that either can be imported.
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

/** What all parsers share. @type {Engine | undefined} */
let home

/**
 * Makes a parser of an event stream.
 *
 * @param {ParserConfig} config
 * @returns {StreamParser}
 * @throws {TypeError} There is no config, or a limit or `onLimit` is none.
 * @example
 * createParser({ onEvent: (event) => console.log(event.data) }).feed('data: hello\n\n')
 */
export function createParser(config) {
  // Mini-programs have no TextDecoder.
  home ??= new Engine(typeof TextDecoder === 'function' ? hostTexts() : plainTexts(), instantiate(), instantiate)
  return parserIn(config, home)
}

/** Nothing is to be loaded. @returns {Promise<void>} */
export async function load() {}

/** Nothing is to be loaded. */
export function loadSync() {}

/** @returns {boolean} */
export function isLoaded() {
  return true
}

/** @returns {boolean} */
export function hasSimd() {
  return false
}
