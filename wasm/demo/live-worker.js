// SPDX-License-Identifier: MIT
// Reads a stream, keeps its rows and filters them, outside the page's own thread.
import { AnswerReader } from 'weir-sse/answer'
import { RowStore } from './row-store.js'
import { sampleStream } from './sample-stream.js'
import { StreamReader } from './stream-reader.js'

const TICK = 60

const store = new RowStore()
let answers = new AnswerReader()
const reader = new StreamReader({ changed, add, sample: sampleStream })
let isDue = false

function add(row) {
  if (row.kind === 'event') answers.take(row)
  else if (row.kind === 'state' && row.state === 'open') answers = new AnswerReader()
  else if (row.kind === 'state') answers.end()
  store.add(row)
}

/** Reports changes, a few times a second and never more often. */
function changed() {
  if (isDue) return
  isDue = true
  setTimeout(() => {
    isDue = false
    postMessage({ report: 'summary', ...store.summary(), state: reader.state, bytes: reader.bytes, answer: answers.answer })
  }, TICK)
}

function clear() {
  store.clear()
  answers = new AnswerReader()
  reader.bytes = 0
}

const commands = {
  open({ request, isOther }) {
    if (isOther) clear()
    reader.open(request)
  },
  openFile({ streams }) {
    clear()
    reader.openFile(streams)
  },
  close: () => reader.close(),
  clear,
  filter: ({ filter }) => store.setFilter(filter, changed),
  rows: ({ from, to }) => postMessage({ report: 'rows', from, rows: store.preview(from, to) }),
  row: ({ at }) => postMessage({ report: 'row', at, row: store.at(at) }),
  export: ({ format }) => postMessage({ report: 'export', format, blob: store.export(format) }),
}

onmessage = ({ data }) => {
  commands[data.command](data)
  if (!['rows', 'row', 'export'].includes(data.command)) changed()
}
