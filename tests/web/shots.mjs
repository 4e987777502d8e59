// SPDX-License-Identifier: MIT
// Takes pictures of the demo page: node shots.mjs BUILD FOLDER
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launchChromium } from './browser.mjs';

const [build, folder] = process.argv.slice(2);
const desk = { viewport: { width: 1280, height: 860 }, locale: 'en-US' };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, locale: 'en-US' };
const dark = { colorScheme: 'dark' };
const chinese = { locale: 'zh-CN' };

async function live (page) {
  await page.fill('#url', 'events?scenario=demo&rate=40&count=400');
  await page.click('#connect');
  await page.waitForFunction(() => Number(document.getElementById('n-events').textContent) > 120);
  const rows = page.locator('#list .row.event');
  await rows.nth(Math.floor(await rows.count() / 2)).click();
  await page.waitForSelector('#inspector pre');
}

async function answer (page) {
  await page.fill('#url', 'v1/chat/completions');
  await page.selectOption('#method', 'POST');
  await page.click('#more');
  await page.fill('#body', '{"model":"any","stream":true,"messages":[{"role":"user","content":"What is a weir?"}]}');
  await page.click('#more');
  await page.click('#connect');
  await page.waitForFunction(() => /finished|已完成/.test(document.getElementById('answer-end').textContent));
}

async function playground (page) {
  await page.click('#tab-playground');
  await page.selectOption('#case', 'caseFindings');
  for (let i = 0; i < 3; i++)
    await page.click('#back');
}

async function race (page) {
  await page.click('#tab-race');
  await page.click('#start');
  await page.waitForSelector('#start[disabled]');
  await page.waitForSelector('#start:not([disabled])', { timeout: 240000 });
}

const PICTURES = [
  ['page-live', live, desk],
  ['page-live-dark', live, { ...desk, ...dark }],
  ['page-live-chinese', live, { ...desk, ...chinese }],
  ['page-live-phone', live, phone],
  ['page-answer', answer, desk],
  ['page-answer-phone-chinese', answer, { ...phone, ...dark, ...chinese }],
  ['page-playground', playground, desk],
  ['page-playground-phone-chinese', playground, { ...phone, ...dark, ...chinese }],
  ['page-race', race, desk],
  ['page-race-dark', race, { ...desk, ...dark }],
];

mkdirSync(folder, { recursive: true });
const feed = spawn(join(build, 'app/feed/weir-feed'), ['--www', join(build, 'wasm/demo/page')]);
const address = await new Promise((resolve, reject) => {
  feed.once('error', reject);
  feed.stdout.once('data', bytes => resolve(String(bytes).trim()));
});
const browser = await launchChromium();
try {
  for (const [name, act, options] of PICTURES) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    await page.goto(address);
    await page.waitForSelector('body[data-ready]');
    await act(page);
    await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({ path: join(folder, `${name}.png`) });
    await context.close();
  }
} finally {
  await browser.close();
  feed.kill();
}
