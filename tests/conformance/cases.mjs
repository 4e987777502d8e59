// SPDX-License-Identifier: MIT
// The conformance cases in Markdown; README.md says how they are written.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const LETTERS = { r: '\r', n: '\n', t: '\t', '\\': '\\', '"': '"', '\n': '' };

// The bytes that an escaped text stands for, as a string of one character a byte.
function unescape (text) {
  const parts = /\\(?:x([0-9A-F]{2})|u\{([0-9A-F]+)\}|\{(\d+):([^}]*)\}|([^]))|[^\\]+/gu;
  return text.replace(parts, (plain, byte, character, times, repeated, letter) => {
    if (byte)
      return String.fromCharCode(parseInt(byte, 16));
    if (character)
      return Buffer.from(String.fromCodePoint(parseInt(character, 16))).toString('latin1');
    if (times)
      return unescape(repeated).repeat(Number(times));
    if (letter === undefined)
      return Buffer.from(plain).toString('latin1');
    if (!(letter in LETTERS))
      throw new Error(`an unknown escape: ${plain}`);
    return LETTERS[letter];
  });
}

// Control characters and backslashes as \xHH, so that an item is one line of text.
function escape (text) {
  return text.replace(/[\x00-\x1F\x7F\\]/g, c => `\\x${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

function readOptions (words) {
  const options = {};
  for (const word of words) {
    const [, name, value] = /^([a-z-]+)(?:=(.*))?$/.exec(word);
    options[name.replace(/-(.)/g, (_, c) => c.toUpperCase())] = /^max/.test(name) ? Number(value) : value ?? true;
  }
  return options;
}

function readLines (block) {
  const lines = block.split('\n').filter(line => line !== '');
  return lines.map(line => escape(Buffer.from(unescape(line), 'latin1').toString()));
}

// { path, why, stream (a Buffer), options ({ maxLineBytes, onLimit, flush … }), items and chromium
//   (lines as writeItem() writes them; chromium is undefined where it says what the items say) }
function readCase (topic, text) {
  const [, heading, body] = /^(.*)\n([^]*)$/.exec(text);
  const current = { path: `${topic}/${heading}`, why: body.split('```')[0].trim() };
  for (const [, info, block] of body.matchAll(/^```(.+)\n([^]*?)^```$/gm)) {
    const [kind, ...words] = info.split(' ');
    if (kind === 'stream') {
      current.stream = Buffer.from(unescape(block), 'latin1');
      current.options = readOptions(words);
    } else {
      current[kind] = readLines(block);
    }
  }
  if (!current.why || !current.stream || !current.items)
    throw new Error(`${current.path}: a case says why, and has a stream and its items`);
  return current;
}

export function loadCases (folder) {
  const cases = [];
  for (const name of readdirSync(folder).sort())
    if (name.endsWith('.md') && name !== 'README.md')
      for (const text of readFileSync(join(folder, name), 'utf8').split(/^## /m).slice(1))
        cases.push(readCase(name.slice(0, -3), text));
  return cases;
}

// An item as a case writes it: { kind, begin, end, type, data, id, text, code, ms }; without a range
// where it has none.
export function writeItem (item) {
  const quoted = name => ` ${name}="${escape(item[name])}"`;
  let line = item.kind;
  if (item.begin !== undefined)
    line += ` ${item.begin}..${item.end}`;
  if (item.kind === 'retry')
    line += ` ms=${item.ms}`;
  if (item.kind === 'finding')
    line += ` code=${item.code}`;
  if (item.kind === 'event' && item.type !== 'message')
    line += quoted('type');
  if (item.kind === 'event')
    line += quoted('data');
  if (item.kind === 'comment' || item.text)
    line += quoted('text');
  if (item.id)
    line += quoted('id');
  return line;
}

// The events alone, without their ranges: what a reader that knows nothing more has to say.
export function eventsOf (items) {
  return items.filter(item => item.startsWith('event ')).map(item => item.replace(/ \d+\.\.\d+/, ''));
}
