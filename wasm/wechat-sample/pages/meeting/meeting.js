/* SPDX-License-Identifier: MIT */
const { SseClient, withSse } = require('weir-sse/wechat')
const { describe } = require('./describe')

/** 连接的各种状态在界面上怎么说。 */
const WORDS = {
  idle: '未连接',
  connecting: '正在连接…',
  open: '已连接',
  waiting: '连接中断，稍后重连…',
  hidden: '已暂停',
  closed: '已结束',
}

/** 最多显示多少行。 */
const MOST = 200

const { base, wasm } = getApp().globalData

const client = new SseClient({
  url: `${base}/events?scenario=meeting`,
  wasm,
  maxAttempts: 10,
  onGiveUp: (error) => wx.showModal({ title: '无法连接', content: error.message, showCancel: false }),
})

Page(
  withSse(client, {
    data: { state: WORDS.idle, isOpen: false, rows: [] },

    onLoad() {
      this.count = 0
      this.stops = [
        client.bus.on('state', (state) => this.setData({ state: WORDS[state], isOpen: state === 'open' })),
        client.bus.on('message', (message) => this.show(message)),
      ]
    },

    onUnload() {
      this.stops.forEach((stop) => stop())
    },

    /** 最新的一行在最上面。 */
    show(message) {
      const row = describe(message, ++this.count)
      const others = this.data.rows.filter(({ id }) => id !== row.id)
      this.setData({ rows: [row, ...others].slice(0, MOST) })
    },

    onTapReconnect() {
      client.abort()
      client.start()
    },
  }),
)
