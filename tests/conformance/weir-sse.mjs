// SPDX-License-Identifier: MIT
// The conformance cases, read by weir-sse in Node.
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { loadCases } from './cases.mjs';
import { check } from './weir-sse-check.mjs';
import { readEveryWay } from './weir-sse-read.mjs';

const { createParser } = await import(pathToFileURL(`${process.env.WEIR_SSE}/dist/index.js`));

for (const current of loadCases(process.env.WEIR_CASES))
  test(current.path, () => check(current, readEveryWay(createParser, current.stream, current.options)));
