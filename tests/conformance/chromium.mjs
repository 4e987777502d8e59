// SPDX-License-Identifier: MIT
// The conformance cases, read by Chromium's own EventSource: it judges the expectations.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { launchChromium } from '../web/browser.mjs';
import { eventsOf, loadCases, writeItem } from './cases.mjs';
import { runWeirTail } from './run-weir-tail.mjs';

const cases = loadCases(process.env.WEIR_CASES);
let server, browser, page, origin;

function answer (request, response) {
  const number = Number(request.url.slice(1));
  if (!number)
    return response.setHeader('Content-Type', 'text/html').end('<!DOCTYPE html>');
  response.setHeader('Content-Type', 'text/event-stream').end(cases[number - 1].stream);
}

before(async () => {
  server = createServer(answer).listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  origin = `http://127.0.0.1:${server.address().port}`;
  browser = await launchChromium();
  page = await browser.newPage();
  await page.goto(origin);
});

after(async () => {
  await browser?.close();
  server.closeAllConnections();
  server.close();
});

// In the page. The connection's own events are no MessageEvents, whatever a stream calls its types.
function listen ({ url, types }) {
  return new Promise(resolve => {
    const source = new EventSource(url), events = [];
    const take = event => {
      if (event instanceof MessageEvent)
        events.push({ kind: 'event', type: event.type, data: event.data, id: event.lastEventId });
      else if (event.type === 'error') {
        source.close();
        resolve(events);
      }
    };
    for (const type of types)
      source.addEventListener(type, take);
  });
}

// An EventSource hears only the types that it listens for: those that the case names, that weir-tail
// names, and whatever stands behind "event:" anywhere.
async function typesToListenFor (current) {
  const types = new Set(['message', 'error', 'open']);
  const heard = await runWeirTail(current.stream, []);
  for (const item of heard.items)
    if (item.kind === 'event')
      types.add(item.type);
  for (const [, value] of current.stream.toString().matchAll(/event:([^\r\n]*)/g))
    types.add(value).add(value.replace(/^ /, ''));
  return [...types];
}

for (const [i, current] of cases.entries()) {
  if (Object.keys(current.options).length > 0)
    continue;
  test(current.path, async () => {
    const types = await typesToListenFor(current);
    const events = await page.evaluate(listen, { url: `${origin}/${i + 1}`, types });
    assert.deepEqual(events.map(writeItem), current.chromium ?? eventsOf(current.items));
  });
}
