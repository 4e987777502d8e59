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

test('a stream too long for memory drops its oldest rows, and reports it', async () => {
  const page = await openPage(address);
  await connect(page, 'events?scenario=flood&rate=0&count=230000');
  await waitForEvents(page, '230,000');
  await page.waitForSelector('#notice:not([hidden])');
  assert.match(await page.textContent('#notice'), /oldest rows were dropped/);
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

test('a stream that ends is reconnected after its last event', async () => {
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
  ['what is not an address', 'http://', 'badUrl'],
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

test('a server that asks for a token is reported, and a header with any text is sent', async () => {
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

test('an invalid header gets one clear sentence', async () => {
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

test('a link fills the address and does not connect', async () => {
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    response.writeHead(200, { 'Content-Type': 'text/html', 'Access-Control-Allow-Origin': '*' }).end();
  }).listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));
  const target = `http://127.0.0.1:${server.address().port}/events?a=1&b=2`;
  const page = await openPage(address);
  await page.click('#more');
  await page.fill('#headers', 'Authorization: Bearer secret');
  await page.goto(`${address}?url=${encodeURIComponent(target)}`);
  await page.waitForSelector('body[data-ready]');
  assert.equal(await page.inputValue('#url'), target);
  assert.equal(await page.inputValue('#headers'), '');
  assert.equal(await page.getAttribute('#state', 'data-state'), 'idle');
  assert.equal(requests, 0);
  await page.click('#connect');
  await waitForState(page, 'badType');
  assert.equal(requests, 1);
  server.close();
});

test('what was typed survives a reload, and never enters the address bar', async () => {
  const page = await openPage(address);
  await page.fill('#url', 'events?scenario=meeting&rate=0&count=3&token=secret');
  await page.click('#more');
  await page.selectOption('#method', 'POST');
  await page.fill('#headers', 'X-Token: secret');
  await page.fill('#body', '{"a":1}');
  await connect(page, 'events?scenario=meeting&rate=0&count=3&token=secret');
  await page.waitForSelector('#state:not([data-state="idle"])');
  assert.doesNotMatch(page.url(), /secret|token/);
  await page.reload();
  await page.waitForSelector('body[data-ready]');
  assert.deepEqual(await Promise.all(['#method', '#url', '#headers', '#body'].map(field => page.inputValue(field))),
    ['POST', 'events?scenario=meeting&rate=0&count=3&token=secret', 'X-Token: secret', '{"a":1}']);
  assert.ok(await page.isVisible('#details'));
  assert.equal(await page.isChecked('#reconnect'), false);
});

test('a link to the page has the address, without password and headers', async () => {
  const page = await openPage(address, { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.click('#more');
  await page.fill('#headers', 'X-Token: secret');
  await page.fill('#url', 'https://me:secret@example.org/events?a=1');
  await page.click('#link');
  await page.waitForFunction(() => document.getElementById('link').textContent === 'Copied');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(link, `${address}?url=${encodeURIComponent('https://example.org/events?a=1')}#/live`);
});

test('Enter on a new address switches to it, and the button disconnects from the same one', async () => {
  const page = await openPage(address);
  await connect(page, 'events?scenario=metrics&rate=50');
  await waitForState(page, 'open');
  assert.equal(await page.textContent('#connect'), 'Disconnect');
  await page.fill('#url', 'events?scenario=meeting&rate=0&count=7');
  assert.equal(await page.textContent('#connect'), 'Connect');
  await page.press('#url', 'Enter');
  await waitForState(page, 'ended');
  await waitForEvents(page, '7');
  assert.deepEqual(page.complaints, []);
});

test('sections are addresses: links, back and forward', async () => {
  const page = await openPage(`${address}#/playground`);
  assert.ok(await page.isVisible('#playground'));
  await page.click('#tab-race');
  assert.ok(page.url().endsWith('#/race'));
  await page.goBack();
  await page.waitForSelector('#playground:not([hidden])');
  await page.evaluate(() => (location.hash = '#/live'));
  await page.waitForSelector('#live:not([hidden])');
});

const bytesOf = text => Buffer.from(text);
const har = entries => bytesOf(JSON.stringify({ log: { version: '1.2', entries } }));
const entry = (url, mimeType, text, encoding) => ({ request: { url }, response: { status: 200, headers: [], content: { mimeType, text, encoding } } });

test('a file is read: an event stream, and the streams in a HAR', async () => {
  const page = await openPage(address);
  const open = (name, buffer) => page.setInputFiles('#file', { name, mimeType: 'text/plain', buffer });
  await open('a.sse', bytesOf('id: 1\ndata: 一\n\ndata: 二\n\n'));
  await waitForState(page, 'fileEnded');
  await waitForEvents(page, '2');
  const base64 = bytesOf('data: 三\n\n').toString('base64');
  await open('b.har', har([entry('https://a/', 'text/html', '<p>'), entry('https://b/', 'text/event-stream', base64, 'base64'), entry('https://c/', 'text/event-stream; charset=utf-8', 'data: 四\n\ndata: 五\n\n')]));
  await waitForEvents(page, '3');
  assert.match(await page.textContent('#state-text'), /https:\/\/c\//);
  await open('c.har', har([entry('https://a/', 'text/html', '<p>')]));
  await waitForState(page, 'noStreamInHar');
  for (const [name, buffer] of [['d.json', bytesOf('{"a":1}')], ['e.bin', Buffer.from([1, 0, 2])]]) {
    await open(name, buffer);
    await page.waitForFunction(name => document.getElementById('state-text').textContent.startsWith(name), name);
    assert.equal(await page.getAttribute('#state', 'data-state'), 'notAStream');
  }
  assert.deepEqual(page.complaints, []);
});

test('a file can be dropped anywhere', async () => {
  const page = await openPage(`${address}#/race`);
  const drop = type => page.evaluate(type => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['data: dropped\n\n'], 'x.sse'));
    dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
  }, type);
  await drop('dragover');
  assert.ok(await page.isVisible('.drop'));
  await drop('drop');
  await page.waitForSelector('#live:not([hidden])');
  await waitForEvents(page, '1');
  assert.ok(await page.isHidden('.drop'));
});

const json = (...values) => values.map(value => `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`).join('');
const chat = (delta, finish) => ({ choices: [{ index: 0, delta, finish_reason: finish ?? null }] });

for (const [what, stream, text, end] of [
  ['OpenAI, Chat Completions', json(chat({ role: 'assistant', content: '' }), chat({ content: 'The dam' }), chat({ content: ' holds.' }), chat({}, 'stop'), '[DONE]'), 'The dam holds.', 'finished: stop'],
  ['OpenAI, tool calls', json(chat({ tool_calls: [{ index: 0, id: 'a', function: { name: 'list', arguments: '' } }] }), chat({ tool_calls: [{ index: 0, function: { name: '', arguments: '{"n":' } }] }), chat({ tool_calls: [{ index: 0, function: { arguments: '1}' } }] }), chat({}, 'tool_calls')), 'list ({"n":1})', 'finished: tool_calls'],
  ['OpenAI, Responses', json({ type: 'response.created' }, { type: 'response.output_text.delta', delta: '你' }, { type: 'response.output_text.delta', delta: '好' }, { type: 'response.completed', response: { status: 'completed' } }), '你好', 'finished: completed'],
  ['Anthropic', json({ type: 'message_start' }, { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm. ' } }, { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Yes' } }, { type: 'message_delta', delta: { stop_reason: 'end_turn' } }, { type: 'message_stop' }), 'Hm. Yes', 'finished: end_turn'],
  ['Gemini', json({ candidates: [{ content: { parts: [{ text: 'O' }] } }] }, { candidates: [{ content: { parts: [{ text: 'K' }] }, finishReason: 'STOP' }] }), 'OK', 'finished: STOP'],
  ['Mistral, content as parts', json(chat({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: '2+3' }] }] }), chat({ content: 'Five.' }, 'stop')), '2+3Five.', 'finished: stop'],
  ['the second one in a stream', json(chat({ content: 'One' }, 'stop'), { choices: [], usage: {} }, '[DONE]', chat({ content: 'Two' }, 'length')), 'Two', 'incomplete: length'],
  ['one that is cut off', json(chat({ content: 'The d' })), 'The d', 'cut off: the stream ended without finish_reason, [DONE]'],
  ['one that fails', json(chat({ content: 'The d' }), { error: { message: 'overloaded' } }), 'The d', 'error: overloaded'],
  ['one that is blocked', json({ promptFeedback: { blockReason: 'SAFETY' } }), '', 'blocked: SAFETY'],
])
  test(`the answer of a model is assembled: ${what}`, async () => {
    const page = await openPage(address);
    await page.setInputFiles('#file', { name: 'a.sse', mimeType: 'text/plain', buffer: bytesOf(stream) });
    await waitForState(page, 'fileEnded');
    await page.waitForFunction(end => document.getElementById('answer-end').textContent === end, end);
    assert.equal(await page.locator('#answer-text').textContent(), text);
  });

test('other streams have no answer', async () => {
  const page = await openPage(address);
  await connect(page, 'events?scenario=meeting&rate=0&count=30');
  await waitForState(page, 'ended');
  assert.ok(await page.isHidden('#answer'));
});
