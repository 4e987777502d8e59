/* SPDX-License-Identifier: MIT */
/* The tarball as npm makes it: what is in it, its types, its size, and that bundlers and browsers take it. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { EXPECTED, PAGE, serve } from './page.mjs'
import { root } from './weir-sse.mjs'

const tests = fileURLToPath(new URL('..', import.meta.url))
const modules = join(tests, 'node_modules')
const require = createRequire(join(tests, 'package.json'))
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'

let folder, tarball, installed, files
const run = (program, args, options) => execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe', ...options })

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-sse-'))
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--silent', '--pack-destination', folder], { cwd: root }))
  tarball = join(folder, packed.filename)
  files = packed.files.map(({ path }) => path)
  installed = join(folder, 'node_modules/weir-sse')
  mkdirSync(installed, { recursive: true })
  run('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed])
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
})

after(() => rmSync(folder, { recursive: true, force: true }))

test('the tarball has what it should, and no more', () => {
  for (const name of ['LICENSE', 'README.md', 'package.json', 'dist/index.js', 'dist/index.cjs', 'dist/index.d.ts', 'dist/weir-sse-simd.wasm'])
    assert.ok(files.includes(name), name)
  assert.deepEqual(files.filter((name) => !/^(dist|miniprogram_dist|src)\/|^(LICENSE|README\.md|package\.json)$/.test(name)), [])
})

test('each source map leads to sources in the package', () => {
  const maps = files.filter((name) => /^dist\/[\w-]+\.c?js\.map$/.test(name))
  // What wasm2js wrote has none.
  const scripts = files.filter((name) => /^dist\/[\w-]+\.c?js$/.test(name) && !/\/(js|answer-js)\.c?js$/.test(name))
  assert.equal(maps.length, scripts.length)
  for (const name of maps) {
    const { sources } = JSON.parse(readFileSync(join(installed, name), 'utf8'))
    const code = sources.filter((source) => !source.startsWith('modules:'))
    assert.ok(code.length > 0, name)
    for (const source of code) assert.ok(existsSync(join(installed, 'dist', source)), `${name}: ${source}`)
  }
})

test('npm would publish it as it is', () => {
  const report = JSON.parse(run('npm', ['publish', '--dry-run', '--json', '--registry=http://127.0.0.1:9', '--fetch-retries=0', tarball]))
  assert.equal(report.name ?? report['weir-sse'].name, 'weir-sse')
})

test('its addresses are those of the project, or missing', () => {
  const { author, homepage, repository, bugs } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  assert.equal(author, 'Weir maintainers')
  assert.equal(homepage === undefined, repository === undefined)
  assert.equal(bugs === undefined, repository === undefined)
})

test('publint finds nothing', () => {
  run(process.execPath, [join(modules, 'publint/src/cli.js'), '--strict', installed])
})

test('arethetypeswrong finds nothing', async () => {
  const { Package, checkPackage } = await import(
    pathToFileURL(join(modules, '@arethetypeswrong/core/dist/index.js')).href
  )
  const contents = files.map((name) => [`/node_modules/weir-sse/${name}`, readFileSync(join(installed, name))])
  const { problems } = await checkPackage(new Package(Object.fromEntries(contents), 'weir-sse', '0.1.0'), {
    excludeEntrypoints: [/\.wasm(\.br)?$/],
  })
  assert.deepEqual(problems, [])
})

const CONSUMER = `
import { createParser, ParseError, type ParsedEvent, type Finding, type ParserConfig } from 'weir-sse'
import { EventSourceParserStream, events } from 'weir-sse/stream'
import { EventSource } from 'weir-sse/eventsource'
import { load } from 'weir-sse/lean'
import { AnswerReader, readAnswer, type Answer } from 'weir-sse/answer'

const config: ParserConfig = {
  onEvent: (event: ParsedEvent) => event.data.length + event.lastEventId.length,
  onError: (error) => (error instanceof ParseError && error.type === 'unknown-field' ? error.line : undefined),
  onFinding: ({ code }: Finding) => code === 'no-data',
}
createParser(config).feed('data: x')
createParser({ onEvent: undefined, maxBufferSize: undefined }).reset({ consume: true })
export async function read(response: Response) {
  for await (const event of events(response)) console.log(event.type)
  return response.body!.pipeThrough(new EventSourceParserStream({ onError: 'terminate' }))
}
export async function ask(response: Response): Promise<string> {
  const reader = new AnswerReader({ onAnswer: (answer: Answer) => answer.verdict.state === 'cut-off' })
  createParser({ onEvent: (event) => reader.take(event) }).feed('data: x')
  const { text, toolCalls } = await readAnswer(response, { onText: (text, piece) => (piece ?? text).length })
  return text + toolCalls.length + reader.text
}
new EventSource('/x', { headers: { a: 'b' } }).onmessage = (event) => event.lastEventId
export const loaded: Promise<void> = load(new URL('https://example.org/x.wasm'))
const source: EventSource = new EventSource('/x', null)
source.addEventListener('message', (event) => event.data)
source.addEventListener('notice', (event: MessageEvent) => event.lastEventId)
source.addEventListener('error', (event) => event.message)
// @ts-expect-error: read-only
source.readyState = 1
// @ts-expect-error: not a chunk
createParser(config).feed(5)
`

/** What a program says that knew eventsource-parser, and has changed its imports. */
const MIGRANT = `
import { createParser, ParseError, type ErrorType, type EventSourceMessage, type EventSourceParser, type ParserCallbacks, type ParserConfig } from 'PACKAGE'
import { EventSourceParserStream, type StreamOptions, type ErrorType as StreamErrorType } from 'PACKAGE/stream'

const message: EventSourceMessage = { data: 'x' }
const other: EventSourceMessage = { data: 'x', event: 'a', id: undefined }
const double: EventSourceParser = { feed(chunk: string) {}, reset() {} }
const take = (event: EventSourceMessage): string => (event.event ?? '') + event.data
take(message)
take({ data: 'x', event: 'y' })
const callbacks: ParserCallbacks = { onEvent: take, onRetry: (ms) => ms.toFixed(), onError: (error) => error.type }
const config: ParserConfig = { ...callbacks, maxBufferSize: 1000, onComment: undefined }
const parser: EventSourceParser = createParser(config)
parser.feed('data: x')
parser.reset({ consume: true })
const options: StreamOptions = { onError: undefined, onRetry: (ms) => console.log(ms) }
export const stream: TransformStream<string, EventSourceMessage> = new EventSourceParserStream(options)
const kind: ErrorType = new ParseError('x', { type: 'unknown-field', field: 'y' }).type
export const same: StreamErrorType = kind
console.log(other, double)
`

