// SPDX-License-Identifier: MIT
// The conformance cases, read by weir-tail on its standard input.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadCases, writeItem } from './cases.mjs';
import { runWeirTail } from './run-weir-tail.mjs';

const CHUNKS = process.env.WEIR_TEST_SIZE === 'small' ? [7] : [1, 7, 65536];

function toArguments (options) {
  const names = Object.keys(options).map(name => [name, name.replace(/[A-Z]/g, c => `-${c.toLowerCase()}`)]);
  return names.map(([key, name]) => options[key] === true ? `--${name}` : `--${name}=${options[key]}`);
}

/** Whether there are bytes, and none of their lines is a field or a comment; or data, and no event. */
function isNoEventStream (stream, items) {
  const text = stream.toString('latin1').replace(/^\xef\xbb\xbf/, '');
  return stream.length > 0 && !/(^|[\r\n])(:|(data|event|id|retry)(:|[\r\n]|$))/.test(text)
    || /(^|[\r\n])data(:|[\r\n]|$)/.test(text) && !items.some(item => item.kind === 'event');
}

for (const current of loadCases(process.env.WEIR_CASES))
  test(current.path, async () => {
    for (const chunk of CHUNKS) {
      const heard = await runWeirTail(current.stream, [`--chunk=${chunk}`, ...toArguments(current.options)]);
      const items = heard.items.map(writeItem);
      if (heard.stopped)
        items.push('stop');
      assert.deepEqual(items, current.items, `in chunks of ${chunk}`);
      assert.equal(heard.status, heard.stopped || isNoEventStream(current.stream, heard.items) ? 1 : 0, heard.errors);
    }
  });
