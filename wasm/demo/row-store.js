// SPDX-License-Identifier: MIT

const LIMIT = 200000
const SLICE = 20000
const PREVIEW = 240

const writers = {
  ndjson: row => JSON.stringify(toPlain(row)) + '\n',
  csv: row => [row.number, new Date(row.time).toISOString(), row.kind, row.type, row.id, row.data].map(toCell).join(',') + '\r\n',
  sse: toStream,
}

const heads = { ndjson: '', csv: 'number,time,kind,type,id,data\r\n', sse: '' }
const types = { ndjson: 'application/x-ndjson', csv: 'text/csv', sse: 'text/event-stream' }

function toPlain({ number, time, kind, type, id, data }) {
  return { number, time: new Date(time).toISOString(), kind, type, lastEventId: id, data }
}

/** Spreadsheets take what begins with these for a formula: a quote before it keeps it text. */
function toCell(value = '') {
  const text = String(value)
  return `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
}

function toStream({ kind, type, id, data }) {
  if (kind === 'comment') return `: ${data}\n\n`
  if (kind !== 'event') return ''
  const lines = data.split('\n').map(line => `data: ${line}\n`)
  return `${id ? `id: ${id}\n` : ''}${type === 'message' ? '' : `event: ${type}\n`}${lines.join('')}\n`
}

/** The rows of a stream: the last LIMIT of them, and which of those match the filter. */
export class RowStore {
  constructor() {
    this.filter = { text: '', type: '', all: false }
    this.clear()
  }

  clear() {
    this.rows = []
    /** The number of the first row that is kept. */
    this.first = 0
    this.matches = []
    this.types = new Map()
    this.events = this.findings = 0
  }

  add(row) {
    row.number = this.first + this.rows.length
    row.time = Date.now()
    this.rows.push(row)
    if (row.kind === 'event') {
      this.events++
      this.types.set(row.type, (this.types.get(row.type) ?? 0) + 1)
    } else if (row.kind === 'finding') this.findings++
    if (!this.searching && this.accepts(row)) this.matches.push(row.number)
    if (this.rows.length > LIMIT * 1.1) this.drop(this.rows.length - LIMIT)
  }

  drop(n) {
    this.rows.splice(0, n)
    this.first += n
    this.matches.splice(0, this.matches.findIndex(number => number >= this.first))
  }

  accepts(row) {
    const { type, all, test } = this.filter
    if (!all && (row.kind === 'comment' || row.kind === 'finding' || row.kind === 'retry')) return false
    if (type && (row.kind !== 'event' || row.type !== type)) return false
    return !test || (row.kind !== 'state' && (test(row.data) || test(row.type ?? '') || test(row.id ?? '')))
  }

  /** Looks through all rows in slices, so that reading goes on meanwhile. */
  async setFilter({ text, pattern, type, all }, changed) {
    let test
    if (pattern !== undefined) {
      const expression = new RegExp(pattern, 'i')
      test = value => expression.test(value)
    } else if (text) {
      const small = text.toLowerCase()
      test = value => value.toLowerCase().includes(small)
    }
    const search = (this.searching = {})
    this.filter = { type, all, test }
    this.matches = []
    for (let number = this.first; number < this.first + this.rows.length; number++) {
      if (number < this.first) number = this.first
      if (this.accepts(this.rows[number - this.first])) this.matches.push(number)
      if (number % SLICE !== SLICE - 1) continue
      changed()
      await new Promise(resolve => setTimeout(resolve))
      if (search !== this.searching) return
    }
    this.searching = undefined
    changed()
  }

  summary() {
    const types = [...this.types].sort((a, b) => b[1] - a[1]).slice(0, 100)
    return { count: this.matches.length, dropped: this.first, limit: LIMIT, events: this.events, findings: this.findings, types }
  }

  at(place) {
    return this.rows[this.matches[place] - this.first]
  }

  /** Rows as the list shows them: the beginning of their text on one line. */
  preview(from, to) {
    return this.matches.slice(from, to).map(number => {
      const row = this.rows[number - this.first]
      return row.data === undefined ? row : { ...row, data: row.data.slice(0, PREVIEW).replace(/\s+/g, ' ') }
    })
  }

  /** The rows that match, as a file. */
  export(format) {
    const parts = [heads[format]]
    for (const number of this.matches) {
      const row = this.rows[number - this.first]
      if (row.kind !== 'state') parts.push(writers[format](row))
    }
    return new Blob(parts, { type: types[format] })
  }
}
