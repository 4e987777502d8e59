/* SPDX-License-Identifier: MIT */
const { SseClient, withSse } = require('../../weir-sse/wechat')

/** What the user reads for each state of the client. */
const WORDS = {
  idle: '未连接',
  connecting: '正在连接…',
  open: '已连接',
  waiting: '连接中断，稍后重连…',
  hidden: '已暂停',
  closed: '已结束',
}

/** So many messages are shown at most. */
const MOST = 200

const client = new SseClient({
  url: getApp().globalData.url,
  wasm: '/weir-sse/weir-sse-scalar.wasm',
  maxAttempts: 10,
  onGiveUp: (error) => wx.showModal({ title: '无法连接', content: error.message, showCancel: false }),
})

Page(
  withSse(client, {
    data: { state: WORDS.idle, messages: [], broken: 0 },

    onLoad() {
      this.stops = [
        client.bus.on('state', (state) => this.setData({ state: WORDS[state] })),
        client.bus.on('message', (message) => this.show(message)),
        client.bus.on('parse-error', () => this.setData({ broken: this.data.broken + 1 })),
      ]
    },

    onUnload() {
      this.stops.forEach((stop) => stop())
    },

    /** The newest message first. */
    show({ type, text, lastEventId }) {
      const message = { key: lastEventId || String(Date.now()), type, text }
      this.setData({ messages: [message, ...this.data.messages].slice(0, MOST) })
    },

    onTapReconnect() {
      client.abort()
      client.start()
    },
  }),
)
