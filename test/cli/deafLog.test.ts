import { expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { VERIFY_MOBILE, mobileInput } from '../support/questions.ts';
import { freePort } from '../support/redis.ts';
import { environment, startSandbox } from '../support/server.ts';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

it('a server whose log nobody reads any more answers, warns, drains and ends', async () => {
  const sandbox = await startSandbox();
  const env = { PATH: process.env['PATH'], ...environment(sandbox) };
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  const exited = once(child, 'exit');
  try {
    let origin = '';
    for await (const line of createInterface(child.stdout)) {
      origin = /http:\/\/[\d.:]+(?=\/graphql)/.exec(line)?.[0] ?? '';
      if (origin) break;
    }
    child.stdout.destroy(); // whoever collected the log is gone
    const ask = asker(origin);
    for (let number = 0; number < 20; number += 1)
      expect((await ask(number)).data.verifyMobile.isMatched).toBe(true);
    sandbox.control.revokeKeys(); // a line that is written at once tells of the new key
    expect((await ask(30)).data.verifyMobile.isMatched).toBe(true);
    child.kill('SIGTERM');
    const [code] = await Promise.race([exited, sleep(10_000, ['still there'], { ref: false })]);
    expect(code).toBe(0);
  } finally {
    child.kill('SIGKILL');
  }
}, 30_000);

(existsSync('/dev/full') ? it : it.skip)(
  'a server whose log goes to a full disk answers, warns, drains and ends',
  async () => {
    const sandbox = await startSandbox();
    const port = await freePort();
    const env = { PATH: process.env['PATH'], ...environment(sandbox), PORT: String(port) };
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [main], { env, stdio: ['ignore', full, 'ignore'] });
    closeSync(full);
    const exited = once(child, 'exit');
    try {
      const origin = `http://127.0.0.1:${port}`;
      while (!(await isUp(origin)) && child.exitCode === null) await sleep(20);
      const ask = asker(origin);
      // More than a buffer of lines, so that they are written, and fail, while the server works.
      for (let number = 0; number < 40; number += 1)
        expect((await ask(number)).data.verifyMobile.isMatched).toBe(true);
      sandbox.control.revokeKeys();
      expect((await ask(50)).data.verifyMobile.isMatched).toBe(true);
      child.kill('SIGTERM');
      const [code] = await Promise.race([exited, sleep(10_000, ['still there'], { ref: false })]);
      expect(code).toBe(0);
    } finally {
      child.kill('SIGKILL');
    }
  },
  30_000,
);

function asker(origin: string) {
  return async (number: number) => {
    const body = JSON.stringify({ query: VERIFY_MOBILE, variables: { input: mobileInput(number) } });
    const headers = { 'content-type': 'application/json' };
    return (await fetch(`${origin}/graphql`, { method: 'POST', headers, body })).json() as any;
  };
}

function isUp(origin: string): Promise<boolean> {
  return fetch(`${origin}/health/live`).then(
    reply => reply.ok,
    () => false,
  );
}
