/* SPDX-License-Identifier: MIT */
const { SseClient } = require('weir-sse/wechat')

/** 两次刷新界面之间至少隔多久，单位毫秒：逐字 setData 会卡顿。 */
const FLUSH = 80

const { base, wasm } = getApp().globalData

// POST 只发送一次；收到 [DONE] 后自动关闭，没有收到就断开会作为错误报告。
const client = new SseClient({
  url: `${base}/v1/chat/completions`,
  wasm,
  method: 'POST',
  until: '[DONE]',
})

/** 一个片段里的文字，按 OpenAI 兼容接口的格式。 */
function wordsOf({ data }) {
  const choice = data && data.choices && data.choices[0]
  return (choice && choice.delta && choice.delta.content) || ''
}

Page({
  data: { draft: '', isBusy: false, last: '', messages: [] },

  onLoad() {
    this.count = 0
    this.waiting = ''
    this.stops = [
      client.bus.on('message', (message) => this.append(wordsOf(message))),
      client.bus.on('error', (error) => this.finish(error.code === 'ended' ? '' : `生成中断：${error.message}`)),
      client.bus.on('state', (state) => state === 'closed' && this.finish('')),
    ]
  },

  // 切到后台五秒后系统会中断请求，不如自己先停下来。
  onHide() {
    if (this.data.isBusy) this.onTapStop()
  },

  onUnload() {
    client.close()
    this.stops.forEach((stop) => stop())
    clearTimeout(this.timer)
  },

  onInput(event) {
    this.setData({ draft: event.detail.value })
  },

  onTapSend() {
    const text = this.data.draft.trim()
    if (!text || this.data.isBusy) return
    const question = this.make('user', text)
    const history = [...this.data.messages, question].map(({ role, text }) => ({ role, content: text }))
    const answer = this.make('assistant', '')
    this.setData({ draft: '', isBusy: true, last: answer.id, messages: [...this.data.messages, question, answer] })
    client.start({ data: { model: 'any', stream: true, messages: history } })
  },

  onTapStop() {
    client.abort()
    this.finish('（已停止）')
  },

  make(role, text) {
    return { id: `message-${++this.count}`, role, text, note: '' }
  },

  append(words) {
    this.waiting += words
    if (words && !this.timer) this.timer = setTimeout(() => this.flush(), FLUSH)
  },

  flush() {
    const at = this.data.messages.length - 1
    clearTimeout(this.timer)
    this.timer = 0
    if (this.waiting && at >= 0) this.setData({ [`messages[${at}].text`]: this.data.messages[at].text + this.waiting })
    this.waiting = ''
  },

  finish(note) {
    if (!this.data.isBusy) return
    this.flush()
    this.setData({ isBusy: false, [`messages[${this.data.messages.length - 1}].note`]: note })
  },
})
