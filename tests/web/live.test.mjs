// SPDX-License-Identifier: MIT
// The live section, on weir-feed's streams.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { before, test } from 'node:test';
import { openPage, serveByFeed } from './page.mjs';

let address;

before(async () => {
  address = await serveByFeed();
});

async function connect (page, path) {
  await page.fill('#url', path);
  await page.locator('#reconnect').evaluate(box => (box.checked = false));
  await page.click('#connect');
}

const waitForEvents = (page, n) => page.waitForFunction(wanted => document.getElementById('n-events').textContent === wanted, n);
const waitForState = (page, state) => page.waitForSelector(`#state[data-state="${state}"]`);

async function exportAs (page, format) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.selectOption('#export', format)]);
  assert.equal(download.suggestedFilename(), `events.${format}`);
  return readFile(await download.path(), 'utf8');
}

test('a stream is read to its end, counted and shown', async () => {
  const page = await openPage(address);
  await connect(page, 'events?scenario=meeting&rate=0&count=300');
  await waitForEvents(page, '300');
  await waitForState(page, 'ended');
  assert.match(await page.textContent('#state-text'), /ended/);
  assert.notEqual(await page.textContent('#n-bytes'), '0 B');
  assert.ok(await page.locator('#list .row.event').count() > 5);
  assert.deepEqual(page.complaints, []);
  assert.deepEqual(page.strangers, []);
});

test('the list has elements only for what can be seen, however long it is', async () => {
  const page = await openPage(address);
  await connect(page, 'events?scenario=flood&rate=0&count=50000');
  await waitForEvents(page, '50,000');
  assert.ok(await page.locator('#list .row').count() < 80);
  assert.ok(await page.locator('#list .space').evaluate(space => space.clientHeight) > 1000000);
  await page.locator('#list').evaluate(list => (list.scrollTop = list.scrollHeight / 2));
  await page.waitForFunction(() => Math.abs(document.querySelector('#list .row').dataset.at - 25000) < 100);
});

test('a stream too long for memory lets its oldest rows go, and says so', async () => {
  const page = await openPage(address);
  await connect(page, 'events?scenario=flood&rate=0&count=230000');
  await waitForEvents(page, '230,000');
  await page.waitForSelector('#notice:not([hidden])');
  assert.match(await page.textContent('#notice'), /oldest rows were let go/);
});

test('following stops when a row is chosen, and the list stays where it is', async () => {
  const page = await openPage(address);
  await connect(page, 'events?scenario=metrics&rate=200');
  await page.waitForSelector('#list .row.event');
  await page.locator('#list').focus();
  await page.keyboard.press('Home');
  await page.waitForFunction(() => !document.getElementById('follow').checked);
  const before = Number((await page.textContent('#n-events')).replace(/,/g, ''));
  await page.waitForFunction(n => Number(document.getElementById('n-events').textContent.replace(/,/g, '')) > n + 50, before);
  assert.equal(await page.locator('#list').evaluate(list => list.scrollTop), 0);
  await page.check('#follow');
  await page.waitForFunction(() => {
    const list = document.getElementById('list');
    return list.scrollTop + list.clientHeight > list.scrollHeight - 60;
  });
});

test('the keyboard moves through the list, and the inspector follows', async () => {
  const page = await openPage(address);
  await connect(page, 'events?scenario=meeting&rate=0&count=50');
  await waitForState(page, 'ended');
  await page.locator('#list').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.waitForSelector('#row-2[aria-selected=true]');
  assert.equal(await page.getAttribute('#list', 'aria-activedescendant'), 'row-2');
  await page.waitForSelector('#inspector .json .name');
  await page.keyboard.press('End');
  await page.waitForFunction(() => /ended/.test(document.querySelector('#inspector pre').textContent));
});

