/* SPDX-License-Identifier: MIT */
/* The module that assembles answers, in WebAssembly. For weir-sse/js/answer, build.mjs puts JavaScript in its place. */
import { frequent, digits, text } from 'weir-sse-answer-text'
import { decodeModule } from './wasm.js'

/**
 * Makes an instance, and returns what it exports.
 *
 * @returns {any}
 */
export function instantiate() {
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(decodeModule(text, { frequent, digits }))).exports
  } catch (cause) {
    const { message } = /** @type {Error} */ (cause)
    throw new Error(`WebAssembly could not be loaded: ${message}. Where a host lacks or forbids it, import weir-sse/js/answer`, { cause })
  }
}
