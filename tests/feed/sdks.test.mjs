// SPDX-License-Identifier: MIT
// The clients of OpenAI, Anthropic and Google, through a tap on the sample feed: what they assemble equals what
// Weir assembles, parallel tool calls included. Environment: WEIR_TAIL, WEIR_FEED.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import { startServer, startTap, weirFeed } from './harness.mjs';

const model = 'weir-sample-1';
const messages = [{ role: 'user', content: 'How are the gates?' }];
const parameters = { type: 'object', properties: {} };
const called = [['list_gates', { river: 'Elbe' }], ['read_level', { gauge: 7, unit: 'm' }]];
let feed;
let tap;
let openai;
let anthropic;

before (async () => {
  feed = await startServer (weirFeed, '--scenario=llm', '--rate=2000');
  tap = await startTap (feed.address);
  const options = { fetch: globalThis.fetch, apiKey: 'sk-secret', maxRetries: 0 };
  openai = new OpenAI ({ ...options, baseURL: `${tap.address}/v1` });
  anthropic = new Anthropic ({ ...options, baseURL: tap.address });
});

after (async () => {
  await tap.stop ();
  await feed.stop ();
});

const answers = () => tap.lines.filter ((line) => line.kind === 'answer');

/** What Weir assembles from the stream that ask () receives, next to what ask () returns. */
async function compare (api, ask) {
  const count = answers ().length;
  const { text, calls, output } = await ask ();
  await tap.until (() => answers ().length > count);
  const answer = answers ().at (-1);
  const items = (kind) => answer.items.filter ((item) => item.kind === kind);
  assert.equal (answer.verdict, 'complete');
  assert.equal (answer.api, api);
  assert.equal (items ('text').map ((item) => item.text).join (''), text);
  assert.deepEqual (items ('toolCall').map ((item) => [item.name, JSON.parse (item.arguments)]), calls);
  if (output !== undefined)
    assert.equal (answer['gen_ai.usage.output_tokens'], output);
  return { text, calls };
}

for (const hasTools of [false, true]) {
  const expected = hasTools ? called : [];
  const name = hasTools ? 'two tool calls at once' : 'text';

  test (`openai, chat completions: ${name}`, async () => {
    const tools = hasTools ? { tools: expected.map (([tool]) => ({ type: 'function', function: { name: tool, parameters } })) } : {};
    const { calls } = await compare ('OpenAI Chat Completions', async () => {
      const final = await openai.beta.chat.completions.stream ({ model, messages, ...tools }).finalChatCompletion ();
      const { message } = final.choices[0];
      return {
        text: message.content,
        calls: (message.tool_calls ?? []).map ((call) => [call.function.name, JSON.parse (call.function.arguments)]),
        output: final.usage?.completion_tokens,
      };
    });
    assert.deepEqual (calls, expected);
  });

  test (`openai, responses: ${name}`, async () => {
    const tools = hasTools ? { tools: expected.map (([tool]) => ({ type: 'function', name: tool, parameters, strict: false })) } : {};
    const { calls, text } = await compare ('OpenAI Responses', async () => {
      let final;
      for await (const event of await openai.responses.create ({ model, input: 'How are the gates?', stream: true, ...tools }))
        if (event.type === 'response.completed')
          final = event.response;
      return {
        text: final.output.filter ((item) => item.type === 'message').flatMap ((item) => item.content).map ((part) => part.text).join (''),
        calls: final.output.filter ((item) => item.type === 'function_call').map ((item) => [item.name, JSON.parse (item.arguments)]),
        output: final.usage.output_tokens,
      };
    });
    assert.deepEqual (calls, expected);
    assert.ok (text.includes (hasTools ? '🌊' : '堰'));
  });

  test (`@anthropic-ai/sdk: ${name}`, async () => {
    const tools = hasTools ? { tools: expected.map (([tool]) => ({ name: tool, input_schema: parameters })) } : {};
    const { calls } = await compare ('Anthropic Messages', async () => {
      const final = await anthropic.messages.stream ({ model, max_tokens: 1000, messages, ...tools }).finalMessage ();
      return {
        text: final.content.filter ((block) => block.type === 'text').map ((block) => block.text).join (''),
        calls: final.content.filter ((block) => block.type === 'tool_use').map ((block) => [block.name, block.input]),
        output: final.usage.output_tokens,
      };
    });
    assert.deepEqual (calls, expected);
  });

  test (`@google/genai: ${name}`, async () => {
    const genai = new GoogleGenAI ({ apiKey: 'sk-secret', httpOptions: { baseUrl: tap.address } });
    const config = hasTools ? { tools: [{ functionDeclarations: expected.map (([tool]) => ({ name: tool })) }] } : {};
    const { calls, text } = await compare ('Gemini', async () => {
      const assembled = { text: '', calls: [] };
      for await (const chunk of await genai.models.generateContentStream ({ model, contents: 'How are the gates?', config })) {
        for (const part of chunk.candidates?.[0]?.content?.parts ?? [])
          assembled.text += part.text ?? '';
        assembled.calls.push (...(chunk.functionCalls ?? []).map ((call) => [call.name, call.args]));
        assembled.output = chunk.usageMetadata?.candidatesTokenCount;
      }
      return assembled;
    });
    assert.deepEqual (calls, expected);
    assert.ok (text.includes (hasTools ? '🌊' : '堰'));
  });
}

test ('the key is in nothing that was shown', () => {
  assert.ok (answers ().length >= 8);
  assert.ok (!JSON.stringify (tap.lines).includes ('sk-secret'));
});