test('the filter takes text, an expression and a type', async () => {
  const page = await openPage(address);
  await connect(page, 'events?scenario=demo&rate=0&count=400');
  await waitForEvents(page, '400');
  await waitForState(page, 'ended');
  // Rows are asked of the worker: those of before stand until its answer.
  const waitForRows = (part, pattern) => page.waitForFunction(([part, pattern]) => {
    const texts = [...document.querySelectorAll(`#list .row ${part}`)].map(element => element.textContent);
    return texts.length > 0 && texts.every(text => RegExp(pattern).test(text));
  }, [part, pattern]);
  const n = () => page.locator('#list .space').evaluate(space => space.clientHeight / 30);
  const all = await n();
  await page.fill('#filter', 'chatcmpl');
  await waitForRows('.text', 'chatcmpl');
  assert.ok(await n() < all);
  await page.fill('#filter', '/^no such text$/');
  await page.waitForSelector('#list[data-empty^="Nothing matches"]');
  assert.equal(await n(), 0);
  await page.fill('#filter', '/(/');
  await page.waitForSelector('#filter[aria-invalid=true]');
  await page.fill('#filter', '');
  await page.waitForSelector('#filter[aria-invalid=false]');
  const type = await page.locator('#type option').nth(1).getAttribute('value');
  await page.selectOption('#type', type);
  await waitForRows('.tag', `^${type}$`);
  assert.ok(await n() < all);
});

test('comments and findings are rows when they are wanted', async () => {
  const page = await openPage(address);
  await connect(page, 'events?scenario=demo&rate=0&count=100');
  await waitForState(page, 'ended');
  await page.check('#all');
  await page.fill('#filter', '');
  await page.locator('#list').focus();
  await page.keyboard.press('Home');
  await page.waitForSelector('#list .row.comment');
});

test('JSON is shown without a digit changed, and the rest as text', async () => {
  const data = '{"big":12345678901234567890,"price":1.10,"big":1e400,"text":"<b>\\u0000"}';
  const server = createServer((request, response) => response
    .writeHead(200, { 'Content-Type': 'text/event-stream', 'Access-Control-Allow-Origin': '*' })
    .end(`data: ${data}\n\ndata: <img src=x onerror=alert(1)>\n\n`)).listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const page = await openPage(address);
  await connect(page, `http://127.0.0.1:${server.address().port}/`);
  await waitForState(page, 'ended');
  await page.locator('#list .row.event').first().click();
  await page.waitForSelector('#inspector .json');
  const shown = await page.textContent('#inspector .json');
  assert.equal(shown.replace(/\s+/g, ''), data);
  await page.locator('#list .row.event').nth(1).click();
  await page.waitForFunction(() => document.querySelector('#inspector pre').textContent.startsWith('<img'));
  assert.equal(await page.locator('main img').count(), 0);
  server.close();
});

