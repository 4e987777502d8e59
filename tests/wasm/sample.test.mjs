/* SPDX-License-Identifier: MIT */
/* The sample mini-program, complete, on the stand-in for WeChat's host. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { root } from './weir-sse.mjs'
import { createWx, instantiateIn } from './wx.mjs'

const sample = fileURLToPath(new URL('../../wasm/wechat-sample', import.meta.url))
const require = createRequire(new URL('../package.json', import.meta.url))

test('every file of every page is there, and all JSON is JSON', () => {
  const app = JSON.parse(readFileSync(join(sample, 'app.json'), 'utf8'))
  for (const page of app.pages)
    for (const type of ['js', 'json', 'wxml', 'wxss']) assert.ok(existsSync(join(sample, `${page}.${type}`)), `${page}.${type}`)
  assert.deepEqual(app.tabBar.list.map(({ pagePath }) => pagePath), app.pages)
  const theme = JSON.parse(readFileSync(join(sample, app.themeLocation), 'utf8'))
  assert.deepEqual(Object.keys(theme.light), Object.keys(theme.dark))
  for (const [, name] of JSON.stringify(app).matchAll(/"@(\w+)"/g)) assert.ok(theme.light[name], name)
  for (const name of ['project.config.json', 'package.json', app.sitemapLocation]) JSON.parse(readFileSync(join(sample, name), 'utf8'))
})

test('what wxml binds is in the page', () => {
  for (const page of ['pages/meeting/meeting', 'pages/chat/chat']) {
    const code = readFileSync(join(sample, `${page}.js`), 'utf8')
    const markup = readFileSync(join(sample, `${page}.wxml`), 'utf8')
    const handlers = [...markup.matchAll(/\bbind\w+="(\w+)"/g)]
    assert.ok(handlers.length > 0)
    for (const [, handler] of handlers) assert.ok(code.includes(`  ${handler}(`), handler)
  }
})

test('miniprogram_dist is what 构建 npm takes: CommonJS of 2017 that needs nothing', () => {
  const { miniprogram } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const files = readdirSync(join(root, miniprogram))
  assert.deepEqual(files.sort(), ['index.js', 'js.js', 'wechat.js', 'weir-sse-scalar.wasm', 'weir-sse-scalar.wasm.br', 'weir-sse-simd.wasm.br'])
  const acorn = require('acorn')
  for (const name of files.filter((file) => file.endsWith('.js'))) {
    const code = readFileSync(join(root, miniprogram, name), 'utf8')
    acorn.parse(code, { ecmaVersion: 2017, sourceType: 'script' })
    assert.ok(!/\bglobalThis\b/.test(code), `${name} needs globalThis`)
    assert.deepEqual([...code.matchAll(/require\("?'?([^"')]+)/g)].map(([, path]) => path), name === 'index.js' ? ['./wechat'] : [])
  }
})

/** The sample with the package as 构建 npm puts it there, served by a server, in a context of stand-ins. */
async function install(t, answer) {
  const requests = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    requests.push({ url: request.url, headers: request.headers, body })
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    answer(response, requests.length)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const folder = mkdtempSync(join(tmpdir(), 'weir-sample-'))
  t.after(() => {
    server.closeAllConnections()
    server.close()
    rmSync(folder, { recursive: true, force: true })
  })
  cpSync(sample, folder, { recursive: true })
  for (const name of ['node_modules', 'miniprogram_npm']) cpSync(join(root, 'miniprogram_dist'), join(folder, name, 'weir-sse'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}')
  let app
  let page
  let changed = () => {}
  Object.assign(globalThis, {
    wx: { ...createWx({ sizes: () => 3 }), showModal: () => assert.fail('gave up') },
    WXWebAssembly: { instantiate: instantiateIn(folder) },
    App: (options) => (app = options),
    getApp: () => app,
    Page(options) {
      page = options
      page.setData = (data) => {
        for (const [path, value] of Object.entries(data)) {
          const [, list, at, name] = /^(\w+)\[(\d+)\]\.(\w+)$/.exec(path) ?? []
          if (list) page.data[list][at] = { ...page.data[list][at], [name]: value }
          else page.data[path] = value
        }
        changed()
      }
    },
  })
  const load = createRequire(join(folder, 'x.js'))
  load('./app.js')
  app.globalData.base = `http://127.0.0.1:${server.address().port}`
  const until = async (condition) => {
    while (!condition()) await new Promise((resolve) => (changed = resolve))
  }
  return { requests, until, open: (path) => (load(`./${path}`), page) }
}

test('the meeting page shows what the server pushes, and where it stands', async (t) => {
  const { requests, until, open } = await install(t, (response, n) => {
    response.write(`id: ${n}\nevent: notice\ndata: {"time":"2026-03-02T09:00:0${n}+08:00","from":"王芳","zh":"会议十分钟后开始"}\n\n`)
    response.write(`event: task-progress\ndata: {"taskId":"a","name":"导出","percent":${n * 10}}\n\nevent: other\ndata: 不是 JSON\n\n`)
  })
  const page = open('pages/meeting/meeting.js')
  page.onLoad({})
  page.onShow()
  await until(() => page.data.rows.length === 3)
  assert.equal(page.data.state, '已连接')
  assert.deepEqual(page.data.rows.map(({ label, title, note, clock, percent }) => [label, title, note, clock, percent]), [
    ['other', '不是 JSON', '', '', -1],
    ['任务进度', '导出', '', '', 10],
    ['通知', '会议十分钟后开始', '王芳', '09:00:01', -1],
  ])
  page.onHide()
  assert.equal(page.data.state, '已暂停')
  page.onShow()
  await until(() => page.data.rows.length === 5)
  assert.equal(requests[1].headers['last-event-id'], '1')
  // The same task keeps its row, and keys are unique.
  assert.deepEqual(page.data.rows.filter(({ label }) => label === '任务进度').map(({ percent }) => percent), [20])
  assert.equal(new Set(page.data.rows.map(({ id }) => id)).size, 5)
  page.onTapReconnect()
  await until(() => page.data.rows.length === 7)
  page.onUnload()

  // The page is opened again: a new page of the same module.
  Object.assign(page.data, { state: '', rows: [] })
  page.onLoad({})
  page.onShow()
  await until(() => page.data.rows.length === 3)
  assert.equal(page.data.state, '已连接')
  assert.equal(requests[3].headers['last-event-id'], '3')
  page.onUnload()
})

const delta = (content) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`

test('the chat page shows an answer as it is written, once, and can stop it', async (t) => {
  const { requests, until, open } = await install(t, (response, n) => {
    response.write(delta('堰是') + delta('一种低坝。'))
    if (n === 1) response.end('data: [DONE]\n\n')
    if (n === 3) response.end()
  })
  const page = open('pages/chat/chat.js')
  page.onLoad({})
  const ask = (text) => {
    page.onInput({ detail: { value: text } })
    page.onTapSend()
  }
  const answer = () => page.data.messages.at(-1)
  ask('  什么是堰？ ')
  assert.deepEqual([page.data.isBusy, page.data.draft], [true, ''])
  await until(() => !page.data.isBusy)
  assert.deepEqual([answer().role, answer().text, answer().note], ['assistant', '堰是一种低坝。', ''])
  assert.deepEqual(JSON.parse(requests[0].body).messages, [{ role: 'user', content: '什么是堰？' }])

  ask('再说一遍')
  await until(() => answer().text === '堰是一种低坝。')
  page.onTapStop()
  assert.deepEqual([page.data.isBusy, answer().note], [false, '（已停止）'])
  assert.equal(JSON.parse(requests[1].body).messages.length, 3)

  ask('这次会中断')
  await until(() => !page.data.isBusy)
  assert.match(answer().note, /^生成中断/)
  assert.equal(answer().text, '堰是一种低坝。')
  assert.equal(new Set(page.data.messages.map(({ id }) => id)).size, 6)
  page.onUnload()
  assert.equal(requests.length, 3)
})
