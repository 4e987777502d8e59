// SPDX-License-Identifier: MIT
// The lanes of the race. Each reads all of it and gives how many events it has seen; what it read of
// an event is summed up, so that no engine can leave the reading out.
import { fetchEventSource } from '@microsoft/fetch-event-source'
import { createParser as createPeer } from 'eventsource-parser'
import { createParser } from 'weir-sse'

class Tally {
  events = 0
  length = 0
  take(type, id, data) {
    this.events++
    this.length += type.length + data.length + (id ? id.length : 0)
  }
}

function* pieces(bytes, size) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** One decoder for the whole stream: a character may be cut by the end of a piece. */
function peer(bytes, size) {
  const tally = new Tally()
  const decoder = new TextDecoder()
  const parser = createPeer({ onEvent: event => tally.take(event.event ?? 'message', event.id, event.data) })
  for (const piece of pieces(bytes, size)) parser.feed(decoder.decode(piece, { stream: true }))
  return tally
}

function eager(bytes, size) {
  const tally = new Tally()
  const parser = createParser({ onEvent: event => tally.take(event.type, event.id, event.data) })
  for (const piece of pieces(bytes, size)) parser.feed(piece)
  return tally
}

function lazy(bytes, size) {
  const tally = new Tally()
  const parser = createParser({ lazy: true, onEvent: event => tally.take(event.type, '', '') })
  for (const piece of pieces(bytes, size)) parser.feed(piece)
  return tally
}

function answerOf(source) {
  return async () => new Response(source, { headers: { 'Content-Type': 'text/event-stream' } })
}

async function fetchLane(url, fetch) {
  const tally = new Tally()
  await fetchEventSource(url, {
    fetch,
    openWhenHidden: true,
    onmessage: event => tally.take(event.event || 'message', event.id, event.data),
    onerror: error => { throw error },
  })
  return tally
}

function fetchFromMemory(bytes, size) {
  const source = pieces(bytes, size)
  const stream = new ReadableStream({
    pull(controller) {
      const { value, done } = source.next()
      if (done) controller.close()
      else controller.enqueue(value.slice())
    },
  })
  return fetchLane('memory', answerOf(stream))
}

async function weirOverNetwork(url) {
  const tally = new Tally()
  const parser = createParser({ onEvent: event => tally.take(event.type, event.id, event.data) })
  const reader = (await fetch(url, { cache: 'no-store' })).body.getReader()
  for (let read; !(read = await reader.read()).done; ) parser.feed(read.value)
  return tally
}

function browserOverNetwork(url) {
  return new Promise(resolve => {
    const tally = new Tally()
    const source = new EventSource(url)
    source.onmessage = event => tally.take(event.type, event.lastEventId, event.data)
    source.onerror = () => {
      source.close()
      resolve(tally)
    }
  })
}

export const memoryLanes = [
  ['laneEager', eager],
  ['laneLazy', lazy],
  ['lanePeer', peer],
  ['laneFetch', fetchFromMemory],
]

export const networkLanes = [
  ['laneEager', weirOverNetwork],
  ['laneFetch', url => fetchLane(url, undefined)],
  ['laneBrowser', browserOverNetwork],
]
