// SPDX-License-Identifier: MIT
import uPlot from 'uplot'
import { t } from './strings.js'

const SECONDS = 120

/** Events a second, over the last two minutes. */
export class RateChart {
  constructor(element, tell) {
    this.element = element
    this.tell = tell
    this.total = this.before = 0
    this.seconds = Array.from({ length: SECONDS }, (_, i) => i - SECONDS + 1)
    this.rates = this.seconds.map(() => null)
    setInterval(() => this.tick(), 1000)
    new ResizeObserver(() => this.plot?.setSize(this.place())).observe(element)
  }

  setTotal(total) {
    if (total < this.total) this.before = 0
    this.total = total
  }

  tick() {
    const rate = this.total - this.before
    this.before = this.total
    if (rate || this.rates.some(value => value !== null)) this.rates = [...this.rates.slice(1), rate]
    this.tell(rate)
    this.plot?.setData([this.seconds, this.rates])
  }

  place() {
    return { width: Math.max(120, this.element.clientWidth), height: Math.max(60, this.element.clientHeight) }
  }

  /** Makes a new plot in the page's colours and language. */
  draw() {
    const style = getComputedStyle(document.documentElement)
    const colour = name => style.getPropertyValue(name).trim()
    const axis = { stroke: colour('--muted'), font: `11px ${colour('--sans')}`, ticks: { show: false } }
    this.plot?.destroy()
    this.plot = new uPlot({
      ...this.place(),
      legend: { show: false },
      cursor: { show: false },
      padding: [8, 4, 0, 0],
      scales: { x: { time: false }, y: { range: (_, low, high) => [0, Math.max(5, (high ?? 0) * 1.15)] } },
      axes: [
        { ...axis, size: 22, grid: { show: false }, values: (_, values) => values.map(value => `${value} s`), splits: () => [-90, -60, -30] },
        { ...axis, size: 44, grid: { stroke: colour('--line'), width: 1 }, space: 30 },
      ],
      series: [{}, { label: t('eventsPerSecond'), stroke: colour('--accent'), fill: colour('--wash'), width: 2, points: { show: false } }],
    }, [this.seconds, this.rates], this.element)
  }
}
