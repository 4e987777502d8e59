/* SPDX-License-Identifier: MIT */
/* Hosts without WebAssembly, or that forbid it: the error names the entry to import, and that entry works. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, after, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { check } from '../conformance/weir-sse-check.mjs'
import { loadCases } from '../conformance/cases.mjs'
import { readEveryWay } from '../conformance/weir-sse-read.mjs'
import { root } from './weir-sse.mjs'

const require = createRequire(fileURLToPath(new URL('../package.json', import.meta.url)))
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'
const CASES = fileURLToPath(new URL('../conformance', import.meta.url))

let folder

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-sse-'))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules/weir-sse'))
})

after(() => rmSync(folder, { recursive: true, force: true }))

test('the conformance cases hold', async () => {
  const { createParser } = await import(pathToFileURL(join(root, 'dist/js.js')).href)
  const cases = loadCases(CASES)
  assert.ok(cases.length > 250)
  for (const current of cases) check(current, readEveryWay(createParser, current.stream, current.options))
})

/** What a program prints that takes the main entry first, and then the one without WebAssembly. */
const PROGRAM = `
  import { createParser } from 'weir-sse'
  import { createParser as createInJavaScript } from 'weir-sse/js'
  import { events } from 'weir-sse/js/stream'
  const onEvent = (event) => console.log(event.data)
  for (const create of [createParser, createInJavaScript])
    try {
      create({ onEvent }).feed('data: 你好\\n\\n')
    } catch (error) {
      console.log(error.message)
    }
  const stream = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('data: 1\\n\\n'))
      controller.close()
    },
  })
  for await (const event of events(stream)) onEvent(event)
`

const EXPECTED = /^WebAssembly could not be loaded: .+ import weir-sse\/js\n你好\n1\n$/

test('a Node without WebAssembly, and one that forbids code generation', () => {
  writeFileSync(join(folder, 'deleted.mjs'), `delete globalThis.WebAssembly\nawait import('./program.mjs')`)
  writeFileSync(join(folder, 'program.mjs'), PROGRAM)
  const run = (args) => execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' })
  assert.match(run(['deleted.mjs']), EXPECTED)
  const forbidden = run(['--disallow-code-generation-from-strings', 'program.mjs'])
  // Whether that covers WebAssembly differs between versions of Node.
  assert.ok(EXPECTED.test(forbidden) || forbidden === '你好\n你好\n1\n', forbidden)
})

test('conditions of hosts that forbid it choose the parser without it', () => {
  writeFileSync(join(folder, 'condition.mjs'), `console.log(import.meta.resolve('weir-sse'), import.meta.resolve('weir-sse/stream'))`)
  for (const [condition, expected] of [['workerd', 'js.js stream-js.js'], ['edge-light', 'js.js stream-js.js'], ['deno', 'index.js stream.js']]) {
    const said = execFileSync(process.execPath, ['--conditions', condition, 'condition.mjs'], { cwd: folder, encoding: 'utf8' })
    assert.equal(said.trim().replaceAll(/\S+\/dist\//g, ''), expected)
  }
})

test('streams and EventSource come in lean variants, which wait for a module', async () => {
  writeFileSync(join(folder, 'lean.mjs'), `
    import { readFileSync } from 'node:fs'
    import { loadSync } from 'weir-sse/lean'
    import { events } from 'weir-sse/lean/stream'
    import { EventSource } from 'weir-sse/lean/eventsource'
    loadSync(readFileSync(${JSON.stringify(join(root, 'dist/weir-sse-scalar.wasm'))}))
    for await (const event of events(new Response('data: 1\\n\\n').body)) console.log(event.data, typeof EventSource)
  `)
  assert.equal(execFileSync(process.execPath, ['lean.mjs'], { cwd: folder, encoding: 'utf8' }), '1 function\n')
})

test('a page whose Content Security Policy forbids WebAssembly', { skip: !existsSync(CHROMIUM) && 'there is no Chromium' }, async (t) => {
  const { chromium } = await import('playwright-core')
  writeFileSync(join(folder, 'page.mjs'), PROGRAM.replaceAll('console.log', 'globalThis.say') + "\nglobalThis.say('end')")
  await require('esbuild').build({ entryPoints: [join(folder, 'page.mjs')], outfile: join(folder, 'page.js'), bundle: true, format: 'esm', logLevel: 'silent' })
  const { readFileSync } = await import('node:fs')
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js'
    response.writeHead(200, {
      'content-type': isScript ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; script-src 'self'",
    })
    response.end(isScript ? readFileSync(join(folder, 'page.js')) : '<!doctype html><script type="module" src="/page.js"></script>')
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
  t.after(async () => {
    await browser.close()
    server.close()
  })
  const page = await browser.newPage()
  let said = ''
  const ended = new Promise((resolve, reject) => {
    page.on('pageerror', reject)
    page.exposeFunction('say', (text) => (text === 'end' ? resolve() : (said += `${text}\n`)))
      .then(() => page.goto(`http://127.0.0.1:${server.address().port}/`))
      .catch(reject)
  })
  await ended
  assert.match(said, EXPECTED)
})
