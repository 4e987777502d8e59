/* SPDX-License-Identifier: MIT */
/*
 * Times weir-sse and eventsource-parser on the same bytes, taking turns, in
 * whatever runs this file: Node or a page. Each lane reads a whole stream, fed
 * in chunks; a lane's figure is the best of its turns, and a ratio the median
 * of those of each turn.
 */

/** How long a lane runs before it counts, so that engines have compiled it for good, also on a busy machine. */
const WARM_MS = 500

/** How long a lane may run in a turn at the least, and how many turns there are. */
const TURN_MS = 60
const TURNS = 9

/** Adds up the lengths of what is read, so that nothing is read in vain. */
let sum = 0

function chunksOf(bytes, size) {
  const chunks = []
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size))
  return chunks
}

/** How many bytes at the end of a chunk are the beginning of a character. */
function cutTail(chunk) {
  for (let back = 1; back <= 3 && back <= chunk.length; back++) {
    const byte = chunk[chunk.length - back]
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0
    if (byte < 0x80) return 0
  }
  return 0
}

/** Decodes whole characters only, and keeps the rest for the next chunk. */
function wholeCharacters(decode) {
  let tail
  return (chunk) => {
    if (tail) {
      const joined = new Uint8Array(tail.length + chunk.length)
      joined.set(tail)
      joined.set(chunk, tail.length)
      chunk = joined
    }
    const cut = cutTail(chunk)
    tail = cut > 0 ? chunk.slice(chunk.length - cut) : undefined
    return decode(cut > 0 ? chunk.subarray(0, chunk.length - cut) : chunk)
  }
}

/** The ways to make strings of bytes for a parser that takes strings. */
const decodings = {
  streaming() {
    const decoder = new TextDecoder()
    return (chunk) => decoder.decode(chunk, { stream: true })
  },
  plain() {
    const decoder = new TextDecoder()
    return wholeCharacters((chunk) => decoder.decode(chunk))
  },
}
if (globalThis.Buffer?.prototype.utf8Slice)
  decodings.buffer = () => {
    const { utf8Slice } = globalThis.Buffer.prototype
    return wholeCharacters((chunk) => utf8Slice.call(chunk, 0, chunk.length))
  }

function peerLane(createParser, chunks, decoding) {
  return () => {
    const decode = decoding()
    const parser = createParser({
      onEvent(event) {
        sum += (event.event ? event.event.length : 0) + (event.id ? event.id.length : 0) + event.data.length
      },
    })
    for (const chunk of chunks) parser.feed(decode(chunk))
  }
}

const noLimits = { maxLineBytes: Infinity, maxEventBytes: Infinity }

function eagerLane(createParser, chunks) {
  return () => {
    const parser = createParser({
      ...noLimits,
      onEvent(event) {
        sum += (event.event ? event.event.length : 0) + (event.id ? event.id.length : 0) + event.data.length
      },
    })
    for (const chunk of chunks) parser.feed(chunk)
  }
}

function lazyLane(createParser, chunks) {
  return () => {
    const parser = createParser({
      ...noLimits,
      lazy: true,
      onEvent(event) {
        sum += event.type.length
      },
    })
    for (const chunk of chunks) parser.feed(chunk)
  }
}

/** The milliseconds of one run, over as many as fill a turn. */
function turn(lane, ms = TURN_MS) {
  const begin = performance.now()
  let runs = 0
  let now
  do {
    lane()
    runs++
    now = performance.now()
  } while (now - begin < ms)
  return (now - begin) / runs
}

/**
 * One row: bytes of a file, in chunks of a size.
 */
export function measure({ weir, peer, bytes, chunk }) {
  const chunks = chunksOf(bytes, chunk)
  const lanes = { eager: eagerLane(weir, chunks), lazy: lazyLane(weir, chunks) }
  for (const name of Object.keys(decodings)) lanes[`peer-${name}`] = peerLane(peer, chunks, decodings[name])
  const times = {}
  for (const name of Object.keys(lanes)) {
    turn(lanes[name], WARM_MS)
    times[name] = []
  }
  for (let i = 0; i < TURNS; i++) for (const name of Object.keys(lanes)) times[name].push(turn(lanes[name]))
  const best = (name) => Math.min(...times[name])
  const gbps = (name) => bytes.length / best(name) / 1e6
  const way = Object.keys(decodings).reduce((a, b) => (best(`peer-${b}`) < best(`peer-${a}`) ? b : a))
  const ratio = (name) => times[`peer-${way}`].map((ms, i) => ms / times[name][i]).sort((a, b) => a - b)[TURNS >> 1]
  return {
    weir_eager_gbps: gbps('eager'),
    weir_lazy_gbps: gbps('lazy'),
    peer: `eventsource-parser 4.1.3 (${way})`,
    peer_gbps: gbps(`peer-${way}`),
    eager_ratio: ratio('eager'),
    lazy_ratio: ratio('lazy'),
    checksum: sum,
  }
}
