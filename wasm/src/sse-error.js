/* SPDX-License-Identifier: MIT */

/**
 * What went wrong with a stream.
 *
 * @example
 * const client = new SseClient({ url: `${base}/none`, wasm: '/none.wasm' })
 * client.bus.on('error', (error) => console.log(error instanceof SseError, error.code, error.status, error.body))
 * client.start()
 */
export class SseError extends Error {
  /**
   * @param {string} message
   * @param {{code: import('./wechat.js').SseErrorCode, status?: number, body?: string}} details
   */
  constructor(message, { code, status = 0, body = '' }) {
    super(message)
    this.name = 'SseError'
    this.code = code
    this.status = status
    this.body = body
  }
}
