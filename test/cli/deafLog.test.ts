import { expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { VERIFY_MOBILE, mobileInput } from '../support/questions.ts';
import { freePort } from '../support/redis.ts';
import { environment, startSandbox } from '../support/server.ts';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

const hasFull = existsSync('/dev/full');
if (!hasFull) {
  if (process.env['CI'] === 'true') throw new Error('/dev/full is missing: run this on Linux');
  console.warn('SKIPPED: the test of a log on a full disk; it needs /dev/full (Linux) to run');
}

it('a server whose log nobody reads any more answers, warns, drains and ends', async () => {
  await answersAndEnds('pipe', {}, async child => {
    const { stdout } = child;
    for await (const line of createInterface(stdout!)) {
      const [origin] = /http:\/\/[\d.:]+(?=\/graphql)/.exec(line) ?? [];
      if (!origin) continue;
      stdout!.destroy(); // whoever collected the log is gone
      return origin;
    }
    throw new Error('the server ended before it listened');
  });
}, 30_000);

(hasFull ? it : it.skip)(
  'a server whose log goes to a full disk answers, warns, drains and ends',
  async () => {
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const full = openSync('/dev/full', 'w');
    try {
      await answersAndEnds(full, { PORT: String(port) }, async child => {
        while (!(await isUp(origin)) && child.exitCode === null) await sleep(20);
        return origin;
      });
    } finally {
      closeSync(full);
    }
  },
  30_000,
);

async function answersAndEnds(
  stdout: 'pipe' | number,
  settings: Record<string, string>,
  originOf: (child: ChildProcess) => Promise<string>,
): Promise<void> {
  const sandbox = await startSandbox();
  const env = { PATH: process.env['PATH'], ...environment(sandbox), ...settings };
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', stdout, 'ignore'] });
  const exited = once(child, 'exit');
  try {
    const origin = await originOf(child);
    const ask = async (number: number) => {
      const body = JSON.stringify({ query: VERIFY_MOBILE, variables: { input: mobileInput(number) } });
      const headers = { 'content-type': 'application/json' };
      return (await fetch(`${origin}/graphql`, { method: 'POST', headers, body })).json() as any;
    };
    // More than a buffer of lines, so that they are written, and fail, while the server works.
    for (let number = 0; number < 40; number += 1)
      expect((await ask(number)).data.verifyMobile.isMatched).toBe(true);
    sandbox.control.revokeKeys(); // a line that is written at once tells of the new key
    expect((await ask(50)).data.verifyMobile.isMatched).toBe(true);
    child.kill('SIGTERM');
    const [code] = await Promise.race([exited, sleep(10_000, ['still there'], { ref: false })]);
    expect(code).toBe(0);
  } finally {
    child.kill('SIGKILL');
  }
}

function isUp(origin: string): Promise<boolean> {
  return fetch(`${origin}/health/live`).then(
    reply => reply.ok,
    () => false,
  );
}
