// SPDX-License-Identifier: MIT
import { make } from './dom.js'

const HEIGHT = 30
const BEYOND = 8

/**
 * A list of any length with as many elements as fit on the screen. It asks for
 * the rows it shows and is given them later.
 */
export class VirtualList {
  /** ask (from, to) requests rows; fill (element, row) draws one; chosen (at) reports a selection. */
  constructor(element, { ask, fill, chosen, scrolled }) {
    Object.assign(this, { element, ask, fill, chosen, scrolled })
    this.count = 0
    this.selected = -1
    this.space = make('div', { className: 'space', role: 'presentation' })
    this.rows = new Map()
    this.follow = true
    element.append(this.space)
    element.addEventListener('scroll', () => this.onScroll())
    element.addEventListener('keydown', event => this.onKey(event))
    element.addEventListener('click', event => {
      const row = event.target.closest('[role=option]')
      if (row) this.select(Number(row.dataset.at))
    })
    new ResizeObserver(() => this.setCount(this.count)).observe(element)
  }

  /** Which rows are wanted. */
  window() {
    const { scrollTop, clientHeight } = this.element
    const from = Math.max(0, Math.floor(scrollTop / HEIGHT) - BEYOND)
    return [from, Math.min(this.count, Math.ceil((scrollTop + clientHeight) / HEIGHT) + BEYOND)]
  }

  setCount(count) {
    this.count = count
    this.space.style.height = `${count * HEIGHT}px`
    this.placed()
    if (this.follow) this.toEnd()
    this.draw()
  }

  toEnd() {
    this.element.scrollTop = this.count * HEIGHT
    this.placed()
  }

  /** Remembers a position that the list set itself, so that its scroll event does not count as the reader's. */
  placed() {
    this.place = this.element.scrollTop
  }

  draw() {
    const [from, to] = this.window()
    if (to > from) this.ask(from, to)
    else this.show(0, [])
  }

  /** Takes the rows that were asked for. */
  show(from, rows) {
    for (const [at, element] of this.rows)
      if (at < from || at >= from + rows.length) {
        element.remove()
        this.rows.delete(at)
      }
    rows.forEach((row, i) => {
      const at = from + i
      let element = this.rows.get(at)
      if (!element) {
        element = make('div', { id: `row-${at}`, role: 'option' })
        element.dataset.at = at
        element.style.transform = `translateY(${at * HEIGHT}px)`
        this.rows.set(at, element)
        this.space.append(element)
      }
      element.setAttribute('aria-posinset', at + 1)
      element.setAttribute('aria-setsize', this.count)
      element.setAttribute('aria-selected', at === this.selected)
      this.fill(element, row)
    })
  }

  onScroll() {
    const { scrollTop, clientHeight } = this.element
    const atEnd = scrollTop + clientHeight >= this.count * HEIGHT - HEIGHT / 2
    if (scrollTop !== this.place) {
      this.place = undefined
      this.scrolled(atEnd)
    }
    this.draw()
  }

  select(at) {
    if (at < 0 || at >= this.count) return
    this.selected = at
    this.element.setAttribute('aria-activedescendant', `row-${at}`)
    const { scrollTop, clientHeight } = this.element
    if (at * HEIGHT < scrollTop) this.element.scrollTop = at * HEIGHT
    else if ((at + 1) * HEIGHT > scrollTop + clientHeight) this.element.scrollTop = (at + 1) * HEIGHT - clientHeight
    this.placed()
    this.draw()
    this.chosen(at)
  }

  unselect() {
    this.selected = -1
    this.element.removeAttribute('aria-activedescendant')
  }

  onKey(event) {
    const page = Math.floor(this.element.clientHeight / HEIGHT) - 1
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -this.count, End: this.count }
    const step = steps[event.key]
    if (!step) return
    event.preventDefault()
    const now = this.selected < 0 ? (step > 0 ? -1 : this.count) : this.selected
    this.select(Math.max(0, Math.min(this.count - 1, now + step)))
  }
}
