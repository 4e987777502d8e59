// SPDX-License-Identifier: MIT
// weir-tail, reading a stream from its standard input.
import { spawn } from 'node:child_process';

const NAMES = { event: 'type data', comment: 'text', retry: 'ms', finding: 'code text' };

function toItem (line) {
  const item = { kind: line.kind, begin: line.begin, end: line.end, id: line.lastEventId };
  for (const name of NAMES[line.kind].split(' '))
    item[name] = line[name];
  return item;
}

// weir-tail decodes UTF-16, which the standard does not, unless it is told what it reads.
function getReadAs (stream) {
  const mark = Buffer.from(stream).subarray(0, 2).toString('hex');
  return mark === 'fffe' || mark === 'feff' ? ['--as=sse'] : [];
}

// Gives { status, items, stopped, errors } when it has ended.
export function runWeirTail (stream, args) {
  const child = spawn(process.env.WEIR_TAIL, ['--all', '--offsets', '--format=ndjson', ...getReadAs(stream), ...args, '-']);
  const output = [], errors = [];
  child.stdout.on('data', bytes => output.push(bytes));
  child.stderr.on('data', bytes => errors.push(bytes));
  child.stdin.on('error', () => {}); // it stops reading at a limit
  child.stdin.end(stream);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', status => {
      const lines = Buffer.concat(output).toString().split('\n').filter(line => line).map(line => JSON.parse(line));
      resolve({
        status,
        items: lines.filter(line => line.kind in NAMES).map(toItem),
        stopped: lines.some(line => line.reason === 'too-large'),
        errors: Buffer.concat(errors).toString(),
      });
    });
  });
}
