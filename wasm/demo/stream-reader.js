// SPDX-License-Identifier: MIT
import { createParser } from 'weir-sse'

const FIRST_RETRY = 3000

/** How much of a server's explanation of a status is shown, in characters. */
const WORDS = 200

/** A header's value holds bytes: the text's UTF-8, one byte for each character. */
const toByteString = text => Array.from(new TextEncoder().encode(text), byte => String.fromCharCode(byte)).join('')

/** The start of a response in plain text. */
async function wordsOf(response) {
  if (!/^text\/plain\b/i.test(response.headers.get('Content-Type') ?? '')) return ''
  const text = (await response.text().catch(() => '')).trim().replace(/\s+/g, ' ')
  return text.length > WORDS ? `${text.slice(0, WORDS)}…` : text
}

/** Reads one stream by fetch, and connects again where it may; or reads streams from a file. */
export class StreamReader {
  /** changed () is called after changes, add (row) takes a row; sample () is a stream that the page makes. */
  constructor({ changed, add, sample }) {
    Object.assign(this, { changed, add, sample })
    this.state = { name: 'idle', values: {} }
    this.bytes = 0
  }

  say(name, values = {}) {
    this.state = { name, values }
    this.add({ kind: 'state', state: name, values, size: 0 })
    this.changed()
  }

  open(request) {
    this.abort?.abort()
    this.abort = new AbortController()
    this.lastEventId = ''
    this.retry = FIRST_RETRY
    this.run(request, this.abort.signal)
  }

  /** Reads streams that are there already, one after the other. */
  async openFile(streams) {
    this.abort?.abort()
    this.abort = undefined
    for (const { name, bytes } of streams) {
      this.lastEventId = ''
      this.say('open', { url: name })
      const parser = this.makeParser()
      this.bytes += bytes.length
      parser.feed(bytes)
      parser.end()
      this.say('fileEnded', { name })
    }
  }

  close() {
    if (!this.abort) return
    this.abort.abort()
    this.abort = undefined
    this.say('closed')
  }

  async run(request, signal) {
    for (;;) {
      const why = await this.connect(request, signal)
      if (signal.aborted) return
      const next = { ended: 'waiting', broken: 'waitingBroken' }[why]
      if (!next || !request.reconnect || request.method !== 'GET') return this.say(...[why].flat())
      this.say(next, { seconds: this.retry / 1000 })
      await new Promise(resolve => {
        setTimeout(resolve, this.retry)
        signal.addEventListener('abort', resolve)
      })
      if (signal.aborted) return
    }
  }

  /** One connection. Returns the name of the sentence about its end. */
  async connect(request, signal) {
    const { url, shown } = request
    this.say('connecting', { url: shown })
    let body
    try {
      body = url ? await this.fetch(request, signal) : this.sample(signal)
    } catch {
      return ['unreachable', { url: shown }]
    }
    if (!(body instanceof ReadableStream)) return body
    this.say('open', { url: shown })
    const parser = this.makeParser()
    const reader = body.getReader()
    try {
      for (let read; !(read = await reader.read()).done && !signal.aborted; ) {
        this.bytes += read.value.length
        parser.feed(read.value)
        this.changed()
      }
    } catch {
      return 'broken'
    }
    return 'ended'
  }

  async fetch({ url, method, headers, body }, signal) {
    const wanted = new Headers({ Accept: 'text/event-stream' })
    for (const [name, value] of headers) wanted.set(name, toByteString(value))
    if (this.lastEventId) wanted.set('Last-Event-ID', toByteString(this.lastEventId))
    const response = await fetch(url, { method, headers: wanted, body: body || undefined, signal, cache: 'no-store' })
    const type = response.headers.get('Content-Type') ?? ''
    if (response.status === 204) return 'noContent'
    if (!response.ok) return this.describe(response)
    if (!/^text\/event-stream\s*(;|$)/i.test(type)) return ['badType', { type: type || 'nothing' }]
    return response.body
  }

  async describe(response) {
    const { status } = response
    if (status === 401 || status === 403) return ['badToken', { status }]
    const words = await wordsOf(response)
    return words ? ['badStatusTold', { status, words }] : ['badStatus', { status }]
  }

  makeParser() {
    return createParser({
      ranges: true,
      lastEventId: this.lastEventId,
      onEvent: ({ type, data, lastEventId, begin, end }) => {
        this.lastEventId = lastEventId
        this.add({ kind: 'event', type, data, id: lastEventId, begin, end, size: end - begin })
      },
      onComment: text => this.add({ kind: 'comment', data: text, size: text.length }),
      onRetry: ms => {
        this.retry = ms
        this.add({ kind: 'retry', data: `${ms} ms`, size: 0 })
      },
      onFinding: ({ code, line, begin, end }) =>
        this.add({ kind: 'finding', type: code, data: line, begin, end, size: end - begin }),
    })
  }
}
