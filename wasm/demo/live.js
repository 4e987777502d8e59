// SPDX-License-Identifier: MIT
// The live section: a worker reads the stream, the page shows what it asks the worker for.
import { $, fillSelect, make } from './dom.js'
import { isJson, showJson } from './json-text.js'
import { RateChart } from './rate-chart.js'
import { number, size, t } from './strings.js'
import { VirtualList } from './virtual-list.js'

const SCENARIOS = [
  ['sampleDemo', 'demo', 20],
  ['sampleMeeting', 'meeting', 5],
  ['sampleLlm', 'llm', 30],
  ['sampleMetrics', 'metrics', 20],
  ['sampleHostile', 'hostile', 5],
  ['sampleFlood', 'flood', 5000],
]

let worker, list, chart, summary, chosen
let request

const wish = (name, values) => worker.postMessage({ wish: name, ...values })
const isLive = () => ['connecting', 'open', 'waiting', 'waitingBroken'].includes(summary?.state.name)

/** Hues that tell types apart, the same each time; red and amber are for what went wrong. */
function hueOf(text) {
  let hash = 0
  for (const character of text) hash = (hash * 31 + character.codePointAt(0)) % 997
  return 90 + (hash % 24) * 10
}

const clock = time => {
  const date = new Date(time)
  return `${date.toTimeString().slice(0, 8)}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

// --- Rows

function fillRow(element, row) {
  element.className = `row ${row.kind}${row.type === 'message' ? ' plain' : ''}`
  const type = row.kind === 'event' ? row.type : t(row.kind)
  const tag = make('span', { className: 'tag', textContent: type })
  tag.style.setProperty('--hue', hueOf(type))
  const text = row.kind === 'state' ? t(row.state, row.values) : row.kind === 'finding' ? `${row.type}: ${row.data}` : row.data
  element.replaceChildren(
    make('span', { className: 'time', textContent: clock(row.time) }),
    tag,
    make('span', { className: 'text', textContent: text }),
    make('span', { className: 'size', textContent: row.size ? size(row.size) : '' }),
  )
}

// --- The inspector

function field(name, value) {
  return make('div', {}, make('dt', { textContent: t(name) }), make('dd', { textContent: value }))
}

function copyButton(text) {
  const button = make('button', { type: 'button', textContent: t('copy') })
  button.onclick = async () => {
    await navigator.clipboard.writeText(text)
    button.textContent = t('copied')
  }
  return button
}

function inspect(row) {
  chosen = row
  const inspector = $('inspector')
  if (!row) {
    inspector.replaceChildren(make('p', { className: 'muted hint', textContent: t('choose') }))
    return
  }
  const title = row.kind === 'event' ? row.type : t(row.kind)
  const facts = make('dl', {}, field('time', clock(row.time)))
  if (row.id) facts.append(field('id', row.id))
  if (row.size) facts.append(field('size', size(row.size)))
  if (row.begin !== undefined) facts.append(field('range', `${number(row.begin)}–${number(row.end)}`))
  const text = row.kind === 'state' ? t(row.state, row.values) : row.data
  const head = make('header', {}, make('h2', { textContent: title }), copyButton(text))
  const json = row.kind === 'event' && isJson(text)
  inspector.replaceChildren(head, facts, json ? showJson(text) : make('pre', { textContent: text }))
}

// --- What the worker says

function showState() {
  const { name, values } = summary?.state ?? { name: 'idle', values: {} }
  $('state').dataset.state = name
  $('state-text').textContent = t(name, values)
  $('connect').textContent = t(isLive() ? 'disconnect' : 'connect')
  $('connect').classList.toggle('primary', !isLive())
}

function showSummary() {
  const { events = 0, bytes = 0, findings = 0, types = [], dropped = 0, limit = 0, count = 0 } = summary ?? {}
  $('n-events').textContent = number(events)
  $('n-bytes').textContent = size(bytes)
  $('n-findings').textContent = number(findings)
  fillSelect($('type'), [['', t('allTypes')], ...types.map(([type, n]) => [type, `${type} (${number(n)})`])])
  $('notice').hidden = !dropped
  $('notice').textContent = dropped ? t('dropped', { n: number(dropped), limit: number(limit) }) : ''
  $('list').dataset.empty = count ? '' : t(events ? 'noMatch' : 'empty')
  showState()
}

const heard = {
  summary(data) {
    summary = data
    chart.setTotal(data.events)
    showSummary()
    list.setCount(data.count)
  },
  rows: ({ from, rows }) => list.show(from, rows),
  row: ({ row }) => inspect(row),
  export({ format, blob }) {
    const link = make('a', { href: URL.createObjectURL(blob), download: `events.${format}` })
    link.click()
    URL.revokeObjectURL(link.href)
  },
}

// --- What a person wishes

function readRequest() {
  const headers = []
  const shown = $('url').value.trim()
  for (const line of $('headers').value.split('\n').filter(line => line.trim())) {
    const [, name, value] = /^([!#$%&'*+.^`|~\w-]+):[ \t]*([^\r\n]*)$/.exec(line) ?? []
    if (!name) throw { name: 'badHeader', values: { line } }
    headers.push([name, value])
  }
  const here = shown === t('sampleHere')
  if (!here && (!shown || !URL.canParse(shown, location.href))) throw { name: 'badUrl', values: { url: shown } }
  const url = here ? '' : new URL(shown, location.href).href
  if (!here && !/^https?:/.test(url)) throw { name: 'badScheme', values: { url } }
  return { url, shown, headers, method: $('method').value, body: $('body').value, reconnect: $('reconnect').checked }
}

