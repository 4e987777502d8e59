// SPDX-License-Identifier: MIT
// The playground: a pasted stream, fed piece by piece.
import { $, fillSelect, make } from './dom.js'
import { parse, placeOf, prove, toBytes } from './pieces.js'
import { number, t } from './strings.js'

const PACE = 350
const MOST_BYTES = 4000
const RANDOM_MOST = 24

const CASES = {
  caseFirst: ': hello\nretry: 3000\n\ndata: first\n\nevent: update\nid: 7\ndata: two\ndata: lines\n\n',
  caseChinese: 'event: 通知\nid: 甲\ndata: 会议将于十分钟后开始 🎉\n\n: 心跳\n\ndata: 请准时参加。\n\n',
  caseIds: 'id: 1\ndata: a\n\ndata: still 1\n\nid: 2\n\ndata: 2, from a block without data\n\nid\ndata: none\n\n',
  caseFindings: 'foo: unknown\nData: case\ndata : space\nretry: soon\nid: a\\0b\n\\u{FEFF}data: mark\ndata: \\xE4\\xB8 cut\ndata: x\\r\\n\ndata: y\n\nevent: lost\n\ndata: unfinished',
  caseModel: 'data: {"choices":[{"delta":{"content":"Hello"}}]}\n\ndata: {"choices":[{"delta":{"content":" 你好"}}]}\n\ndata: [DONE]\n\n',
}

let bytes = new Uint8Array()
let cuts = []
let items = []
let step = 0
let timer

const ends = () => [...cuts, bytes.length]
const fedUpTo = () => (step ? ends()[step - 1] : 0)

// --- The bytes

function glyphOf(byte) {
  if (byte === 10) return 'LF'
  if (byte === 13) return 'CR'
  if (byte === 32) return '␣'
  if (byte > 32 && byte < 127) return String.fromCharCode(byte)
  return byte.toString(16).toUpperCase().padStart(2, '0')
}

function kindOf(at) {
  const byte = bytes[at]
  if (byte === 10 || byte === 13) return 'end'
  if (byte >= 0x80) return 'high'
  return byte < 32 || byte === 127 ? 'odd' : ''
}

function drawBytes() {
  const box = $('bytes')
  const pieces = []
  let from = 0
  for (const [i, to] of ends().entries()) {
    const piece = make('span', { className: 'piece' })
    piece.dataset.piece = i
    for (let at = from; at < to; at++) {
      const cell = make('button', { type: 'button', className: `byte ${kindOf(at)}`, textContent: glyphOf(bytes[at]) })
      cell.dataset.at = at
      cell.tabIndex = at === 0 ? 0 : -1
      cell.setAttribute('aria-label', `${at}: ${glyphOf(bytes[at])}`)
      piece.append(cell)
      if (bytes[at] === 10 || (bytes[at] === 13 && bytes[at + 1] !== 10)) piece.append(make('br'))
    }
    pieces.push(piece)
    from = to
  }
  box.replaceChildren(...pieces)
}

function onByte(at, press) {
  $('place').textContent = t('cutAllowed', { at: number(at), what: t(placeOf(bytes, at)) })
  if (!press || at === 0) return
  setCuts(cuts.includes(at) ? cuts.filter(cut => cut !== at) : [...cuts, at].sort((a, b) => a - b))
  $('bytes').querySelector(`[data-at="${at}"]`).focus()
}

function onByteKey(event) {
  const at = Number(event.target.dataset.at)
  const move = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 16, ArrowUp: -16 }[event.key]
  if (!move || Number.isNaN(at)) return
  event.preventDefault()
  $('bytes').querySelector(`[data-at="${Math.max(0, Math.min(bytes.length - 1, at + move))}"]`)?.focus()
}

// --- What came out

/** Controls as they are written in the text above. */
const visible = text => text.replace(/[\x00-\x09\x0b-\x1f\x7f\ufeff]/g, control =>
  control === '\ufeff' ? '\\u{FEFF}' : control === '\0' ? '\\0' : `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`)

