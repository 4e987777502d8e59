/* SPDX-License-Identifier: MIT */
import { Parser } from './parser.js'

/**
 * What createParser returns.
 *
 * @param {import('./types.js').ParserConfig} config
 * @param {import('./engine.js').Engine} home What all parsers share.
 * @returns {import('./types.js').StreamParser}
 */
export function parserIn(config, home) {
  if (!config || typeof config === 'function') throw new TypeError('createParser takes an object: createParser({ onEvent })')
  const parser = new Parser(config, home)
  return {
    feed: (chunk) => parser.feed(chunk),
    reset: (options) => parser.reset(!!options?.consume),
    end: (options) => parser.end(!!options?.flush),
    get lastEventId() {
      return parser.lastEventId
    },
  }
}
