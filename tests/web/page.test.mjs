// SPDX-License-Identifier: MIT
// The page as a whole: static hosts, languages, colours, narrow windows, the keyboard.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { languageTables } from '../../wasm/demo/strings.js';
import { openPage, serveStatically } from './page.mjs';

let address;

before(async () => {
  address = await serveStatically();
});

test('on a plain static host a stream made in the page is read', async () => {
  const page = await openPage(address);
  assert.equal(await page.locator('#samples .chip').count(), 1);
  await page.click('#samples .chip');
  await page.waitForFunction(() => Number(document.getElementById('n-events').textContent) > 3);
  await page.click('#connect');
  await page.waitForSelector('#state[data-state="closed"]');
  assert.deepEqual(page.strangers, []);
});

test('the footer says how to install the package, and links to what has an address', async () => {
  const page = await openPage(address);
  assert.equal(await page.textContent('footer code'), 'npm install weir-sse');
  const links = await page.locator('footer a').evaluateAll(links => links.map(link => [link.href, link.textContent]));
  assert.ok(links.length >= 1);
  for (const [href, text] of links) {
    assert.match(href, /^https:\/\/[\w.-]+\//);
    assert.notEqual(text, '');
  }
});

test('both languages say everything, with the same gaps', () => {
  const { en, zh } = languageTables;
  assert.deepEqual(Object.keys(zh), Object.keys(en));
  const gaps = text => (text.match(/\{\w+\}/g) ?? []).sort();
  for (const key of Object.keys(en))
    assert.deepEqual(gaps(zh[key]), gaps(en[key]), key);
});

test('a Chinese browser gets a Chinese page, and may change it', async () => {
  const page = await openPage(address, { locale: 'zh-CN' });
  assert.equal(await page.getAttribute('html', 'lang'), 'zh-CN');
  for (const tab of ['live', 'playground', 'race']) {
    await page.click(`#tab-${tab}`);
    const words = await page.locator(`#${tab}`).innerText();
    assert.match(words, /[一-鿿]/);
  }
  await page.click('#language');
  assert.equal(await page.textContent('#tab-live'), 'Live');
  await page.reload();
  await page.waitForSelector('body[data-ready]');
  assert.equal(await page.textContent('#tab-live'), 'Live');
});

test('the colours follow the system until the reader chooses', async () => {
  const page = await openPage(address, { colorScheme: 'dark' });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  await page.click('#theme');
  assert.notEqual(await ground(), dark);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.click('#theme');
  assert.equal(await ground(), dark);
});

// WCAG 2: text wants 4.5 to 1.
test('text stands out from its ground in both colours', async () => {
  for (const colorScheme of ['light', 'dark']) {
    const page = await openPage(address, { colorScheme });
    const ratios = await page.evaluate(() => {
      const style = getComputedStyle(document.documentElement);
      const box = document.body.appendChild(document.createElement('i'));
      const light = name => {
        box.style.color = style.getPropertyValue(name);
        const [r, g, b] = getComputedStyle(box).color.match(/[\d.]+/g).map(part => part / 255)
          .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
      const pairs = ['--text', '--muted', '--accent', '--good', '--warn', '--bad'].flatMap(text =>
        ['--page', '--card', '--sunk'].map(ground => [text, ground]));
      pairs.push(['--on-accent', '--accent'], ['--warn', '--warn-wash']);
      return pairs.map(([text, ground]) => [`${text} on ${ground}`, ratio(text, ground)]);
    });
    for (const [pair, ratio] of ratios)
      assert.ok(ratio >= 4.5, `${colorScheme}: ${pair} is ${ratio.toFixed(2)}`);
  }
});

test('nothing sticks out of a phone', async () => {
  const page = await openPage(address, { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
  for (const tab of ['live', 'playground', 'race']) {
    await page.tap(`#tab-${tab}`);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, tab);
  }
});

test('the sections are tabs for the keyboard', async () => {
  const page = await openPage(address);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowRight');
  assert.ok(await page.isVisible('#playground'));
  assert.equal(await page.getAttribute('#tab-playground', 'aria-selected'), 'true');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  assert.ok(await page.isVisible('#live'));
});

test('every control has a name', async () => {
  const page = await openPage(address);
  for (const tab of ['live', 'playground', 'race']) {
    await page.click(`#tab-${tab}`);
    const nameless = await page.locator(`#${tab} :is(button, input, select, textarea, [role])`).evaluateAll(elements =>
      elements.filter(element => !(element.getAttribute('aria-label') || element.getAttribute('aria-labelledby') || element.textContent.trim() ||
        element.labels?.[0]?.textContent.trim() || ['presentation', 'status'].includes(element.getAttribute('role')))).map(element => element.outerHTML));
    assert.deepEqual(nameless, []);
  }
});