test('what is listed is exported as NDJSON, CSV and a stream', async () => {
  const page = await openPage(address);
  await connect(page, 'events?scenario=meeting&rate=0&count=40');
  await waitForState(page, 'ended');
  const lines = (await exportAs(page, 'ndjson')).trim().split('\n').map(line => JSON.parse(line));
  assert.equal(lines.length, 40);
  assert.equal(lines[0].kind, 'event');
  assert.equal((await exportAs(page, 'csv')).split('\r\n').filter(line => /^"\d/.test(line)).length, 40);
  const stream = await exportAs(page, 'sse');
  assert.equal(stream.split('\n\n').length - 1, 40);
  assert.match(stream, /[一-鿿]/);
});

test('method, headers and body are sent', async () => {
  let heard;
  const server = createServer((request, response) => {
    const cors = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*, Authorization', 'Access-Control-Allow-Methods': '*' };
    if (request.method === 'OPTIONS')
      return response.writeHead(204, cors).end();
    let body = '';
    request.on('data', bytes => (body += bytes)).on('end', () => {
      heard = { method: request.method, authorization: request.headers.authorization, body };
      response.writeHead(200, { 'Content-Type': 'text/event-stream', ...cors }).end('data: thanks\n\n');
    });
  }).listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const page = await openPage(address);
  await page.click('#more');
  await page.selectOption('#method', 'POST');
  await page.fill('#headers', 'Authorization: Bearer secret');
  await page.fill('#body', '{"stream":true}');
  await connect(page, `http://127.0.0.1:${server.address().port}/`);
  await waitForEvents(page, '1');
  assert.deepEqual(heard, { method: 'POST', authorization: 'Bearer secret', body: '{"stream":true}' });
  server.close();
});

test('a stream that ends is connected again, behind its last event', async () => {
  const ids = [];
  const server = createServer((request, response) => {
    const cors = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*' };
    if (request.method === 'OPTIONS')
      return response.writeHead(204, cors).end();
    ids.push(request.headers['last-event-id']);
    if (ids.length > 2)
      return response.writeHead(204, cors).end();
    response.writeHead(200, { 'Content-Type': 'text/event-stream', ...cors }).end(`retry: 10\nid: 第${ids.length}\ndata: a\n\n`);
  }).listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const page = await openPage(address);
  await page.fill('#url', `http://127.0.0.1:${server.address().port}/`);
  await page.click('#connect');
  await waitForState(page, 'noContent');
  assert.deepEqual(ids.map(id => id && Buffer.from(id, 'latin1').toString()), [undefined, '第1', '第2']);
  server.close();
});

for (const [what, url, state] of [
  ['an address that is none', 'http://', 'badUrl'],
  ['a page instead of a stream', 'index.html', 'badType'],
  ['a path that is not there', 'nowhere', 'badStatusTold'],
  ['an address that is no web page\'s', 'ftp://x/', 'badScheme'],
  ['a query that the server does not know', 'events?scenario=nosuch', 'badStatusTold'],
  ['a connection that breaks', 'events?fault=rst', 'broken'],
  ['a server that is not there', 'http://127.0.0.1:1/', 'unreachable'],
])
  test(`${what} gets one clear sentence`, async () => {
    const page = await openPage(address);
    await connect(page, url);
    await waitForState(page, state);
    assert.match(await page.textContent('#state-text'), /\.$|\?$|\)\?$|http:\/\/$|ftp:\/\/x\/$/);
    assert.equal(await page.textContent('#connect'), 'Connect');
  });

test('a server that asks for a token is said to, and a header of any text is sent', async () => {
  const heard = [];
  const server = createServer((request, response) => {
    const cors = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': '*, Authorization' };
    if (request.method === 'OPTIONS')
      return response.writeHead(204, cors).end();
    heard.push(Buffer.from(request.headers.authorization ?? '', 'latin1').toString());
    response.writeHead(401, { 'Content-Type': 'text/plain', ...cors }).end('Who are you?');
  }).listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const page = await openPage(address);
  await page.click('#more');
  await page.fill('#headers', 'Authorization: Bearer …');
  await connect(page, `http://127.0.0.1:${server.address().port}/`);
  await waitForState(page, 'badToken');
  assert.match(await page.textContent('#state-text'), /401.*Authorization/);
  assert.deepEqual(heard, ['Bearer …']);
  server.close();
});

test('a header that is none gets one clear sentence', async () => {
  const page = await openPage(address);
  await page.click('#more');
  await page.fill('#headers', 'no colon here');
  await connect(page, 'events');
  await waitForState(page, 'badHeader');
  assert.match(await page.textContent('#state-text'), /no colon here/);
});

test('the chart and the rate move while events come', async () => {
  const page = await openPage(address);
  await connect(page, 'events?scenario=metrics&rate=50');
  await page.waitForFunction(() => Number(document.getElementById('n-rate').textContent) > 20);
  assert.equal(await page.locator('#chart canvas').count(), 1);
  await page.click('#connect');
  await waitForState(page, 'closed');
});
