import { expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { VERIFY_MOBILE, mobileInput } from '../support/questions.ts';
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
    const ask = async (number: number, more = {}) => {
      const body = JSON.stringify({ query: VERIFY_MOBILE, variables: { input: mobileInput(number, more) } });
      const headers = { 'content-type': 'application/json' };
      return (await fetch(`${origin}/graphql`, { method: 'POST', headers, body })).json() as any;
    };
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
