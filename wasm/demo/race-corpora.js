// SPDX-License-Identifier: MIT
// What the race reads: streams as servers send them, made from a seed.

function makeRandom(seed) {
  return () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32
}

const HEX = '0123456789abcdef'
const CHINESE = '会议将于十分钟后开始请准时参加机房温度过高需要立即检查任务已完成进度更新'

const shapes = {
  openai: (id, random) =>
    `data: {"id":"chatcmpl-9Xb2${HEX[id % 16]}","object":"chat.completion.chunk","created":1760000000,"model":"gpt-5","system_fingerprint":"fp_44709d6fcb","choices":[{"index":0,"delta":{"content":" word${Math.floor(random() * 1000)}"},"logprobs":null,"finish_reason":null}]}\n\n`,
  wikipedia: (id, random) =>
    `event: message\nid: [{"topic":"eqiad.mediawiki.recentchange","partition":0,"offset":${5000000 + id}}]\ndata: {"title":"Page ${id}","type":"edit","user":"User${Math.floor(random() * 9999)}","bot":false,"comment":"${'a change of some length, '.repeat(26)}","server_name":"en.wikipedia.org"}\n\n`,
  chinese: (id, random) => {
    const at = Math.floor(random() * 20)
    return `id: ${id}\nevent: 通知\ndata: {"标题":"${CHINESE.slice(at, at + 12)}","内容":"${CHINESE}${CHINESE.slice(at)}","编号":${id}}\n\n`
  },
  tiny: () => 'data: 1\n\n',
  crlf: id => `id: ${id}\r\nevent: update\r\nretry: 3000\r\ndata: first line ${id}\r\ndata: second line\r\ndata: third line\r\n\r\n`,
}

const SAMPLE = 512

/** { bytes, events }: about that many megabytes of a shape. */
export function makeCorpus(shape, megabytes) {
  const random = makeRandom(20260101)
  const text = Array.from({ length: SAMPLE }, (_, i) => shapes[shape](i + 1, random)).join('')
  const unit = new TextEncoder().encode(text)
  const times = Math.max(1, Math.round((megabytes * 1e6) / unit.length))
  const bytes = new Uint8Array(unit.length * times)
  for (let i = 0; i < times; i++) bytes.set(unit, i * unit.length)
  return { bytes, events: SAMPLE * times }
}
