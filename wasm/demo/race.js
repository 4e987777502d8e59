// SPDX-License-Identifier: MIT
// The race: the same bytes for each reader, and a bar for how fast it was.
import { $, fillSelect, make } from './dom.js'
import { hasServer } from './live.js'
import { makeCorpus } from './race-corpora.js'
import { memoryLanes, networkLanes } from './race-lanes.js'
import { number, t } from './strings.js'

/** Many short runs: of those one finds the machine quiet. */
const ROUNDS = 12
/** Browsers' clocks are coarse: what is over sooner runs again. */
const LEAST_SECONDS = 0.012
const FLOOD = 20000
const SHAPES = [
  ['openai', 'shapeOpenai'], ['wikipedia', 'shapeWikipedia'], ['chinese', 'shapeChinese'], ['tiny', 'shapeTiny'], ['crlf', 'shapeCrlf'],
]

/** Results by list and lane: { rate, text }, or { problem }. */
let results = { lanes: {}, network: {} }
let verdict
let running = false

const breathe = () => new Promise(resolve => setTimeout(resolve, 20))

function bar(name, result, fastest) {
  const share = result?.rate ? result.rate / fastest : 0
  const fill = make('span', { className: 'fill' })
  fill.style.width = `${(share * 100).toFixed(1)}%`
  const label = make('span', { className: 'lane', textContent: t(name) })
  if (name === 'laneLazy') label.append(make('small', { textContent: t('lazyNote') }))
  const text = result?.problem ? t(...result.problem) : result ? t(result.unit, { n: number(result.rate) }) : t('notRun')
  const item = make('li', {}, label, make('span', { className: 'track' }, fill), make('span', { className: 'value', textContent: text }))
  item.dataset.lane = name
  item.classList.toggle('first', share === 1)
  item.classList.toggle('ours', name === 'laneEager' || name === 'laneLazy')
  item.classList.toggle('bad', Boolean(result?.problem))
  return item
}

function drawLanes(list, lanes, all) {
  const fastest = Math.max(1, ...Object.values(all).map(result => result.rate ?? 0))
  list.replaceChildren(...lanes.map(([name]) => bar(name, all[name], fastest)))
}

function draw() {
  drawLanes($('lanes'), memoryLanes, results.lanes)
  drawLanes($('network-lanes'), networkLanes, results.network)
  $('verdict').textContent = verdict ? t('verdict', { shape: t(verdict.shape), ratio: number(verdict.ratio, 1) }) : ''
  $('start').textContent = t(running ? 'running' : 'start')
  $('start').disabled = running
}

async function time(lane, ...values) {
  const before = performance.now()
  for (let runs = 1; ; runs++) {
    const tally = await lane(...values)
    const seconds = (performance.now() - before) / 1000
    if (seconds >= LEAST_SECONDS) return { tally, seconds: seconds / runs }
  }
}

async function runLane(into, name, lane, values, { amount, events, unit }) {
  try {
    const { tally, seconds } = await time(lane, ...values)
    if (tally.events !== events) into[name] = { problem: ['laneWrong', { n: number(tally.events), all: number(events) }] }
    else if (!into[name]?.problem) into[name] = { unit, rate: Math.max(into[name]?.rate ?? 0, amount / seconds) }
  } catch (error) {
    into[name] = { problem: ['laneFailed', { why: error.message }] }
  }
  draw()
  await breathe()
}

/** The lanes take turns, so that a slow moment of the machine hits them all. */
async function raceInMemory() {
  const [shape, name] = SHAPES.find(([value]) => value === $('shape').value)
  const { bytes, events } = makeCorpus(shape, Number($('amount').value))
  const values = [bytes, Number($('chunk').value)]
  for (let round = 0; round < ROUNDS; round++)
    for (const [lane, run] of memoryLanes)
      await runLane(results.lanes, lane, run, values, { amount: bytes.length / 1e6, events, unit: 'mbPerSecond' })
  const [ours, theirs] = [results.lanes.laneEager.rate, results.lanes.lanePeer.rate]
  verdict = ours && theirs ? { shape: name, ratio: ours / theirs } : undefined
}

async function raceOverNetwork() {
  const url = new URL(`events?scenario=flood&rate=0&count=${FLOOD}`, location.href).href
  for (const [lane, run] of networkLanes)
    await runLane(results.network, lane, run, [url], { amount: FLOOD, events: FLOOD, unit: 'eventsRate' })
}

async function start() {
  running = true
  results = { lanes: {}, network: {} }
  verdict = undefined
  draw()
  await breathe()
  await raceInMemory()
  if (await hasServer()) await raceOverNetwork()
  running = false
  draw()
}

export function startRace() {
  $('start').onclick = start
  addEventListener('weir-speak', async () => {
    fillSelect($('shape'), SHAPES.map(([value, key]) => [value, t(key)]))
    draw()
    const server = await hasServer()
    $('network-why').textContent = server ? t('networkWhy', { n: number(FLOOD) }) : t('networkMissing')
    $('network-lanes').hidden = !server
  })
}
