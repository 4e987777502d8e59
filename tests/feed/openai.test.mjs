// SPDX-License-Identifier: MIT
// OpenAI's own client, pointed at a tap on the sample feed: it gets what it would get without, and the
// tap shows all of it. Environment: WEIR_TAIL, WEIR_FEED.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import OpenAI from 'openai';
import { startServer, startTap, Tail, weirFeed } from './harness.mjs';

const ask = { model: 'weir-sample-1', messages: [{ role: 'user', content: 'Was ist ein Wehr? 堰是什么？' }] };
let feed;
let tap;
let text;

const makeClient = (address, apiKey = 'sk-secret') =>
  // On Debian's Node 18.20.4 the SDK's node-fetch calls every streamed end premature, Node's own server's too.
  new OpenAI ({ fetch: globalThis.fetch, baseURL: `${address}/v1`, apiKey, maxRetries: 0 });

async function spell (client) {
  let spelt = '';
  for await (const piece of await client.chat.completions.create ({ ...ask, stream: true }))
    spelt += piece.choices[0]?.delta?.content ?? '';
  return spelt;
}

const shown = (stream) => tap.events
  .filter ((event) => event.stream === stream && event.data !== '[DONE]')
  .map ((event) => JSON.parse (event.data).choices[0]?.delta?.content ?? '')
  .join ('');

// Refused responses have a number, and a line, too.
const streams = () => [...new Set (tap.events.map ((event) => event.stream))];
const countEnded = () => tap.lines.filter ((line) => line.state === 'ended' && line.events > 0).length;

before (async () => {
  feed = await startServer (weirFeed, '--scenario=llm', '--rate=2000', '--require-bearer=sk-secret');
  tap = await startTap (`${feed.address}/v1`);
  text = (await makeClient (feed.address).chat.completions.create (ask)).choices[0].message.content;
});

after (async () => {
  await tap.stop ();
  await feed.stop ();
});

test ('a whole answer goes through, and is no stream', async () => {
  const answer = await makeClient (tap.address).chat.completions.create (ask);
  assert.equal (answer.choices[0].message.content, text);
  assert.equal (tap.events.length, 0);
});

test ('a question without messages is refused, and says which field is at fault', async () => {
  await assert.rejects (makeClient (tap.address).chat.completions.create ({ ...ask, messages: [], stream: true }),
    (error) => error instanceof OpenAI.BadRequestError && error.status === 400 && error.param === 'messages'
      && error.type === 'invalid_request_error');
});

test ('a streamed answer spells the text, to the client and in the tap', async () => {
  assert.equal (await spell (makeClient (tap.address)), text);
  await tap.until (() => countEnded () === 1);
  assert.equal (shown (streams ()[0]), text);
  assert.ok (text.includes ('堰') && text.includes ('🌊'));
});

test ('ten clients at once', async () => {
  const texts = await Promise.all (Array.from ({ length: 10 }, () => spell (makeClient (tap.address))));
  assert.deepEqual (texts, Array (10).fill (text));
  await tap.until (() => countEnded () === 11);
  assert.equal (streams ().length, 11);
  for (const stream of streams ())
    assert.equal (shown (stream), text);
});

test ('a client that leaves in mid-stream', async () => {
  const stream = await makeClient (tap.address).chat.completions.create ({ ...ask, stream: true });
  for await (const piece of stream)
    if (piece.choices[0]?.delta?.content)
      break;
  stream.controller.abort ();
  await tap.until (() => countEnded () === 12);
});

test ('an error is the same error', async () => {
  await assert.rejects (spell (makeClient (tap.address, 'wrong')), OpenAI.AuthenticationError);
});

test ('the key is in nothing that was shown', () => {
  assert.ok (!JSON.stringify (tap.lines).includes ('sk-secret'));
});

test ('a recording of a tap is a test double for the same requests', async () => {
  const folder = await mkdtemp (join (tmpdir (), 'weir-mock-'));
  const recording = new Tail ('--tap=127.0.0.1:0', `--record=${folder}`, `${feed.address}/v1`);
  await recording.until (() => recording.errors.includes ('\n'));
  const [address] = recording.errors.match (/http:\/\/127\.0\.0\.1:\d+/);
  assert.equal (await spell (makeClient (address)), text);
  await recording.stop ();
  const [name] = await readdir (folder);
  const double = await startServer (weirFeed, `--replay=${join (folder, name)}`, '--speed=0', '--match-body');
  assert.equal (await spell (makeClient (double.address, 'another key')), text);
  await assert.rejects (makeClient (double.address).chat.completions.create ({ ...ask, model: 'another', stream: true }),
    (error) => error.status === 404);
  await double.stop ();
  await rm (folder, { recursive: true });
});
