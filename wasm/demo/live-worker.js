// SPDX-License-Identifier: MIT
// Reads a stream, keeps its rows and filters them, away from the page's own thread.
import { sampleStream } from './sample-stream.js'
import { RowStore } from './row-store.js'
import { StreamReader } from './stream-reader.js'

const TICK = 60

const store = new RowStore()
const reader = new StreamReader(changed, row => store.add(row), sampleStream)
let due = false

/** Says what is new, a few times a second and never more often. */
function changed() {
  if (due) return
  due = true
  setTimeout(() => {
    due = false
    postMessage({ say: 'summary', ...store.summary(), state: reader.state, bytes: reader.bytes })
  }, TICK)
}

const wishes = {
  open: ({ request }) => reader.open(request),
  close: () => reader.close(),
  clear: () => store.clear(),
  filter: ({ filter }) => store.setFilter(filter, changed),
  rows: ({ from, to }) => postMessage({ say: 'rows', from, rows: store.preview(from, to) }),
  row: ({ at }) => postMessage({ say: 'row', at, row: store.at(at) }),
  export: ({ format }) => postMessage({ say: 'export', format, blob: store.export(format) }),
}

onmessage = ({ data }) => {
  wishes[data.wish](data)
  if (!['rows', 'row', 'export'].includes(data.wish)) changed()
}
