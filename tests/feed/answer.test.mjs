// SPDX-License-Identifier: MIT
// What OpenAI's own client assembles from a stream, through a tap, equals what Weir assembles from it.
// Environment: WEIR_TAIL, WEIR_FEED.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import OpenAI from 'openai';
import { startTap } from './harness.mjs';

const role = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' };
let body;
let server;
let tap;
let client;

before (async () => {
  server = createServer ((request, response) => {
    request.resume ().on ('end', () => response.writeHead (200, { 'Content-Type': 'text/event-stream' }).end (body));
  }).listen (0, '127.0.0.1');
  await once (server, 'listening');
  tap = await startTap (`http://127.0.0.1:${server.address ().port}`);
  client = new OpenAI ({ fetch: globalThis.fetch, baseURL: tap.address, apiKey: 'sk-secret', maxRetries: 0 });
});

after (async () => {
  await tap.stop ();
  server.close ();
});

const answers = () => tap.lines.filter ((line) => line.kind === 'answer');
const load = (name) => readFileSync (new URL (`../answer/streams/${name}.sse`, import.meta.url), 'utf8');

/** The client insists on a role in the first chunk of each choice. */
function loadChat (name) {
  const text = load (name);
  const indexes = new Set ([...text.matchAll (/"index": ?(\d+), ?"delta"/g)].map ((match) => Number (match[1])));
  const choices = [...indexes].map ((index) => ({ index, delta: { role: 'assistant', content: '' }, finish_reason: null }));
  return `data: ${JSON.stringify ({ ...role, choices })}\n\n${text}`;
}

const join = (answer, kind, choice = 0) => answer.items
  .filter ((item) => item.kind === kind && (item.choice ?? 0) === choice).map ((item) => item.text).join ('');
const calls = (answer, choice = 0) => answer.items
  .filter ((item) => item.kind === 'toolCall' && (item.choice ?? 0) === choice).map ((item) => [item.name, item.arguments]);

for (const name of ['chat-usage', 'chat-choices', 'chat-refusal', 'chat-tools-choices', 'chat-tools-and-text', 'chat-tools-new-ids',
  'chat-surrogate-arguments', 'deepseek', 'tool-empty-name', 'tools-interleaved', 'surrogate-split', 'interleaved-reasoning']) {
  test (`chat completions: ${name}`, async () => {
    const count = answers ().length;
    body = loadChat (name);
    const final = await client.beta.chat.completions
      .stream ({ model: 'm', messages: [{ role: 'user', content: 'Hello' }] }).finalChatCompletion ();
    await tap.until (() => answers ().length > count);
    const answer = answers ().at (-1);
    assert.equal (answer.verdict, 'complete');
    assert.deepEqual (answer['gen_ai.response.finish_reasons'].length, final.choices.length);
    for (const { index, message } of final.choices) {
      assert.equal (join (answer, 'text', index), message.content ?? '');
      assert.equal (join (answer, 'refusal', index), message.refusal ?? '');
      assert.deepEqual (calls (answer, index),
        (message.tool_calls ?? []).map ((call) => [call.function.name, call.function.arguments]));
    }
  });
}

for (const name of ['responses-text', 'responses-tools-parallel', 'responses-only-completed']) {
  test (`responses: ${name}`, async () => {
    const count = answers ().length;
    body = load (name);
    let final;
    for await (const event of await client.responses.create ({ model: 'm', input: 'Hello', stream: true }))
      if (event.type === 'response.completed')
        final = event.response;
    await tap.until (() => answers ().length > count);
    const answer = answers ().at (-1);
    assert.equal (answer.verdict, 'complete');
    assert.equal (join (answer, 'text'), final.output.filter ((item) => item.type === 'message')
      .flatMap ((item) => item.content.map ((part) => part.text)).join (''));
    assert.deepEqual (calls (answer), final.output.filter ((item) => item.type === 'function_call')
      .map ((item) => [item.name, item.arguments]));
    if (final.usage)
      assert.equal (answer['gen_ai.usage.output_tokens'], final.usage.output_tokens);
  });
}
