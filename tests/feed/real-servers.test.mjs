// SPDX-License-Identifier: MIT
// Servers that others wrote, as weir-tail meets them: better-sse and an MCP server of the official SDK,
// killed and started again under load. Environment: WEIR_TAIL.
import assert from 'node:assert/strict';
import { randomUUID, webcrypto } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { Tail, startServer } from './harness.mjs';
import { EventStore } from './event-store.mjs';

// The SDK wants it as a global, which Node 18 has not yet.
globalThis.crypto ??= webcrypto;

const betterSse = fileURLToPath (new URL ('better-sse-server.mjs', import.meta.url));
const mcpServer = fileURLToPath (new URL ('mcp-server.mjs', import.meta.url));

test ('better-sse, killed and started again five times under load', async () => {
  const count = 3000;
  let server = await startServer (process.execPath, betterSse, '0', String (count));
  const port = server.address;
  const tail = new Tail ('--all', '--retry-ms=20', '--max-retry-ms=100', '--max-attempts=1000',
                         `http://127.0.0.1:${port}/events`);
  try {
    for (let round = 1; round <= 5; round++) {
      await tail.until (() => tail.events.length >= round * 400);
      await server.stop ('SIGKILL');
      server = await startServer (process.execPath, betterSse, port, String (count));
    }
    assert.equal (await tail.ended, 0, tail.errors);
    assert.deepEqual (tail.events.map ((event) => event.lastEventId),
                      Array.from ({ length: count }, (_, i) => String (i + 1)));
    assert.deepEqual (JSON.parse (tail.events[6].data), { number: 7, text: '第7条\n🐟' });
    const ends = tail.lines.filter ((line) => line.state === 'waiting');
    assert.ok (ends.length >= 5, `${ends.length} ends`);
  } finally {
    await tail.stop ();
    await server.stop ('SIGKILL');
  }
});

// --- MCP -----------------------------------------------------------------------------------

/** An MCP server on a free port; sockets, so that a test can cut them. */
async function startMcp () {
  const mcp = new McpServer ({ name: 'weir-test', version: '1' }, { capabilities: { logging: {} } });
  const session = randomUUID ();
  const transport = new StreamableHTTPServerTransport ({
    sessionIdGenerator: () => session,
    eventStore: new EventStore (),
  });
  const sockets = new Set ();
  const http = createServer ((request, response) => transport.handleRequest (request, response));
  http.on ('connection', (socket) => {
    sockets.add (socket);
    socket.on ('close', () => sockets.delete (socket));
  });
  await mcp.connect (transport);
  await new Promise ((resolve) => http.listen (0, '127.0.0.1', resolve));
  return { mcp, http, sockets, session, url: `http://127.0.0.1:${http.address ().port}/mcp` };
}

const initialize = JSON.stringify ({
  jsonrpc: '2.0', id: 1, method: 'initialize',
  params: { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: { name: 'weir-tail', version: '1' } },
});
const mcpHeaders = ['-H', 'Accept: application/json, text/event-stream'];

test ('an MCP server: its answer to a POST, its notifications, and a cut', async () => {
  const { mcp, http, sockets, session, url } = await startMcp ();
  let listener;
  try {
    const asked = new Tail ('--all', '--no-reconnect', ...mcpHeaders, '-H', 'Content-Type: application/json',
                            '-d', initialize, url);
    assert.equal (await asked.ended, 0, asked.errors);
    const answers = asked.events.filter ((event) => event.data).map ((event) => JSON.parse (event.data));
    assert.equal (answers[0].result.serverInfo.name, 'weir-test');
    assert.ok (!JSON.stringify (asked.lines).includes (session), 'a session id is a secret');

    listener = new Tail ('--all', '--retry-ms=20', '-H', 'Accept: text/event-stream',
                         '-H', `Mcp-Session-Id: ${session}`, url);
    const notes = () => listener.events.map ((event) => event.data && JSON.parse (event.data).params?.data).filter (Boolean);
    await listener.until (() => listener.lines.some ((line) => line.state === 'open'));
    for (let number = 1; number <= 300; number++) {
      await mcp.server.notification ({ method: 'notifications/message', params: { level: 'info', data: `通知 ${number}` } });
      if (number % 100 === 0) {
        await listener.until (() => notes ().includes (`通知 ${number}`));
        for (const socket of sockets)
          socket.resetAndDestroy ();
      }
    }
    await listener.until (() => notes ().length >= 300);
    assert.deepEqual (notes (), Array.from ({ length: 300 }, (_, i) => `通知 ${i + 1}`));
  } finally {
    await listener?.stop ();
    http.closeAllConnections ();
    http.close ();
  }
});

test ('an MCP server with a store on disk, killed and started again five times under load', async () => {
  const count = 5000;
  const folder = await mkdtemp (join (tmpdir (), 'weir-mcp-'));
  const store = join (folder, 'events');
  let server = await startServer (process.execPath, mcpServer, '0', String (count), store);
  const port = server.address;
  const tail = new Tail ('--all', '--retry-ms=20', '--max-retry-ms=100', '--max-attempts=1000',
                         '-H', 'Accept: text/event-stream', '-H', 'Mcp-Session-Id: kept',
                         `http://127.0.0.1:${port}/mcp`);
  try {
    for (let round = 1; round <= 5; round++) {
      await tail.until (() => tail.events.length >= round * 500);
      await server.stop ('SIGKILL');
      server = await startServer (process.execPath, mcpServer, port, String (count), store);
    }
    await tail.until (() => tail.events.length >= count);
    assert.deepEqual (tail.events.map ((event) => JSON.parse (event.data).params.data),
                      Array.from ({ length: count }, (_, i) => `通知 ${i + 1}`));
    const ends = tail.lines.filter ((line) => line.state === 'waiting');
    assert.ok (ends.length >= 5, `${ends.length} ends`);
  } finally {
    await tail.stop ();
    await server.stop ('SIGKILL');
    await rm (folder, { recursive: true });
  }
});