function connect() {
  if (isLive()) return wish('close')
  try {
    request = readRequest()
  } catch (problem) {
    summary = { ...summary, state: problem }
    return showState()
  }
  wish('open', { request })
}

function setFilter() {
  const text = $('filter').value
  const [, pattern] = /^\/(.+)\/$/.exec(text) ?? []
  let problem = ''
  try {
    if (pattern) new RegExp(pattern)
  } catch (error) {
    problem = t('badFilter', { why: error.message })
  }
  $('filter').setCustomValidity(problem)
  $('filter').title = problem
  $('filter').setAttribute('aria-invalid', problem !== '')
  if (problem) return
  list.unselect()
  inspect()
  wish('filter', { filter: { text, pattern, type: $('type').value, all: $('all').checked } })
}

async function offerSamples() {
  const chips = [[t('sampleHere'), t('sampleHere')]]
  if (await hasServer())
    for (const [key, scenario, rate] of SCENARIOS) chips.push([t(key), `events?scenario=${scenario}&rate=${rate}`])
  $('samples').replaceChildren(...chips.map(([text, url]) => {
    const chip = make('button', { type: 'button', className: 'chip', textContent: text })
    chip.onclick = () => {
      if (isLive()) wish('close')
      $('method').value = 'GET'
      $('url').value = url
      summary = { ...summary, state: { name: 'idle', values: {} } }
      connect()
    }
    return chip
  }))
  $('samples').dataset.ready = 'yes'
}

let server
/** Whether streams are served beside the page, as weir-feed does. */
export function hasServer() {
  server ??= fetch('events?scenario=demo&count=1', { headers: { Accept: 'text/event-stream' } }).then(response => {
    response.body?.cancel()
    return /^text\/event-stream/.test(response.headers.get('Content-Type') ?? '')
  }).catch(() => false)
  return server
}

function setFollow(follow) {
  $('follow').checked = list.follow = follow
  if (follow) list.toEnd()
}

export function startLive() {
  worker = new Worker('live-worker.js', { type: 'module' })
  worker.onmessage = ({ data }) => heard[data.say](data)
  chart = new RateChart($('chart'), rate => ($('n-rate').textContent = number(rate)))
  list = new VirtualList($('list'), {
    ask: (from, to) => wish('rows', { from, to }),
    fill: fillRow,
    scrolled: atEnd => setFollow(atEnd),
    chosen: at => {
      setFollow(false)
      wish('row', { at })
    },
  })
  $('request').onsubmit = event => {
    event.preventDefault()
    connect()
  }
  $('more').onclick = () => {
    $('details').hidden = !$('details').hidden
    $('more').setAttribute('aria-expanded', !$('details').hidden)
  }
  $('filter').oninput = $('type').onchange = $('all').onchange = setFilter
  $('follow').onchange = () => setFollow($('follow').checked)
  $('clear').onclick = () => {
    list.unselect()
    inspect()
    wish('clear')
  }
  $('export').onchange = () => {
    wish('export', { format: $('export').value })
    $('export').value = ''
  }
  addEventListener('weir-speak', () => {
    const sampleShown = $('url').dataset.sample === $('url').value
    $('url').dataset.sample = t('sampleHere')
    if (sampleShown || !$('url').value) $('url').value = t('sampleHere')
    fillSelect($('export'), [['', t('exportAs')], ['ndjson', 'NDJSON'], ['csv', 'CSV'], ['sse', '.sse']])
    showSummary()
    inspect(chosen)
    chart.draw()
    list.draw()
    offerSamples()
  })
  addEventListener('weir-paint', () => chart.draw())
}
