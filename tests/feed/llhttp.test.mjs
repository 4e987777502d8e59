// SPDX-License-Identifier: MIT
// Weir's reader of HTTP heads and bodies against Node's (llhttp), on heads that are hostile and random: what both
// accept, both read alike. A difference would let a message be one thing to Weir and another to a server.
// Environment: WEIR_HTTP_DUMP, the program http-dump.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import test from 'node:test'

process.removeAllListeners('warning')
process.on('warning', () => {})
const { HTTPParser, methods } = process.binding('http_parser')

const RANDOM_MESSAGES = 30000

/** A small generator of the same numbers each time. */
function makeRandom (seed) {
  return (limit) => {
    seed = (seed + 0x6D2B79F5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % limit
  }
}

const SEEDS = [
  'GET / HTTP/1.1\r\nHost: h\r\n\r\n',
  'GET /events?a=b HTTP/1.0\r\nConnection: keep-alive\r\n\r\n',
  'POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello',
  'POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5;a="b"\r\nhello\r\n00\r\nT: x\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: x\n\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\ndata: x\n\n',
  'HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: x\n\n\r\n0\r\n\r\n',
  'HTTP/1.0 204 No Content\r\nContent-Length: 5\r\n\r\n',
  'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1\r\na\r\n0\r\n\r\n'
]
const PIECES = [
  '\r', '\n', '\r\n', '\t', ' ', '\0', '\x7f', '\xff', ':', ': ', ',', ';', '0', '00', '-1', '+5', '0x5', '5', '6',
  'ffffffffffffffff', '18446744073709551616', 'Content-Length: 6\r\n', 'Content-Length: 5, 5\r\n', 'content-length:5\r\n',
  'Content-Length : 5\r\n', 'Transfer-Encoding: chunked\r\n', 'Transfer-Encoding: identity\r\n',
  'Transfer-Encoding: chunked, chunked\r\n', 'Transfer-Encoding:\tchunked\r\n', 'Transfer-Encoding: x\r\n ,chunked\r\n',
  'Transfer-Encoding: chunkedx\r\n', 'Connection: close\r\n', 'Connection: keep-alive, close\r\n', 'X: a\r\n b\r\n',
  'X:\r\n', ': x\r\n', 'X Y: z\r\n', 'Host: other\r\n', 'HTTP/1.1', 'HTTP/2.0', 'HTTP/1.10', 'http/1.1', ' /x', 'é'
]

function mutate (text, random) {
  for (let n = random(4); n > 0; n--) {
    const at = random(text.length + 1)
    const piece = PIECES[random(PIECES.length)]
    switch (random(4)) {
      case 0: text = text.slice(0, at) + piece + text.slice(at); break
      case 1: text = text.slice(0, at) + piece + text.slice(at + 1 + random(4)); break
      case 2: text = text.slice(0, at) + text.slice(at + 1 + random(6)); break
      default: {
        // A whole line more, where a field may be.
        const line = text.indexOf('\r\n', at)
        if (line >= 0) text = text.slice(0, line + 2) + piece + text.slice(line + 2)
      }
    }
  }
  return text
}

/** Node 18, with an older llhttp. */
const IS_OLD = parseInt(process.versions.node) < 20

/** How Node's parser reads the first message of bytes. */
function readByNode (isRequest, bytes) {
  const message = { accepted: false, done: false, fields: [], body: '' }
  const parser = new HTTPParser()
  let first = true
  parser.initialize(isRequest ? HTTPParser.REQUEST : HTTPParser.RESPONSE, {})
  // After the head these are trailers, which Weir skips.
  parser[HTTPParser.kOnHeaders] = (fields) => { if (first && !message.head) message.fields.push(...fields) }
  parser[HTTPParser.kOnHeadersComplete] = (major, minor, fields, method, url, status, reason, upgrade, keepAlive) => {
    if (!first) return 0
    message.head = true
    message.major = major
    message.minor = minor
    message.fields.push(...(fields ?? []))
    message.method = method === undefined ? '' : methods[method]
    message.target = url ?? ''
    message.status = status ?? 0
    message.upgrade = upgrade
    message.keepAlive = keepAlive
    return 0
  }
  parser[HTTPParser.kOnBody] = (piece) => { if (first) message.body += piece.latin1Slice() }
  parser[HTTPParser.kOnMessageComplete] = () => {
    if (first) message.done = true
    first = false
  }
  const result = parser.execute(bytes)
  // An error after the first message is about the next one.
  message.accepted = message.head === true && (message.done || !(result instanceof Error))
  parser.close()
  return message
}

function readByWeir (messages) {
  const input = []
  for (const [isRequest, bytes] of messages) {
    const start = Buffer.alloc(5)
    start.writeUInt8(isRequest ? 1 : 0, 0)
    start.writeUInt32BE(bytes.length, 1)
    input.push(start, bytes)
  }
  const done = spawnSync(process.env.WEIR_HTTP_DUMP, { input: Buffer.concat(input), maxBuffer: 1 << 28 })
  assert.equal(done.status, 0, String(done.stderr))
  return done.stdout.toString('latin1').trimEnd().split('\n').map((line) => JSON.parse(line))
}

/** The fields of a head as pairs, from either reader. */
function fieldsOf (message) {
  if (message.n === undefined) {
    return message.fields.map((text) => text)
  }
  return Array.from({ length: message.n }, (_, i) => [message[`name${i}`], message[`value${i}`]]).flat()
}

function compare (isRequest, bytes, node, weir) {
  const where = JSON.stringify(bytes.toString('latin1'))
  assert.equal(weir.status, node.status, `status of ${where}`)
  assert.equal(weir.minor, node.minor, `version of ${where}`)
  assert.equal(weir.method, node.method, `method of ${where}`)
  assert.equal(weir.target, node.target, `target of ${where}`)
  assert.deepEqual(fieldsOf(weir), fieldsOf(node), `fields of ${where}`)
  // Node 18 reads a body in a response that never has one (RFC 9112, 6.3).
  if (!isRequest && [204, 304].includes(node.status) && IS_OLD) return
  assert.equal(weir.body, node.body, `body of ${where}`)
  // Node ends a message without a length only when the connection ends.
  if (weir.done || node.done) assert.equal(weir.done, node.done, `end of ${where}`)
}

function compareAll (messages) {
  const fromWeir = readByWeir(messages)
  let both = 0
  assert.equal(fromWeir.length, messages.length)
  messages.forEach(([isRequest, bytes], i) => {
    const node = readByNode(isRequest, bytes)
    // Node 18 takes CR without LF for a line end.
    if (IS_OLD && /\r(?!\n)/.test(bytes.toString('latin1'))) return
    // llhttp keeps a tab after a value, which is white space by RFC 9110, 5.6.3.
    if (bytes.includes('\t\r') || bytes.includes('\t\n')) return
    if (!node.accepted || node.upgrade || !fromWeir[i].accepted) return
    both++
    compare(isRequest, bytes, node, fromWeir[i])
  })
  return both
}

test('seeds', () => {
  const messages = SEEDS.map((text) => [!text.startsWith('HTTP'), Buffer.from(text, 'latin1')])
  assert.ok(compareAll(messages) >= SEEDS.length - 1)
})

test('hostile and random heads', () => {
  const random = makeRandom(20261130)
  const messages = Array.from({ length: RANDOM_MESSAGES }, () => {
    const text = SEEDS[random(SEEDS.length)]
    return [!text.startsWith('HTTP'), Buffer.from(mutate(text, random), 'latin1')]
  })
  const both = compareAll(messages)
  assert.ok(both > RANDOM_MESSAGES / 4, `both accepted only ${both}`)
})
