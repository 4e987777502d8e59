// SPDX-License-Identifier: MIT
// Validates the NDJSON of every scenario and fault of weir-feed against docs/ndjson.schema.json.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import Ajv from 'ajv/dist/2020.js';
import { startServer, startTap, Tail, weirFeed, weirTail } from '../feed/harness.mjs';

const schema = JSON.parse (readFileSync (new URL ('../../docs/ndjson.schema.json', import.meta.url)));
const page = readFileSync (new URL ('../../docs/ndjson.md', import.meta.url), 'utf8');
const validate = new Ajv ({ strictTypes: false }).compile (schema);
const kinds = new Set ();
const environment = { ...process.env, LC_ALL: 'C.UTF-8' };

/** Each line is UTF-8 and one JSON object that the schema allows. */
function check (output) {
  const text = new TextDecoder ('utf-8', { fatal: true }).decode (output);
  assert.ok (text === '' || text.endsWith ('\n'), 'the last line is whole');
  const lines = text.split ('\n').slice (0, -1).map ((line) => JSON.parse (line));
  for (const line of lines) {
    assert.ok (validate (line), `${JSON.stringify (line)}: ${JSON.stringify (validate.errors)}`);
    kinds.add (line.note === undefined ? line.kind : 'note');
  }
  return lines;
}

function run (args, input = '') {
  const result = spawnSync (weirTail, ['--format=ndjson', '--all', '--offsets', ...args], { input, env: environment, timeout: 20_000, maxBuffer: 1 << 28 });
  assert.equal (result.signal, null, `weir-tail did not end: ${args.join (' ')}`);
  return check (result.stdout);
}

const scenarios = ['demo', 'meeting', 'llm', 'metrics', 'flood', 'hostile'];
for (const scenario of scenarios) {
  test (`scenario ${scenario}`, async () => {
    const feed = await startServer (weirFeed, `--scenario=${scenario}`, '--rate=0', '--count=200');
    try {
      const lines = run (['--no-reconnect', '--max-events=200', `${feed.address}/events`]);
      assert.ok (lines.some ((line) => line.kind === 'event'));
    } finally {
      await feed.stop ();
    }
  });
}

const faults = [
  'cut-mid-event=3', 'cut-mid-char=3', 'rst=3', 'no-length=3', 'bad-gzip=3', 'bad-chunk=3', 'status=503', 'status=401',
  'type=text/html', 'redirect-loop', '204-after=3', 'flap=3',
];
for (const fault of faults) {
  test (`fault ${fault}`, async () => {
    const feed = await startServer (weirFeed, `--fault=${fault}`, '--rate=0', '--count=9');
    try {
      const lines = run (['--max-events=12', '--max-attempts=2', '--retry-ms=100', `${feed.address}/events`]);
      assert.ok (lines.some ((line) => line.kind === 'state'));
    } finally {
      await feed.stop ();
    }
  });
}

test ('every finding', () => {
  const stream = [
    'nonsense: 1\nData: 1\ndata : 1\nretry: 1s\nretry: 1000\nid: 1\0\n: a comment\nevent: a\n\n',
    'data: 1\n\n', '\ufeffdata: 2\n\n', 'data: a\r\ndata: b\n\n',
  ].join ('');
  const bytes = Buffer.concat ([Buffer.from (stream), Buffer.from ([0x64, 0x61, 0x74, 0x61, 0x3a, 0xff, 0x0a]), Buffer.from ('\ndata: cut')]);
  const found = new Set ([
    ...run (['-'], bytes),
    ...run (['--max-line-bytes=8', '-'], 'data: 0123456789\n\ndata: 1\n\n'),
    ...run (['--max-event-bytes=8', '-'], 'data: 01234\ndata: 56789\n\ndata: 1\n\n'),
    ...run (['--max-id-bytes=2', '-'], 'id: 1234\ndata: 1\n\n'),
  ].filter ((line) => line.kind === 'finding').map ((line) => line.code));
  assert.deepEqual ([...found].sort (), [...schema.$defs.finding.properties.code.enum].sort ());
});

test ('answers of language models', () => {
  const folder = new URL ('../answer/streams/', import.meta.url);
  const verdicts = new Set ();
  for (const name of readdirSync (folder).filter ((name) => name.endsWith ('.sse')))
    for (const line of run (['-'], readFileSync (new URL (name, folder))))
      if (line.kind === 'answer')
        verdicts.add (line.verdict);
  assert.deepEqual ([...verdicts].sort (), [...schema.$defs.answer.properties.verdict.enum].sort ());
});

test ('a tap numbers its exchanges', async () => {
  const feed = await startServer (weirFeed, '--scenario=meeting', '--rate=0', '--count=3');
  const tap = await startTap (feed.address);
  try {
    await (await fetch (`${tap.address}/events`)).text ();
    await tap.until (() => tap.events.length >= 3);
    check (Buffer.from (tap.lines.map ((line) => `${JSON.stringify (line)}\n`).join ('')));
    assert.ok (tap.events.every ((line) => line.stream === 1));
  } finally {
    await tap.stop ();
    await feed.stop ();
  }
});

test ('G_MESSAGES_DEBUG=weir prints decisions, and no secret', async () => {
  const feed = await startServer (weirFeed, '--fault=rst=1', '--rate=0');
  try {
    const result = spawnSync (weirTail, [
      '--max-events=2', '--retry-ms=100', '--bearer=hunter2', `${feed.address}/events?token=hunter3`,
    ], { env: { ...environment, G_MESSAGES_DEBUG: 'weir' }, timeout: 20_000 });
    const text = result.stdout.toString () + result.stderr.toString ();
    assert.match (text, /connection 1: reconnect in \d+ ms/);
    assert.match (text, /connection 2: connecting/);
    assert.doesNotMatch (text, /hunter/);
  } finally {
    await feed.stop ();
  }
});

test ('the page lists every member, code, reason and note of the schema', () => {
  const words = new Set ();
  for (const kind of Object.values (schema.$defs)) {
    for (const [name, member] of Object.entries (kind.properties ?? {})) {
      words.add (name);
      for (const word of [...member.enum ?? [], ...Object.keys (member.properties ?? {})]) words.add (word);
    }
  }
  const missing = [...words].filter ((word) => !page.includes (`\`${word}\``));
  assert.deepEqual (missing, []);
});

after (() => assert.deepEqual ([...kinds].sort (), ['answer', 'comment', 'event', 'finding', 'note', 'retry', 'rpc', 'state']));
