/* SPDX-License-Identifier: MIT */
/* The bundled page in Firefox and WebKitGTK, both from Debian, over WebDriver. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import WebSocket from 'ws'
import { EXPECTED, PAGE, serve } from './page.mjs'
import { root } from './weir-sse.mjs'

const require = createRequire(fileURLToPath(new URL('../package.json', import.meta.url)))
const FIREFOX = '/usr/bin/firefox-esr'
const WEBKIT = '/usr/bin/WebKitWebDriver'

/** Kills a program with all that it started, and waits until it is gone. */
async function stop({ child, exited }) {
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    return
  }
  await exited
}

/** The page's server, what the page says in the end, and a way to start programs for as long as the
 * test lasts. What they write to goes last, when they are gone. */
async function setUp(t) {
  const folder = mkdtempSync(join(tmpdir(), 'weir-browser-'))
  mkdirSync(join(folder, 'out'))
  mkdirSync(join(folder, 'home'))
  const report = "globalThis.done = (text) => fetch('/done', { method: 'POST', body: text })\n"
  writeFileSync(join(folder, 'entry.js'), PAGE)
  await require('esbuild').build({
    entryPoints: [join(folder, 'entry.js')],
    outfile: join(folder, 'out/page.js'),
    alias: {
      'weir-sse': join(root, 'dist/index.js'),
      'weir-sse/stream': join(root, 'dist/stream.js'),
      'weir-sse/eventsource': join(root, 'dist/eventsource.js'),
    },
    banner: { js: report },
    bundle: true,
    format: 'esm',
    logLevel: 'silent',
  })
  let done
  const said = new Promise((resolve) => (done = resolve))
  const server = await serve(folder, root, done)
  const programs = []
  const start = (program, args, env) => {
    const child = spawn(program, args, { stdio: 'ignore', detached: true, env: { ...process.env, ...env } })
    programs.push({ child, exited: new Promise((resolve) => child.on('exit', resolve)) })
  }
  t.after(async () => {
    await Promise.all(programs.map(stop))
    server.closeAllConnections()
    server.close()
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  })
  return { folder, said, start, url: `http://127.0.0.1:${server.address().port}/?script=/page.js` }
}

/** Firefox speaks WebDriver BiDi itself: commands over a socket, answered by their number. */
async function bidi(port) {
  for (;;) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/session`)
    const isOpen = await new Promise((resolve) => {
      socket.once('open', () => resolve(true))
      socket.once('error', () => resolve(false))
    })
    const answers = new Map()
    socket.on('message', (text) => {
      const { id, result, message } = JSON.parse(text)
      if (result) answers.get(id)?.resolve(result)
      else answers.get(id)?.reject(new Error(message))
    })
    const send = (method, params) =>
      new Promise((resolve, reject) => {
        answers.set(answers.size + 1, { resolve, reject })
        socket.send(JSON.stringify({ id: answers.size, method, params }))
      })
    if (isOpen) return send
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function openInFirefox(port, url) {
  const send = await bidi(port)
  await send('session.new', { capabilities: {} })
  const { contexts } = await send('browsingContext.getTree', {})
  await send('browsingContext.navigate', { context: contexts[0].context, url, wait: 'none' })
}

test('Firefox', { skip: !existsSync(FIREFOX) && 'firefox-esr is not installed', timeout: 240000 }, async (t) => {
  const { folder, said, start, url } = await setUp(t)
  // On a busy machine, a new Firefox sometimes opens no page. Then start another one.
  let text
  for (let i = 0; i < 4 && text === undefined; i++) {
    const home = join(folder, 'home', String(i))
    mkdirSync(home)
    const port = await freePort()
    start(FIREFOX, ['--headless', '--no-remote', `--remote-debugging-port=${port}`, '--profile', home], { HOME: home, MOZ_DISABLE_CONTENT_SANDBOX: '1' })
    openInFirefox(port, url).catch((error) => t.diagnostic(error.message))
    text = await Promise.race([said, new Promise((resolve) => setTimeout(resolve, 50000).unref())])
  }
  assert.equal(text, EXPECTED)
})

/** A port that was free a moment ago: the driver takes no 0. */
async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function webdriver(port, method, path, body) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: body && { 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  })
  const { value } = await response.json()
  if (!response.ok) throw new Error(`${path}: ${value.message}`)
  return value
}

async function isReady(port) {
  for (;;) {
    try {
      return await webdriver(port, 'GET', '/status')
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

test('WebKitGTK', { skip: !existsSync(WEBKIT) && 'webkit2gtk-driver is not installed', timeout: 240000 }, async (t) => {
  const { folder, said, start, url } = await setUp(t)
  const port = await freePort()
  const env = { HOME: join(folder, 'home'), WEBKIT_DISABLE_COMPOSITING_MODE: '1', WEBKIT_FORCE_SANDBOX: '0' }
  start('xvfb-run', ['-a', WEBKIT, `--port=${port}`], env)
  await isReady(port)
  const { sessionId } = await webdriver(port, 'POST', '/session', { capabilities: {} })
  await webdriver(port, 'POST', `/session/${sessionId}/url`, { url })
  assert.equal(await said, EXPECTED)
  await webdriver(port, 'DELETE', `/session/${sessionId}`)
})
