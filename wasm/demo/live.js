// SPDX-License-Identifier: MIT
// The live section: a worker reads the stream, the page shows the rows that it asks the worker for.
import { $, fillSelect, make } from './dom.js'
import { streamsIn } from './dropped-file.js'
import { linkTo, rememberForm, restoreForm } from './form-memory.js'
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

const send = (command, values) => worker.postMessage({ command, ...values })
const isLive = () => ['connecting', 'open', 'waiting', 'waitingBroken'].includes(summary?.state.name)

/** A hue for each type, the same every time; red and amber are kept for problems. */
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

// --- What the worker reports

function showState() {
  const { name, values } = summary?.state ?? { name: 'idle', values: {} }
  $('state').dataset.state = name
  $('state-text').textContent = t(name, values)
  showButton()
}

/** While a stream is open and its address is unchanged, the button disconnects. */
function showButton() {
  const disconnects = isLive() && isSameAddress()
  $('connect').textContent = t(disconnects ? 'disconnect' : 'connect')
  $('connect').classList.toggle('primary', !disconnects)
}

/** The sentence about the end of a model's answer. */
function answerEnd({ state, reason, missing, tool }) {
  const why = reason ?? ''
  if (state === 'cut-off') return t('answerCutOff', { what: missing.join(', ') })
  if (state === 'invalid-tool-call') return t('answerBadCall', { name: tool.name, at: number(tool.position) })
  if (state === 'complete' && !why) return t('answerComplete')
  return t({ growing: 'answerWriting', complete: 'answerFinished', incomplete: 'answerIncomplete', failed: 'answerError', blocked: 'answerBlocked' }[state], { why })
}

function showAnswer(answer) {
  $('answer').hidden = !answer
  if (!answer) return
  const { text, thinking, refusal, toolCalls, verdict } = answer
  $('answer-end').textContent = answerEnd(verdict)
  $('answer').classList.toggle('bad', !['growing', 'complete'].includes(verdict.state))
  const parts = []
  if (thinking) parts.push(make('p', { className: 'thinking', textContent: thinking }))
  for (const words of [text, refusal]) if (words) parts.push(make('p', { className: 'words', textContent: words }))
  for (const call of toolCalls) parts.push(make('p', { className: 'call', textContent: `${call.name} (${call.arguments})` }))
  $('answer-text').replaceChildren(...parts)
  if (isLive()) $('answer-text').scrollTop = $('answer-text').scrollHeight
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

const reports = {
  summary(data) {
    summary = data
    chart.setTotal(data.events)
    showSummary()
    showAnswer(data.answer)
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

// --- What a person does

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

const isSameAddress = () => $('url').value.trim() === request?.shown

/** Shows a problem that kept the page from reading anything. */
function showProblem(problem) {
  summary = { ...summary, state: problem }
  showState()
}

/** Connects, switches to the address that was typed meanwhile, or disconnects. */
function connect() {
  if (isLive() && isSameAddress()) return send('close')
  rememberForm()
  const before = request?.shown
  try {
    request = readRequest()
  } catch (problem) {
    if (isLive()) send('close')
    return showProblem(problem)
  }
  const isOther = before !== undefined && before !== request.shown
  if (isOther) forgetRow()
  send('open', { request, isOther })
}

function forgetRow() {
  list.unselect()
  inspect()
}

async function openFile(file) {
  try {
    const streams = await streamsIn(file)
    request = undefined
    forgetRow()
    send('openFile', { streams })
  } catch (problem) {
    showProblem(problem.values ? problem : { name: 'notAStream', values: { name: file.name } })
  }
}

/** Takes a file that is dropped anywhere on the page. */
function startDropping() {
  const isFile = event => event.dataTransfer?.types.includes('Files')
  addEventListener('dragover', event => {
    if (!isFile(event)) return
    event.preventDefault()
    document.body.classList.add('dropping')
  })
  for (const name of ['dragleave', 'drop', 'dragend'])
    addEventListener(name, event => (event.relatedTarget && name === 'dragleave') || document.body.classList.remove('dropping'))
  addEventListener('drop', event => {
    const [file] = event.dataTransfer?.files ?? []
    if (!file) return
    event.preventDefault()
    location.hash = '#/live'
    openFile(file)
  })
  $('open').onclick = () => $('file').click()
  $('file').onchange = () => {
    const [file] = $('file').files
    $('file').value = ''
    if (file) openFile(file)
  }
}

async function copyLink() {
  try {
    const link = linkTo(readRequest().url)
    // Pages that are served by plain HTTP have no clipboard.
    if (!navigator.clipboard) return prompt(t('copyLink'), link)
    await navigator.clipboard.writeText(link)
    $('link').textContent = t('copied')
  } catch (problem) {
    if (problem.values) showProblem(problem)
  }
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
  send('filter', { filter: { text, pattern, type: $('type').value, all: $('all').checked } })
}

async function offerSamples() {
  const chips = [[t('sampleHere'), t('sampleHere')]]
  if (await hasServer())
    for (const [key, scenario, rate] of SCENARIOS) chips.push([t(key), `events?scenario=${scenario}&rate=${rate}`])
  $('samples').replaceChildren(...chips.map(([text, url]) => {
    const chip = make('button', { type: 'button', className: 'chip', textContent: text })
    chip.onclick = () => {
      if (isLive()) send('close')
      // Headers that were typed for another server stay out of it.
      $('method').value = 'GET'
      $('url').value = url
      $('headers').value = $('body').value = ''
      summary = { ...summary, state: { name: 'idle', values: {} } }
      connect()
    }
    return chip
  }))
  $('samples').dataset.ready = 'yes'
}

let server
/** Whether the page's own server has streams, as weir-feed does. */
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
  worker.onmessage = ({ data }) => reports[data.report](data)
  chart = new RateChart($('chart'), rate => ($('n-rate').textContent = number(rate)))
  list = new VirtualList($('list'), {
    ask: (from, to) => send('rows', { from, to }),
    fill: fillRow,
    scrolled: atEnd => setFollow(atEnd),
    chosen: at => {
      setFollow(false)
      send('row', { at })
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
  $('request').oninput = () => {
    rememberForm()
    $('link').textContent = t('copyLink')
    showButton()
  }
  $('link').onclick = copyLink
  startDropping()
  const hasAddress = restoreForm()
  if ($('headers').value || $('body').value) $('more').click()
  $('filter').oninput = $('type').onchange = $('all').onchange = setFilter
  $('follow').onchange = () => setFollow($('follow').checked)
  $('clear').onclick = () => {
    forgetRow()
    send('clear')
  }
  $('export').onchange = () => {
    send('export', { format: $('export').value })
    $('export').value = ''
  }
  addEventListener('weir-speak', () => {
    const sampleShown = $('url').dataset.sample === $('url').value
    $('url').dataset.sample = t('sampleHere')
    if (sampleShown || (!hasAddress && !$('url').value)) $('url').value = t('sampleHere')
    fillSelect($('export'), [['', t('exportAs')], ['ndjson', 'NDJSON'], ['csv', 'CSV'], ['sse', '.sse']])
    showSummary()
    inspect(chosen)
    chart.draw()
    list.draw()
    offerSamples()
  })
  addEventListener('weir-paint', () => chart.draw())
}
