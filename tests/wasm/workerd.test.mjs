/* SPDX-License-Identifier: MIT */
/* The package in Cloudflare's runtime, which runs WebAssembly modules but cannot compile them. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { root } from './weir-sse.mjs'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const { build } = createRequire(here('../package.json'))('esbuild')

let folder, workerd

/** Installs workerd next to the build, which keeps it for the next run. */
function install() {
  const target = join(root, '../workerd')
  const lock = readFileSync(here('../workerd/package-lock.json'))
  const stamp = join(target, 'installed')
  if (!existsSync(stamp) || !readFileSync(stamp).equals(lock)) {
    mkdirSync(target, { recursive: true })
    for (const name of ['package.json', 'package-lock.json']) cpSync(here(`../workerd/${name}`), join(target, name))
    // Its install script only checks that the program of this platform is there.
    execFileSync('npm', ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: target })
    writeFileSync(stamp, lock)
  }
  const { default: program } = createRequire(join(target, 'package.json'))('workerd')
  return program
}

before(() => {
  workerd = install()
  folder = mkdtempSync(join(tmpdir(), 'weir-workerd-'))
  mkdirSync(join(folder, 'node_modules'))
  symlinkSync(root, join(folder, 'node_modules/weir-sse'))
  cpSync(join(root, 'dist/weir-sse-simd.wasm'), join(folder, 'weir-sse-simd.wasm'))
  writeFileSync(
    join(folder, 'config.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (services = [(name = "main", worker = .main)]);
const main :Workerd.Worker = (
  compatibilityDate = "2026-11-01",
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "weir-sse-simd.wasm", wasm = embed "weir-sse-simd.wasm"),
  ],
);
`,
  )
})

after(() => rmSync(folder, { recursive: true, force: true }))

/** What a worker writes to its console, whose test () has this body. */
async function run(imports, body, conditions) {
  writeFileSync(join(folder, 'entry.js'), `${imports}\nexport default { async test() {\n${body}\n} }\n`)
  await build({
    entryPoints: [join(folder, 'entry.js')],
    outfile: join(folder, 'worker.js'),
    external: ['weir-sse-simd.wasm'],
    bundle: true,
    format: 'esm',
    conditions,
    logLevel: 'silent',
  })
  const { status, stdout, stderr } = spawnSync(workerd, ['test', 'config.capnp'], { cwd: folder, encoding: 'utf8', timeout: 60000 })
  assert.equal(status, 0, stderr)
  return stdout
}

const ANSWER = 'data: {"choices":[{"index":0,"delta":{"content":"A low dam."},"finish_reason":"stop"}]}\\n\\ndata: [DONE]\\n\\n'

test('the condition workerd chooses what needs no compilation', async () => {
  const said = await run(
    `import { createParser } from 'weir-sse'
     import { events } from 'weir-sse/stream'
     import { readAnswer } from 'weir-sse/answer'
     import { EventSource } from 'weir-sse/eventsource'`,
    `createParser({ onEvent: ({ data }) => console.log(data) }).feed(new TextEncoder().encode('data: 你好\\n\\n'))
     for await (const { data } of events(new Response('data: 1\\n\\n'))) console.log(data)
     const { text, verdict } = await readAnswer(new Response('${ANSWER}'))
     console.log(text, verdict.state)
     const fetch = async () => new Response('data: 2\\n\\n', { headers: { 'content-type': 'text/event-stream' } })
     const source = new EventSource('https://example.org/', { fetch })
     await new Promise((resolve) => (source.onmessage = ({ data }) => { console.log(data); source.close(); resolve() }))`,
    ['workerd', 'worker'],
  )
  assert.equal(said, '你好\n1\nA low dam. complete\n2\n')
})

test('an imported module needs no compilation either', async () => {
  const said = await run(
    `import module from 'weir-sse-simd.wasm'
     import { createParser, loadSync } from 'weir-sse/lean'
     import { events } from 'weir-sse/lean/stream'`,
    `loadSync(module)
     createParser({ onEvent: ({ data }) => console.log(data) }).feed('data: 你好\\n\\n')
     for await (const { data } of events(new Response('data: 1\\n\\n'))) console.log(data)`,
    ['workerd', 'worker'],
  )
  assert.equal(said, '你好\n1\n')
})

test('without the condition the error names what to import', async () => {
  const said = await run(
    `import { createParser } from 'weir-sse'
     import { AnswerReader } from 'weir-sse/answer'`,
    `for (const create of [() => createParser({}), () => new AnswerReader()])
       try {
         create()
       } catch ({ message }) {
         console.log(message)
       }`,
    [],
  )
  assert.match(said, /^WebAssembly could not be loaded: .+ import weir-sse\/js\nWebAssembly could not be loaded: .+ import weir-sse\/js\/answer\n$/)
})
