// SPDX-License-Identifier: MIT
// The conformance cases, read by weir-sse in Chromium.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launchChromium } from '../web/browser.mjs';
import { loadCases } from './cases.mjs';
import { check } from './weir-sse-check.mjs';

const cases = loadCases(process.env.WEIR_CASES);
const files = {
  '/weir-sse/index.js': `${process.env.WEIR_SSE}/dist/index.js`,
  '/weir-sse/lean.js': `${process.env.WEIR_SSE}/dist/lean.js`,
  '/weir-sse/wasm.js': `${process.env.WEIR_SSE}/dist/wasm.js`,
  '/weir-sse-read.mjs': fileURLToPath(new URL('weir-sse-read.mjs', import.meta.url)),
};
let server, browser, page;

function answer (request, response) {
  if (request.url === '/')
    return response.setHeader('Content-Type', 'text/html').end('<!DOCTYPE html>');
  if (!files[request.url])
    return response.writeHead(404).end();
  response.setHeader('Content-Type', 'text/javascript').end(readFileSync(files[request.url]));
}

before(async () => {
  server = createServer(answer).listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  browser = await launchChromium();
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.evaluate(async () => {
    const { createParser } = await import('/weir-sse/index.js');
    const { readEveryWay } = await import('/weir-sse-read.mjs');
    window.readCase = ({ stream, options }) => readEveryWay(createParser, Uint8Array.from(stream), options);
  });
});

after(async () => {
  await browser?.close();
  server.closeAllConnections();
  server.close();
});

for (const current of cases)
  test(current.path, async () => {
    const wanted = { stream: [...current.stream], options: current.options };
    check(current, await page.evaluate(wanted => window.readCase(wanted), wanted));
  });
