/* SPDX-License-Identifier: MIT */
/* Shared by the tests: the built package, streams to feed, and a log of the callbacks. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

export const root = process.env.WEIR_SSE ?? join(import.meta.dirname ?? '.', '../../build/wasm/weir-sse')

/** The entry that replaces the main one: `js` tests the parser without WebAssembly. */
const MAIN = process.env.WEIR_SSE_ENTRY ?? 'index'

/** The file of an entry, in the variant that is tested. */
const fileOf = (entry) => (entry === 'index' ? MAIN : ['answer', 'stream'].includes(entry) && MAIN !== 'index' ? `${entry}-${MAIN}` : entry)

export const load = (entry) => import(pathToFileURL(join(root, 'dist', `${fileOf(entry)}.js`)).href)
export const loadCommon = (entry) => createRequire(import.meta.url)(join(root, 'dist', `${entry}.cjs`))

export const bytes = (text) => new TextEncoder().encode(text)

/** Numbers from a seed: the same on every machine. */
export function random(seed) {
  return (below) => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

/** Cuts a string or bytes into pieces. */
export function cut(input, next, longest) {
  const pieces = []
  for (let at = 0; at < input.length; ) {
    const length = 1 + next(longest)
    pieces.push(input.slice(at, at + length))
    at += length
  }
  return pieces
}

const LINES = [
  'data: x', 'data:x', 'data', 'data:', 'data: ', 'data:  two', 'data: 你好，世界', 'data: é😀', 'data: ' + 'long '.repeat(30),
  'event: a', 'event:', 'event', 'event: update', 'event: 通知',
  'id: 1', 'id:', 'id', 'id: a\0b', 'id: 你',
  'retry: 10', 'retry: x', 'retry:', 'retry', 'retry: 0012', 'retry: 1.5',
  ': comment', ':', ':comment', ':  two spaces',
  'Data: x', 'data : x', ' data: x', 'foo', 'foo: bar', 'dat', 'eventt: x', 'datax', 'idx: 1', 'very long name of a field: x',
  '', '', '', '', '',
]

/** A stream of lines that are usual, odd and wrong. */
export function stream(next, lines) {
  const ends = [['\n'], ['\r\n'], ['\r'], ['\n', '\r\n', '\r']][next(8) % 4]
  let text = next(10) === 0 ? '\ufeff' : ''
  for (let i = 0; i < lines; i++) text += LINES[next(LINES.length)] + ends[next(ends.length)]
  return next(3) === 0 ? text + LINES[next(LINES.length)] : text
}

/** Callbacks that write down what they are called with, but for errors' words. */
export function recorder(log = []) {
  return {
    log,
    onEvent: ({ id, event, data }) => log.push(['event', id, event, data]),
    onId: (id) => log.push(['id', id]),
    onRetry: (retry) => log.push(['retry', retry]),
    onComment: (comment) => log.push(['comment', comment]),
    onError: ({ type, field, value, line }) => log.push(['error', type, field, value, line]),
  }
}
