/* SPDX-License-Identifier: MIT */
import { parserIn } from './parser.js'
import { Engine } from './engine.js'
import { hostTexts } from './texts.js'

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

/**
 * The source of the module: an address, a response, its bytes, or a compiled module.
 *
 * @typedef {string | import('./host-types.js').HostUrl | import('./host-types.js').HostResponse | CompiledSource} ModuleSource
 */

/** The module's bytes, or a compiled module. @typedef {ArrayBuffer | ArrayBufferView | import('./host-types.js').HostModule} CompiledSource */

/** Shared by all parsers. @type {Engine | undefined} */
let home

/** A module with one SIMD instruction: i8x16.splat. */
const SIMD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11]

/**
 * Whether this host runs the module with SIMD instructions.
 *
 * @returns {boolean}
 * @example
 * await load(`${base}/${hasSimd() ? 'weir-sse-simd' : 'weir-sse-scalar'}.wasm`)
 */
export function hasSimd() {
  return typeof WebAssembly === 'object' && WebAssembly.validate(new Uint8Array(SIMD))
}

/**
 * Whether parsers can be made: a module is loaded.
 *
 * @returns {boolean}
 * @example
 * if (!isLoaded()) await load(`${base}/weir-sse-scalar.wasm`)
 */
export function isLoaded() {
  return !!home
}

/**
 * Loads the module for the parsers that are made from now on, without waiting.
 *
 * @param {CompiledSource} source Its bytes, or a compiled module.
 * @example
 * const response = await fetch(`${base}/weir-sse-scalar.wasm`)
 * loadSync(await response.arrayBuffer())
 */
export function loadSync(source) {
  try {
    const module = source instanceof WebAssembly.Module ? source : new WebAssembly.Module(/** @type {BufferSource} */ (source))
    const another = () => new WebAssembly.Instance(module).exports
    home = new Engine(hostTexts(), another(), another)
  } catch (cause) {
    const { message } = /** @type {Error} */ (cause)
    throw new Error(`WebAssembly could not be loaded: ${message}. Where a host lacks or forbids it, import weir-sse/js`, { cause })
  }
}

/**
 * Compiles bytes. Returns a module, or bytes that cannot be compiled, unchanged; loadSync reports the error.
 *
 * @param {any} source
 */
async function compiled(source) {
  try {
    return await WebAssembly.compile(source)
  } catch {
    return source
  }
}

/**
 * Loads the module for the parsers that are made from now on.
 *
 * @param {ModuleSource | Promise<import('./host-types.js').HostResponse>} source
 * @returns {Promise<void>}
 * @example
 * await load(fetch(`${base}/weir-sse-simd.wasm`))
 */
export async function load(source) {
  let found = await source
  if (typeof found === 'string' || found instanceof URL) found = await fetch(found)
  if (typeof Response !== 'undefined' && found instanceof Response) {
    if (!found.ok) throw new Error(`The module could not be loaded: ${found.status} from ${found.url}`)
    found = await found.arrayBuffer()
  }
  loadSync(await compiled(found))
}

/**
 * Makes a parser of an event stream.
 *
 * @param {ParserConfig} config
 * @returns {StreamParser}
 * @throws {TypeError} There is no config, or a limit or `onLimit` is invalid.
 * @example
 * await load(`${base}/weir-sse-simd.wasm`)
 * const parser = createParser({ onEvent: (event) => console.log(event.data) })
 * parser.feed('data: hello\n\n')
 */
export function createParser(config) {
  if (!home) throw new Error('No module is loaded: call load() or loadSync() first')
  return parserIn(config, home)
}
