/* SPDX-License-Identifier: MIT */
/*
 * A replacement for WeChat's host, with Node's HTTP: wx.request as documented. Its chunks are ArrayBuffers that
 * merge and cut the writes of the server.
 */
import { readFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { brotliDecompressSync } from 'node:zlib'

/**
 * @param {{chunks?: boolean, tellsHeaders?: boolean, header?: (headers: any) => any, sizes?: () => number, storage?: Record<string, string>}} options
 *   chunks: whether the host knows onChunkReceived; tellsHeaders: whether it knows onHeadersReceived;
 *   header: how it returns the headers; sizes: the length of the next chunk.
 */
export function createWx({ chunks = true, tellsHeaders = true, header = (headers) => headers, sizes = () => 7, storage = {} } = {}) {
  const wx = {
    requests: [],
    getStorageSync: (key) => storage[key] ?? '',
    request(options) {
      for (const name of ['success', 'fail', 'complete'])
        if (typeof options[name] !== 'function') throw new TypeError(`wx.request wants ${name}`)
      wx.requests.push(options)
      return start(options)
    },
  }

  function start(options) {
    const listeners = { chunk: [], headers: [] }
    let over = false
    const finish = (name, result) => {
      if (over) return
      over = true
      clearTimeout(timer)
      options[name](result)
      options.complete(result)
    }
    const request = httpRequest(options.url, { method: options.method, headers: options.header }, async (response) => {
      for (const listener of listeners.headers) listener({ statusCode: response.statusCode, header: header(response.headers) })
      let waiting = Buffer.alloc(0)
      const parts = []
      try {
        for await (const part of response) {
          parts.push(part)
          waiting = Buffer.concat([waiting, part])
          while (!over && chunks && waiting.length > 0) {
            const size = Math.max(1, sizes())
            const data = new Uint8Array(waiting.subarray(0, size)).buffer
            waiting = waiting.subarray(size)
            for (const listener of listeners.chunk) listener({ data })
          }
        }
      } catch {
        return finish('fail', { errMsg: 'request:fail socket closed' })
      }
      const data = new Uint8Array(Buffer.concat(parts)).buffer
      finish('success', { statusCode: response.statusCode, header: header(response.headers), data: chunks ? new ArrayBuffer(0) : data })
    })
    request.on('error', (error) => finish('fail', { errMsg: `request:fail ${error.message}` }))
    const timer = setTimeout(() => {
      finish('fail', { errMsg: 'request:fail timeout' })
      request.destroy()
    }, options.timeout)
    if (options.data !== undefined) request.write(typeof options.data === 'string' ? options.data : JSON.stringify(options.data))
    request.end()
    return {
      abort() {
        finish('fail', { errMsg: 'request:fail abort' })
        request.destroy()
      },
      ...(tellsHeaders ? { onHeadersReceived: (listener) => listeners.headers.push(listener) } : {}),
      ...(chunks ? { onChunkReceived: (listener) => listeners.chunk.push(listener) } : {}),
    }
  }
  return wx
}

/** WXWebAssembly.instantiate, whose path, of a .wasm or a .wasm.br, is inside the package that root is. */
export const instantiateIn = (root) => async (path, imports) => {
  if (!path.startsWith('/')) throw new Error('instantiate wants a path inside the package')
  const bytes = await readFile(root + path)
  return WebAssembly.instantiate(path.endsWith('.br') ? brotliDecompressSync(bytes) : bytes, imports)
}
