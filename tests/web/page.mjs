// SPDX-License-Identifier: MIT
// The demo page in a real browser: served by weir-feed, or by a plain static host.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { after } from 'node:test';
import { launchChromium } from './browser.mjs';

const folder = process.env.WEIR_PAGE;
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

// For a machine that has much else to do.
const PATIENCE = 120000;

let browser;
const endings = [];

// In the reverse order of their beginnings: servers last.
after(async () => {
  for (const end of endings.reverse())
    await end();
});

export function serveByFeed () {
  const feed = spawn(process.env.WEIR_FEED, ['--www', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  endings.push(() => new Promise(resolve => feed.once('exit', resolve).kill()));
  return new Promise((resolve, reject) => {
    let text = '';
    feed.once('error', reject);
    feed.stdout.on('data', bytes => {
      text += bytes;
      if (text.endsWith('\n'))
        resolve(new URL('/', text.trim()).href);
    });
  });
}

// Files and nothing else; every stranger is refused, as a static host would.
export function serveStatically () {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, 'http://x').pathname);
    try {
      const file = await readFile(join(folder, path === '/' ? 'index.html' : path));
      response.setHeader('Content-Type', TYPES[extname(path)] ?? 'text/html').end(file);
    } catch {
      response.writeHead(404, { 'Content-Type': 'text/html' }).end('<!DOCTYPE html>Not found');
    }
  }).listen(0, '127.0.0.1');
  endings.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return new Promise(resolve => server.once('listening', () => resolve(`http://127.0.0.1:${server.address().port}/`)));
}

// Opens the page; whatever it complains of fails the test that asks for its complaints.
export async function openPage (address, options = {}) {
  if (!browser) {
    browser = await launchChromium();
    endings.push(() => browser.close());
  }
  const context = await browser.newContext({ locale: 'en-US', ...options });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  page.complaints = [];
  page.strangers = [];
  page.on('pageerror', error => page.complaints.push(error.message));
  page.on('console', message => message.type() === 'error' && !/^Failed to load resource/.test(message.text()) && page.complaints.push(message.text()));
  page.on('request', request => request.url().startsWith(address) || page.strangers.push(request.url()));
  await page.goto(address);
  await page.waitForSelector('body[data-ready]');
  await page.waitForSelector('#samples[data-ready]', { state: 'attached' });
  return page;
}
