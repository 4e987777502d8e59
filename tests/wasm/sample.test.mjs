/* SPDX-License-Identifier: MIT */
/* The sample mini-program, complete, on the stand-in for WeChat's host. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { root } from './weir-sse.mjs'
import { createWx, instantiateIn } from './wx.mjs'

const sample = fileURLToPath(new URL('../../wasm/wechat-sample', import.meta.url))

test('every file of every page is there, and all JSON is JSON', () => {
  const app = JSON.parse(readFileSync(join(sample, 'app.json'), 'utf8'))
  for (const page of app.pages)
    for (const type of ['js', 'json', 'wxml', 'wxss']) assert.ok(existsSync(join(sample, `${page}.${type}`)), `${page}.${type}`)
  for (const name of ['project.config.json', app.sitemapLocation]) JSON.parse(readFileSync(join(sample, name), 'utf8'))
})

test('the page shows what the server pushes, and where it stands', async (t) => {
  const requests = []
  const server = createServer((request, response) => {
    requests.push(request.headers)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(`id: ${requests.length}\nevent: notice\ndata: {"text":"会议十分钟后开始"}\n\ndata: 不是 JSON\n\n`)
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
  mkdirSync(join(folder, 'weir-sse'))
  cpSync(join(root, 'dist/wechat.cjs'), join(folder, 'weir-sse/wechat.js'))
  cpSync(join(root, 'dist/weir-sse-scalar.wasm'), join(folder, 'weir-sse/weir-sse-scalar.wasm'))
  writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}')

  let page
  let changed = () => {}
  Object.assign(globalThis, {
    wx: { ...createWx({ sizes: () => 3 }), showModal: () => assert.fail('gave up') },
    WXWebAssembly: { instantiate: instantiateIn(folder) },
    getApp: () => ({ globalData: { url: `http://127.0.0.1:${server.address().port}/` } }),
    Page(options) {
      page = options
      page.setData = (data) => {
        Object.assign(page.data, data)
        changed()
      }
    },
  })
  const until = async (condition) => {
    while (!condition()) await new Promise((resolve) => (changed = resolve))
  }
  createRequire(import.meta.url)(join(folder, 'pages/meeting/meeting.js'))
  page.onLoad({})
  await until(() => page.data.broken === 1)
  assert.equal(page.data.state, '已连接')
  assert.deepEqual(page.data.messages.map(({ type, text }) => [type, text]), [['notice', '{"text":"会议十分钟后开始"}']])
  page.onHide()
  assert.equal(page.data.state, '已暂停')
  page.onShow()
  await until(() => page.data.messages.length === 2)
  assert.equal(requests[1]['last-event-id'], '1')
  page.onTapReconnect()
  await until(() => page.data.messages.length === 3)
  page.onUnload()

  // The page is opened another time: another page, of the module that was evaluated.
  Object.assign(page.data, { state: '', messages: [] })
  page.onLoad({})
  page.onShow()
  await until(() => page.data.messages.length === 1)
  assert.equal(page.data.state, '已连接')
  assert.equal(requests[3]['last-event-id'], '3')
  page.onUnload()
})
