#!/usr/bin/env node
/* SPDX-License-Identifier: MIT */
/*
 * weir-sse against eventsource-parser 4.1.3: in the Node at hand, in npm's
 * node@24 and in Chromium.
 *
 *   node tests/bench/wasm-bench.mjs [--json] [--runtime NAME,…] [--corpus NAME,…] [--chunk BYTES,…] [FILE…]
 *
 * A runtime is node, node24 or chromium. Without a FILE, the core's corpora and those of wasm-corpora.mjs are used.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { corpus, names as ownNames } from './wasm-corpora.mjs'
import { measure } from './wasm-measure.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = join(here, '../..')
const build = process.env.WEIR_BUILD ?? join(root, 'build')
const peerPath = join(root, 'tests/node_modules/eventsource-parser/dist/index.js')
const weirPath = join(build, 'wasm/weir-sse/dist/index.js')
const CORPORA = ['tiny', 'openai', 'anthropic', 'wikipedia', 'chinese', 'lines', 'crlf', 'heartbeats', 'one-line', ...ownNames]

function options() {
  const args = process.argv.slice(2)
  const take = (name) => {
    const at = args.indexOf(name)
    return at < 0 ? undefined : args.splice(at, 2)[1]
  }
  const lane = take('--lane')
  const runtimes = (take('--runtime') ?? 'node,node24,chromium').split(',')
  const chunks = (take('--chunk') ?? '65536,1460').split(',').map(Number)
  const names = (take('--corpus') ?? CORPORA.join()).split(',')
  const json = args.includes('--json')
  return { lane, runtimes, chunks, names, json, files: args.filter((argument) => argument !== '--json') }
}

/** The corpora, written once. */
function corpora(names) {
  const folder = join(build, 'corpora')
  mkdirSync(folder, { recursive: true })
  return names.map((name) => {
    const path = join(folder, `${name}.sse`)
    const size = name === 'one-line' ? (64 << 20) + 16384 : 8 << 20
    const args = ['--write', name, String(size)]
    if (ownNames.includes(name)) {
      if (!existsSync(path)) writeFileSync(path, corpus(name, 4 << 20))
    } else if (!existsSync(path))
      writeFileSync(path, execFileSync(join(build, 'tests/bench/core-bench'), args, { maxBuffer: 2 * size }))
    return path
  })
}

/** npm's node@24, whose package for this machine holds nothing but the program. */
function node24() {
  const name = `node-${process.platform}-${process.arch}`
  const folder = join(build, 'node24')
  const path = join(folder, 'node_modules', name, 'bin/node')
  if (!existsSync(path))
    execFileSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error', `${name}@24`], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  return path
}

/** The rows of one file, in this very process. */
async function laneRows(file, chunks) {
  const { createParser: weir } = await import(pathToFileURL(weirPath).href)
  const { createParser: peer } = await import(pathToFileURL(peerPath).href)
  const bytes = new Uint8Array(readFileSync(file))
  return chunks.map((chunk) => ({ chunk, ...measure({ weir, peer, bytes, chunk }) }))
}

/** The rows of one file, in a process of its own: no lane inherits what another made of the engine. */
function nodeRows(program, file, chunks) {
  return JSON.parse(execFileSync(program, [join(here, 'wasm-bench.mjs'), '--chunk', chunks.join(), '--lane', file], { maxBuffer: 1 << 24 }))
}

async function chromium() {
  const { chromium: browserType } = await import('playwright-core')
  const server = createServer((request, response) => {
    const path = { '/weir/': join(build, 'wasm/weir-sse/dist/'), '/peer/': join(root, 'tests/node_modules/eventsource-parser/dist/'), '/bench/': here }
    const [, prefix, name] = /^(\/\w+\/)(.+)$/.exec(decodeURIComponent(request.url)) ?? []
    const file = prefix === '/file/' ? Buffer.from(name, 'base64url').toString() : prefix && join(path[prefix], name)
    if (!file) return response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>')
    response.writeHead(200, { 'content-type': /js$/.test(file) ? 'text/javascript' : 'application/octet-stream' })
    response.end(readFileSync(file))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const browser = await browserType.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
  return {
    version: `Chromium ${browser.version()}`,
    async rows(file, chunks) {
      const page = await browser.newPage()
      await page.goto(`http://127.0.0.1:${server.address().port}/`)
      const rows = await page.evaluate(
        async ({ name, chunks }) => {
          const { createParser: weir } = await import('/weir/index.js')
          const { createParser: peer } = await import('/peer/index.js')
          const { measure } = await import('/bench/wasm-measure.mjs')
          const bytes = new Uint8Array(await (await fetch(`/file/${name}`)).arrayBuffer())
          return chunks.map((chunk) => ({ chunk, ...measure({ weir, peer, bytes, chunk }) }))
        },
        { name: Buffer.from(file).toString('base64url'), chunks },
      )
      await page.close()
      return rows
    },
    async close() {
      await browser.close()
      server.close()
    },
  }
}

async function runtime(name) {
  if (name === 'chromium') return chromium()
  const program = name === 'node24' ? node24() : process.execPath
  const version = `Node ${execFileSync(program, ['-p', 'process.versions.node']).toString().trim()}`
  return { version, rows: async (file, chunks) => nodeRows(program, file, chunks), close: async () => {} }
}

const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1]

function print(row) {
  const figure = (number) => number.toFixed(2).padStart(6)
  const { file, chunk, runtime: where, weir_eager_gbps, weir_lazy_gbps, peer, peer_gbps, eager_ratio, lazy_ratio } = row
  console.log(
    `${where.padEnd(18)} ${file.padEnd(16)} ${String(chunk).padStart(6)}  eager ${figure(weir_eager_gbps)} (${figure(eager_ratio)}×)` +
      `  lazy ${figure(weir_lazy_gbps)} (${figure(lazy_ratio)}×)  ${peer} ${figure(peer_gbps)}`,
  )
}

const { lane, runtimes, chunks, names, json, files } = options()
if (lane) {
  console.log(JSON.stringify(await laneRows(lane, chunks)))
} else {
  const rows = []
  for (const name of runtimes) {
    const there = await runtime(name)
    for (const file of files.length ? files : corpora(names))
      for (const { checksum, ...figures } of await there.rows(file, chunks)) {
        const row = { file: basename(file), chunk: figures.chunk, runtime: there.version, ...figures }
        rows.push(row)
        if (json) console.log(JSON.stringify(row))
        else print(row)
      }
    await there.close()
  }
  if (!json)
    for (const which of ['eager', 'lazy']) {
      const ratios = rows.map((row) => row[`${which}_ratio`])
      console.log(`${which}: at least ${Math.min(...ratios).toFixed(2)}×, median ${median(ratios).toFixed(2)}×`)
    }
}
