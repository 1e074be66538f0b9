import { afterEach } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TestServer } from './server.ts';

const START = fileURLToPath(new URL('../../examples/page/start.ts', import.meta.url));
const running = new Set<ChildProcess>();

afterEach(async () => {
  await Promise.all([...running].map(child => (child.kill(), once(child, 'close'))));
});

/** The example page, built, before this server; ends with the test. Gives its address. */
export function startExamplePage(server: TestServer): Promise<string> {
  const { NODE_OPTIONS: _, ...env } = process.env; // Jest's
  const child = spawn(process.execPath, [START], {
    env: { ...env, PORT: '0', IDENTITY_ORIGIN: server.origin },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  return new Promise((resolve, reject) => {
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', line => {
        output.push(line);
        const url = /The page is at (\S+)/.exec(line)?.[1];
        if (url) resolve(url);
      });
    }
    child.once('close', () => reject(new Error(`the page ended:\n${output.join('\n')}`)));
  });
}
