// SPDX-License-Identifier: MIT
// The playground: bytes, cuts, items and findings.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { openPage, serveStatically } from './page.mjs';

let address;

before(async () => {
  address = await serveStatically();
});

async function open (stream) {
  const page = await openPage(address);
  await page.click('#tab-playground');
  if (stream !== undefined)
    await page.fill('#stream', stream);
  return page;
}

const tags = page => page.locator('#out li:not(.hint) .tag').allTextContents();

test('the first stream comes out item by item', async () => {
  const page = await open();
  assert.deepEqual(await tags(page), ['comment', 'reconnection time', 'message', 'update']);
  assert.match(await page.textContent('#proof'), /^✓/);
  await page.locator('#position').fill('0');
  assert.deepEqual(await tags(page), []);
  await page.click('#step');
  assert.deepEqual(await tags(page), ['comment']);
  await page.click('#back');
  assert.deepEqual(await tags(page), []);
});

test('playing feeds every piece', async () => {
  const page = await open('data: a\n\n');
  await page.locator('#size').fill('3');
  await page.click('#play');
  await page.waitForFunction(() => document.getElementById('position').value === '3');
  await page.waitForFunction(() => document.getElementById('play').textContent === 'Play');
  assert.deepEqual(await tags(page), ['message']);
});

test('a byte that is pressed cuts before it, and pressed again no more', async () => {
  const page = await open('data: 中\n\n');
  await page.locator('#size').fill('64');
  assert.equal(await page.locator('#bytes .piece').count(), 1);
  await page.click('#bytes [data-at="7"]');
  assert.equal(await page.locator('#bytes .piece').count(), 2);
  assert.match(await page.textContent('#place'), /inside a character/);
  assert.match(await page.textContent('#out'), /中/);
  await page.click('#bytes [data-at="7"]');
  assert.equal(await page.locator('#bytes .piece').count(), 1);
});

test('the keyboard walks over the bytes and cuts', async () => {
  const page = await open('data: a\n\n');
  await page.locator('#size').fill('64');
  await page.locator('#bytes [data-at="0"]').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  assert.match(await page.textContent('#place'), /Byte 2: inside a field name/);
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('#bytes .piece').count(), 2);
});

test('each finding is shown with its place', async () => {
  const page = await open();
  await page.selectOption('#case', 'caseFindings');
  const codes = await page.locator('#out .finding strong').allTextContents();
  assert.deepEqual(new Set(codes), new Set(['unknown-field', 'field-name-case', 'field-name-space', 'invalid-retry',
    'nul-in-id', 'bom-in-stream', 'invalid-utf8', 'mixed-line-ends', 'no-data', 'unfinished-event']));
  await page.locator('#out .finding').first().hover();
  assert.equal(await page.locator('#bytes .marked').count(), 13);
});

test('line ends are the reader’s choice', async () => {
  const page = await open('data: a\n\n');
  for (const [ends, glyphs] of [['crlf', ['CR', 'LF', 'CR', 'LF']], ['cr', ['CR', 'CR']], ['lf', ['LF', 'LF']]]) {
    await page.selectOption('#ends', ends);
    assert.deepEqual(await page.locator('#bytes .end').allTextContents(), glyphs);
    assert.deepEqual(await tags(page), ['message']);
  }
});

test('random cuts change nothing', async () => {
  const page = await open();
  await page.selectOption('#case', 'caseChinese');
  const whole = await page.locator('#out code').allTextContents();
  for (let i = 0; i < 5; i++) {
    await page.click('#random');
    assert.deepEqual(await page.locator('#out code').allTextContents(), whole);
  }
});

test('text that breaks off, or is nothing, is no harm', async () => {
  for (const stream of ['', '\\', '\\x', '\\u{110000}', 'data: \\xFF\\x80\n\n', '\u0000']) {
    const page = await open(stream);
    assert.match(await page.textContent('#proof'), /^✓/);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  }
});