function describe(item) {
  const tag = make('span', { className: 'tag', textContent: item.kind === 'event' ? item.type : t(item.kind) })
  const line = make('li', { className: `${item.kind}${item.type === 'message' ? ' plain' : ''}` }, tag)
  if (item.kind === 'finding') line.append(make('strong', { textContent: item.type }))
  line.append(make('code', { textContent: visible(item.data ?? item.text) }))
  if (item.id) line.append(make('span', { className: 'muted', textContent: `id ${item.id}` }))
  const range = item.begin === undefined ? '' : `${item.begin}–${item.end} · `
  line.append(make('span', { className: 'range', textContent: range + t('fed', { at: item.fed }) }))
  if (item.begin !== undefined) {
    line.onpointerenter = () => mark(item.begin, item.end)
    line.onpointerleave = () => mark(0, 0)
  }
  return line
}

function mark(begin, end) {
  for (const cell of $('bytes').querySelectorAll('.byte'))
    cell.classList.toggle('marked', cell.dataset.at >= begin && cell.dataset.at < end)
}

function showStep() {
  const all = ends().length
  const fed = fedUpTo()
  for (const piece of $('bytes').querySelectorAll('.piece')) {
    piece.classList.toggle('fed', piece.dataset.piece < step)
    piece.classList.toggle('now', Number(piece.dataset.piece) === step - 1)
  }
  const out = items.filter(item => item.fed <= fed && step)
  const last = out.length && out.at(-1).fed === fed ? fed : -1
  $('out').replaceChildren(...out.map(item => {
    const line = describe(item)
    line.classList.toggle('fresh', item.fed === last)
    return line
  }))
  if (!out.length) $('out').append(make('li', { className: 'muted hint', textContent: t('nothingOut') }))
  $('out').scrollTop = $('out').scrollHeight
  $('position').max = all
  $('position').value = step
  $('position-text').textContent = t('positionText', { n: step, all })
  $('back').disabled = step === 0
  $('step').disabled = step === all
}

function go(to) {
  step = Math.max(0, Math.min(ends().length, to))
  showStep()
  if (step === ends().length) stop()
}

function stop() {
  clearInterval(timer)
  timer = undefined
  $('play').textContent = t('play')
}

function play() {
  if (timer) return stop()
  if (step === ends().length) go(0)
  $('play').textContent = t('pause')
  timer = setInterval(() => go(step + 1), PACE)
}

// --- The stream and its cuts

function setCuts(places) {
  stop()
  cuts = places
  items = parse(bytes, cuts)
  drawBytes()
  step = ends().length
  showStep()
}

function cutEvery(size) {
  $('size-text').textContent = size === 1 ? t('byteUnit') : t('bytesUnit', { n: size })
  const places = []
  for (let at = size; at < bytes.length; at += size) places.push(at)
  setCuts(places)
}

function cutAtRandom() {
  const places = []
  for (let at = 1 + Math.floor(Math.random() * RANDOM_MOST); at < bytes.length; at += 1 + Math.floor(Math.random() * RANDOM_MOST))
    places.push(at)
  setCuts(places)
}

function setStream() {
  bytes = toBytes($('stream').value, $('ends').value).slice(0, MOST_BYTES)
  $('place').textContent = ''
  const { items: n, badCut } = prove(bytes)
  const good = badCut === undefined
  $('proof').textContent = good ? t('proofGood', { n: number(Math.max(0, bytes.length - 1)), items: n }) : t('proofBad', { at: badCut })
  $('proof').classList.toggle('bad', !good)
  cutEvery(Number($('size').value))
}

export function startPlayground() {
  $('stream').oninput = setStream
  $('ends').onchange = setStream
  $('case').onchange = () => {
    $('stream').value = CASES[$('case').value]
    setStream()
  }
  $('size').oninput = () => cutEvery(Number($('size').value))
  $('random').onclick = cutAtRandom
  $('back').onclick = () => go(step - 1)
  $('step').onclick = () => go(step + 1)
  $('play').onclick = play
  $('position').oninput = () => go(Number($('position').value))
  $('bytes').onclick = event => event.target.dataset.at && onByte(Number(event.target.dataset.at), true)
  $('bytes').onpointerover = event => event.target.dataset.at && onByte(Number(event.target.dataset.at), false)
  $('bytes').addEventListener('focusin', event => event.target.dataset.at && onByte(Number(event.target.dataset.at), false))
  $('bytes').onkeydown = onByteKey
  addEventListener('weir-speak', () => {
    fillSelect($('case'), Object.keys(CASES).map(key => [key, t(key)]))
    if (!$('stream').value) $('stream').value = CASES.caseFirst
    setStream()
  })
}
