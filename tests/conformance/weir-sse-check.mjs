// SPDX-License-Identifier: MIT
// What weir-sse must say of a case, wherever it runs.
import assert from 'node:assert/strict';
import { writeItem } from './cases.mjs';

// What its callbacks do not tell: the ranges of comments and retries, a comment's space, a finding's id.
function untold (item) {
  if (/^(comment|retry) /.test(item))
    return item.replace(/ \d+\.\.\d+/, '').replace(/^comment text=" /, 'comment text="');
  return item.startsWith('finding ') ? item.replace(/ id="[^"]*"$/, '') : item;
}

export function check (current, results) {
  const expected = current.items.map(untold);
  for (const [how, items] of results)
    assert.deepEqual(items.map(writeItem), expected, how);
}
