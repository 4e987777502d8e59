// SPDX-License-Identifier: MIT
// The race: every lane arrives with every event, and says how fast it was. Who wins is no test.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPage, serveByFeed, serveStatically } from './page.mjs';

async function race (page, shape) {
  await page.click('#tab-race');
  await page.selectOption('#shape', shape);
  await page.selectOption('#amount', '4');
  await page.click('#start');
  await page.waitForSelector('#start[disabled]');
  await page.waitForSelector('#start:not([disabled])');
}

async function check (page, list, n, unit) {
  const lanes = await page.locator(`${list} li`).allTextContents();
  assert.equal(lanes.length, n);
  for (const lane of lanes)
    assert.match(lane, unit);
  assert.equal(await page.locator(`${list} li.bad`).count(), 0);
  const widths = await page.locator(`${list} .fill`).evaluateAll(fills => fills.map(fill => parseFloat(fill.style.width)));
  assert.equal(Math.max(...widths), 100);
  assert.ok(Math.min(...widths) > 0);
}

test('with a server all lanes run', async () => {
  const page = await openPage(await serveByFeed());
  await race(page, 'chinese');
  await check(page, '#lanes', 4, /MB\/s$/);
  await check(page, '#network-lanes', 3, /events\/s$/);
  assert.match(await page.textContent('#verdict'), /Chinese JSON [\d.]+ times as fast/);
  assert.deepEqual(page.complaints, []);
});

test('without one the others run, and one sentence says what is missing', async () => {
  const page = await openPage(await serveStatically());
  await race(page, 'crlf');
  await check(page, '#lanes', 4, /MB\/s$/);
  assert.ok(await page.isHidden('#network-lanes'));
  assert.match(await page.textContent('#network-why'), /need a server/);
});