test('its types hold under tsc --strict, for import and for require', () => {
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2022,dom,dom.iterable,dom.asynciterable']
  for (const name of ['consumer.mts', 'consumer.cts']) {
    writeFileSync(join(folder, name), CONSUMER)
    run(process.execPath, [join(modules, 'typescript/bin/tsc'), ...options, name], { cwd: folder })
  }
})

test('a program typed against eventsource-parser needs another import and nothing else', () => {
  const peer = join(folder, 'node_modules/eventsource-parser')
  if (!existsSync(peer)) symlinkSync(join(modules, 'eventsource-parser'), peer)
  const options = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2022,dom,dom.iterable,dom.asynciterable']
  for (const name of ['eventsource-parser', 'weir-sse']) {
    writeFileSync(join(folder, 'migrant.mts'), MIGRANT.replaceAll('PACKAGE', name))
    run(process.execPath, [join(modules, 'typescript/bin/tsc'), ...options, 'migrant.mts'], { cwd: folder })
  }
})

test('a mini-program typechecks against WeChat\'s own types', () => {
  const types = join(folder, 'node_modules/miniprogram-api-typings')
  if (!existsSync(types)) symlinkSync(join(modules, 'miniprogram-api-typings'), types)
  writeFileSync(join(folder, 'mini.cts'), `
    import { SseClient, withSse, type SseMessage } from 'weir-sse/wechat'
    const client = new SseClient({ url: 'https://example.org/', wasm: '/x.wasm', host: wx, instantiate: WXWebAssembly.instantiate })
    client.bus.on('message', ({ data }: SseMessage) => console.log(data))
    Page(withSse(client, { data: { messages: [] as string[] } }))
  `)
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2020', '--lib', 'es2020', '--types', 'miniprogram-api-typings']
  run(process.execPath, [join(modules, 'typescript/bin/tsc'), ...options, 'mini.cts'], { cwd: folder })
})

test('the sources typecheck themselves', () => {
  run(process.execPath, [join(modules, 'typescript/bin/tsc'), '-p', fileURLToPath(new URL('../../wasm', import.meta.url))])
})

/* --- Bundlers and browsers ------------------------------------------------ */

const bundlers = {
  async esbuild(entry, out) {
    await require('esbuild').build({ entryPoints: [entry], outfile: out, bundle: true, minify: true, format: 'esm', logLevel: 'silent' })
  },
  async vite(entry, out) {
    const { build } = await import('vite')
    const output = { entryFileNames: 'out.js', format: 'es' }
    await build({ root: folder, configFile: false, logLevel: 'silent', build: { outDir: join(out, '../vite'), rollupOptions: { input: entry, output } } })
    cpSync(join(out, '../vite/out.js'), out)
  },
  webpack(entry, out) {
    const webpack = require('webpack')
    return new Promise((resolve, reject) =>
      webpack(
        { mode: 'production', entry, context: folder, output: { path: join(out, '..'), filename: 'webpack.js' }, performance: false },
        (error, stats) => (error || stats.hasErrors() ? reject(error ?? new Error(stats.toString())) : resolve()),
      ),
    )
  },
}

