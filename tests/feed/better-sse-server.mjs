// SPDX-License-Identifier: MIT
// A better-sse server for a test: arguments port (0: a free one) and count; prints its port. It goes on
// behind Last-Event-ID, and answers 204 to who has all.
import { createServer } from 'node:http';
import betterSse from 'better-sse';

const [port, count] = process.argv.slice (2).map (Number);

async function send (request, response) {
  const first = Number (request.headers['last-event-id'] ?? 0) + 1;
  if (first > count) {
    response.writeHead (204).end ();
    return;
  }
  const session = await betterSse.createSession (request, response, { retry: 20 });
  for (let number = first; number <= count && session.isConnected; number++) {
    session.push ({ number, text: `第${number}条\n🐟` }, 'reading', String (number));
    if (number % 50 === 0)
      await new Promise (setImmediate);
  }
  response.end ();
}

const server = createServer (send);
server.listen (port, '127.0.0.1', () => console.log (server.address ().port));
