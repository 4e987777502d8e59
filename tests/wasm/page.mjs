/* SPDX-License-Identifier: MIT */
/* A page that uses the whole package, and a server for it whose CSP allows no eval. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

export const PAGE = `
import { createParser, load } from 'weir-sse'
import { EventSource } from 'weir-sse/eventsource'
import { events } from 'weir-sse/stream'

const scope = globalThis
async function all() {
  const seen = []
  createParser({ onEvent: (event) => seen.push(event.data) }).feed('data: 直接\\n\\n')
  await load()
  createParser({ onEvent: (event) => seen.push(event.data) }).feed(new TextEncoder().encode('data: bytes 你好\\n\\n'))
  for await (const event of events(await fetch('/events'))) {
    seen.push(event.data)
    break
  }
  const source = new EventSource('/events')
  seen.push((await new Promise((resolve) => (source.onmessage = resolve))).data)
  source.close()
  return seen
}
all().then((seen) => scope.done(seen.join('|')), (error) => scope.done(String(error && error.stack || error)))
`
export const EXPECTED = '直接|bytes 你好|第一|第一'
const CSP = "default-src 'none'; connect-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'"

/**
 * Serves the scripts in folder/out and the package's dist; a page is at /?script=PATH.
 *
 * @param {string} folder
 * @param {string} installed The folder of the package.
 * @param {(text: string) => void} [onDone] Called with the text that a page posts to /done.
 */
export function serve(folder, installed, onDone) {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://x')
    const headers = { 'content-security-policy': CSP }
    if (pathname === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      return response.write('data: 第一\n\n')
    }
    if (pathname === '/done') {
      let text = ''
      request.setEncoding('utf8').on('data', (part) => (text += part))
      return request.on('end', () => {
        response.end()
        onDone?.(text)
      })
    }
    if (pathname.endsWith('.wasm')) {
      response.writeHead(200, { ...headers, 'content-type': 'application/wasm' })
      return response.end(readFileSync(join(installed, 'dist', pathname)))
    }
    if (pathname.endsWith('.js')) {
      const path = pathname.startsWith('/dist/') ? join(installed, pathname) : join(folder, 'out', pathname)
      response.writeHead(200, { ...headers, 'content-type': 'text/javascript' })
      return response.end(readFileSync(path))
    }
    response.writeHead(200, { ...headers, 'content-type': 'text/html; charset=utf-8' })
    response.end(`<!doctype html><script type="module" src="${searchParams.get('script')}"></script>`)
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}