const LOADERS = `
import { createParser, load, loadSync } from '/dist/lean.js'
const parse = () => {
  let data
  createParser({ onEvent: (event) => (data = event.data) }).feed('data: x\\n\\n')
  return data
}
async function all() {
  const seen = []
  try { createParser({}) } catch { seen.push('not loaded') }
  for (const file of ['/weir-sse-simd.wasm', '/weir-sse-scalar.wasm']) {
    await load(file); seen.push(parse())
    await load(new URL(file, location.href)); seen.push(parse())
    await load(fetch(file)); seen.push(parse())
    const bytes = await (await fetch(file)).arrayBuffer()
    await load(bytes); seen.push(parse())
    loadSync(bytes); seen.push(parse())
    const module = await WebAssembly.compile(bytes)
    await load(module); seen.push(parse())
    loadSync(module); seen.push(parse())
  }
  return seen
}
all().then((seen) => globalThis.done(seen.join(' ')), (error) => globalThis.done(String(error)))
`

test('Chromium runs it from every bundler, in a page and a worker, under a strict CSP', { timeout: 240000 }, async (t) => {
  const { chromium } = await import('playwright-core')
  const out = join(folder, 'out')
  mkdirSync(out)
  const entry = join(folder, 'entry.js')
  writeFileSync(entry, PAGE)
  for (const [name, bundle] of Object.entries(bundlers)) await bundle(entry, join(out, `${name}.js`))
  writeFileSync(join(out, 'worker-page.js'), `new Worker('/worker.js', { type: 'module' }).onmessage = (event) => globalThis.done(event.data)`)
  cpSync(join(out, 'esbuild.js'), join(out, 'worker.js'))
  writeFileSync(join(out, 'worker.js'), `globalThis.done = (text) => postMessage(text);\n${readFileSync(join(out, 'esbuild.js'), 'utf8')}`)
  writeFileSync(join(out, 'loaders.js'), LOADERS)

  const server = await serve(folder, installed)
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
  t.after(async () => {
    await browser.close()
    server.closeAllConnections()
    server.close()
  })
  for (const script of ['esbuild', 'vite', 'webpack', 'worker-page', 'loaders']) {
    const page = await browser.newPage()
    const said = new Promise((resolve) => {
      page.exposeFunction('done', resolve).then(() => page.goto(`http://127.0.0.1:${server.address().port}/?script=/${script}.js`))
      page.on('pageerror', (error) => resolve(String(error)))
    })
    const expected = script === 'loaders' ? `not loaded${' x'.repeat(14)}` : EXPECTED
    assert.equal(await said, expected, script)
    await page.close()
  }
})

test('Node runs what esbuild makes of it, and the package itself', async () => {
  writeFileSync(join(folder, 'node.mjs'), `
    import { createParser } from 'weir-sse'
    createParser({ onEvent: (event) => console.log(event.data) }).feed('data: 你好\\n\\n')
  `)
  const bundled = join(folder, 'bundled.mjs')
  await require('esbuild').build({ entryPoints: [join(folder, 'node.mjs')], outfile: bundled, bundle: true, format: 'esm', platform: 'node' })
  for (const script of ['node.mjs', bundled]) assert.equal(run(process.execPath, [script], { cwd: folder }), '你好\n')
})

test('what the package weighs', (t) => {
  const size = (name) => gzipSync(readFileSync(join(installed, 'dist', name)), { level: 9 }).length
  const lean = size('lean.js') + size('weir-sse-simd.wasm')
  const whole = size('index.js') + size('lean.js') + size('wasm.js')
  t.diagnostic(`weir-sse/lean: ${size('lean.js')} bytes of JavaScript, ${size('weir-sse-simd.wasm')} of WebAssembly, by gzip -9`)
  const answer = size('answer.js')
  t.diagnostic(`weir-sse: ${whole} bytes, both modules included`)
  t.diagnostic(`weir-sse/answer: ${answer} bytes`)
  // The modules that are published are those of Emscripten 3.1.6. Later versions make larger ones: with 3.1.69, which
  // is in Debian 13, weir-sse/lean weighs 16,573 bytes and weir-sse 24,106.
  const published = /\) 3\.1\.6[^\d]/.test(run('emcc', ['--version']))
  assert.ok(lean <= (published ? 16384 : 16896), `${lean} bytes`)
  assert.ok(whole <= (published ? 24000 : 24576), `${whole} bytes`)
  assert.ok(answer <= (published ? 32768 : 34816), `${answer} bytes`)
})
