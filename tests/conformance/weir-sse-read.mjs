// SPDX-License-Identifier: MIT
// A case as weir-sse reads it, in Node and in a browser: the items of every way to feed it.

const MOST_SPLITS = 512;
const RANDOM_CHUNKINGS = 20;

function makeRandom (seed) {
  return () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

function* cutEvery (chunk, size) {
  for (let at = 0; at < chunk.length; at += size)
    yield chunk.slice(at, at + size);
}

function* cutAtRandom (chunk, random) {
  for (let at = 0; at < chunk.length;) {
    const size = 1 + Math.floor(random() * (random() < 0.1 ? 300 : 9));
    yield chunk.slice(at, at + size);
    at += size;
  }
}

// [name, chunks] of every way to cut it; a string is cut between UTF-16 units.
function* chunkings (whole, name) {
  const random = makeRandom(7);
  yield [`${name}, whole`, [whole]];
  yield [`${name}, one by one`, cutEvery(whole, 1)];
  const step = Math.max(1, Math.ceil(whole.length / MOST_SPLITS));
  for (let at = 1; at < whole.length; at += step)
    yield [`${name}, cut at ${at}`, [whole.slice(0, at), whole.slice(at)]];
  for (let i = 0; i < RANDOM_CHUNKINGS; i++)
    yield [`${name}, random ${i}`, cutAtRandom(whole, random)];
}

// Comments and retries come without a range, comments without their space: the peer's callbacks have neither.
function read (createParser, chunks, options, lazy) {
  const { flush, ...config } = options;
  const items = [];
  let stopped = false;
  const parser = createParser({
    ...config,
    lazy,
    ranges: true,
    onEvent: event => items.push(event),
    onComment: text => items.push({ kind: 'comment', text }),
    onRetry: ms => items.push({ kind: 'retry', ms }),
    onFinding: ({ code, line, begin, end }) => items.push({ kind: 'finding', code, text: line, begin, end }),
    onError: error => (stopped ||= error.type === 'max-buffer-size-exceeded'),
  });
  for (const chunk of chunks)
    if (!stopped)
      parser.feed(chunk);
  if (!stopped)
    parser.end({ flush });
  // Events are looked at last: lazy ones must still be what they were.
  const plain = items.map(item => item.kind ? item
    : { kind: 'event', type: item.type, data: item.data, id: item.lastEventId, begin: item.begin, end: item.end });
  return stopped ? [...plain, { kind: 'stop' }] : plain;
}

function textOf (bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

// [how, items] of each result that differs from those before: one where all is well.
export function readEveryWay (createParser, bytes, options) {
  const results = new Map();
  const text = textOf(bytes);
  for (const lazy of [false, true])
    for (const [whole, name] of text === undefined ? [[bytes, 'bytes']] : [[bytes, 'bytes'], [text, 'strings']])
      for (const [how, chunks] of chunkings(whole, lazy ? `${name}, lazy` : name)) {
        const items = read(createParser, chunks, options, lazy);
        const key = JSON.stringify(items);
        if (!results.has(key))
          results.set(key, [how, items]);
      }
  return [...results.values()];
}
