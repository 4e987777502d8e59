// SPDX-License-Identifier: MIT
// A stream that needs no server: what the page offers on a plain static host.

const PAUSE = 120

const WORDS = 'A weir is a low wall across a river: it holds the water just long enough to measure it, and lets all of it pass.'.split(' ')
const NOTICES = [
  ['notice', '{"会议":"周会","内容":"会议将于 10 分钟后开始","参会者":["李雷","韩梅梅"]}'],
  ['command', '{"动作":"静音","对象":"全体","编号":7}'],
  ['progress', '{"task":"export","done":0.42,"eta":{"seconds":12345678901234567890}}'],
  ['alarm', '{"级别":"高","内容":"机房温度 41.50 °C","sensor":"r2"}'],
]

function* lines() {
  yield 'retry: 2000\n: a stream made in this page\n\n'
  for (let id = 1; ; id++) {
    const word = WORDS[id % WORDS.length]
    const load = Math.round(500 + 400 * Math.sin(id / 9) + 60 * Math.random())
    if (id % 29 === 0) yield ': heartbeat\n\n'
    if (id % 97 === 0) yield 'Data: a field name with a capital is no field\n\n'
    if (id % 11 === 0) {
      const [type, data] = NOTICES[(id / 11) % NOTICES.length]
      yield `id: ${id}\nevent: ${type}\ndata: ${data}\n\n`
    } else if (id % 3 === 0) yield `id: ${id}\nevent: metric\ndata: {"load":${load},"queue":${id % 17}}\n\n`
    else if (id % 41 === 0) yield `id: ${id}\nevent: log\ndata: first line\ndata:   second line, indented\n\n`
    else yield `id: ${id}\ndata: {"choices":[{"index":0,"delta":{"content":${JSON.stringify(`${word} `)}}}]}\n\n`
  }
}

/** A ReadableStream of bytes; its chunks are cut anywhere. */
export function sampleStream(signal) {
  const encoder = new TextEncoder()
  const source = lines()
  let rest = new Uint8Array()
  return new ReadableStream({
    async pull(controller) {
      await new Promise(resolve => setTimeout(resolve, PAUSE * Math.random()))
      if (signal.aborted) return controller.close()
      const next = encoder.encode(source.next().value)
      const bytes = new Uint8Array(rest.length + next.length)
      bytes.set(rest)
      bytes.set(next, rest.length)
      const cut = Math.max(1, Math.floor(bytes.length * (0.5 + Math.random() / 2)))
      controller.enqueue(bytes.slice(0, cut))
      rest = bytes.slice(cut)
    },
  })
}
