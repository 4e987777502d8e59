// SPDX-License-Identifier: MIT
// What the Node tests of this folder share: weir-tail and weir-feed as children.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const environment = { ...process.env, LC_ALL: 'C.UTF-8' };

export const weirTail = process.env.WEIR_TAIL;
export const weirFeed = process.env.WEIR_FEED;

/** weir-tail with these arguments; lines come to hand as objects. */
export class Tail {
  constructor (...args) {
    this.lines = [];
    this.errors = '';
    this.waiting = new Set ();
    this.over = false;
    this.process = spawn (weirTail, ['--format=ndjson', ...args], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    this.process.stderr.on ('data', (bytes) => { this.errors += bytes; this.check (); });
    createInterface (this.process.stdout).on ('line', (line) => {
      this.lines.push (JSON.parse (line));
      this.check ();
    });
    this.ended = once (this.process, 'close').then (([status]) => status);
    this.ended.then (() => { this.over = true; this.check (); });
  }

  get events () {
    return this.lines.filter ((line) => line.kind === 'event');
  }

  check () {
    for (const waiter of this.waiting) {
      if (!waiter.condition ()) {
        if (this.over) waiter.reject (new Error (`weir-tail ended: ${this.errors}`));
        else continue;
      }
      this.waiting.delete (waiter);
      waiter.resolve ();
    }
  }

  /** Resolves when condition () holds; asked at each line. */
  until (condition) {
    return new Promise ((resolve, reject) => {
      this.waiting.add ({ condition, resolve, reject });
      this.check ();
    });
  }

  async stop () {
    this.process.kill ();
    await this.ended;
  }
}

/** A tap on upstream, and its address. */
export async function startTap (upstream) {
  const tap = new Tail ('--all', '--tap=127.0.0.1:0', upstream);
  await tap.until (() => tap.errors.includes ('\n'));
  tap.address = tap.errors.match (/http:\/\/127\.0\.0\.1:\d+/)[0];
  return tap;
}

/** A program that prints its address, or its port, as its first line. */
export async function startServer (program, ...args) {
  const server = spawn (program, args, { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface (server.stdout);
  const [address] = await once (lines, 'line');
  return {
    address,
    async stop (signal = 'SIGTERM') {
      const gone = once (server, 'close');
      server.kill (signal);
      await gone;
    },
  };
}
