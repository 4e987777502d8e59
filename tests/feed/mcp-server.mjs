// SPDX-License-Identifier: MIT
// An MCP server of the official SDK for a test: arguments port (0: a free one), count, and the file of
// its event store, which outlives it; prints its port. From the first listener on it sends count
// notifications, and goes on where the store ends when it is started again.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { webcrypto } from 'node:crypto';
import { createServer } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { EventStore } from './event-store.mjs';

// The SDK wants it as a global, which Node 18 has not yet.
globalThis.crypto ??= webcrypto;

const [port, count] = process.argv.slice (2, 4).map (Number);
const path = process.argv[4];

/** On disk, a line each. */
class FileStore extends EventStore {
  constructor () {
    // A kill may leave half a line, which was never sent.
    super (existsSync (path)
      ? readFileSync (path, 'utf8').split ('\n').slice (0, -1).map ((line) => JSON.parse (line))
      : []);
  }

  async storeEvent (streamId, message) {
    const id = await super.storeEvent (streamId, message);
    appendFileSync (path, JSON.stringify ({ streamId, message }) + '\n');
    return id;
  }
}

const store = new FileStore ();
const mcp = new McpServer ({ name: 'weir-test', version: '1' }, { capabilities: { logging: {} } });
const transport = new StreamableHTTPServerTransport ({ sessionIdGenerator: () => 'kept', eventStore: store });
const server = createServer (async (request, response) => {
  const listens = request.method === 'GET';
  if (listens)
    await ready;
  transport.handleRequest (request, response);
  if (listens && !sending)
    sending = send (response);
});
let ready = null;
let sending = null;

async function send (listener) {
  // Before that there is no stream, and what is sent to nobody is not sent again.
  while (!listener.headersSent)
    await new Promise (setImmediate);
  const isNote = ({ message }) => message.method === 'notifications/message';
  for (let number = store.events.filter (isNote).length + 1; number <= count; number++) {
    await mcp.server.notification ({ method: 'notifications/message', params: { level: 'info', data: `通知 ${number}` } });
    if (number % 10 === 0)
      await new Promise (setImmediate);
  }
}

/** The session goes on: who restarts says for the client what it said before. */
function initialize () {
  return fetch (`http://127.0.0.1:${server.address ().port}/mcp`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' },
    body: JSON.stringify ({
      jsonrpc: '2.0', id: 1, method: 'initialize',
      params: { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: { name: 'self', version: '1' } },
    }),
  }).then ((response) => response.text ());
}

await mcp.connect (transport);
server.listen (port, '127.0.0.1', async () => {
  ready = initialize ();
  await ready;
  console.log (server.address ().port);
});
