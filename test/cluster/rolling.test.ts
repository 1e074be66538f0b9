import { expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SANDBOX_CREDENTIALS } from '../../src/sandbox/paystar.ts';
import { askFresh, failures, startCluster, startInstance, underLoad } from '../support/cluster.ts';
import { figure } from '../support/figures.ts';
import type { TestProcess } from '../support/process.ts';
import { VERIFY_CARD, VERIFY_MOBILE, cardInput, mobileInput } from '../support/questions.ts';
import { hasRedis, startRedis } from '../support/redis.ts';
import { startSandbox } from '../support/server.ts';

const itWithRedis = hasRedis ? it : it.skip;

itWithRedis(
  'two instances restarted in turn ten times under load drop nothing and refresh nothing',
  async () => {
    const [redis, sandbox] = await Promise.all([startRedis(), startSandbox()]);
    let servers: TestProcess[] = await startCluster(2, sandbox, redis.url);
    await Promise.all(servers.map(server => askFresh(server)));
    expect(sandbox.ledger.refreshes()).toBe(1);
    const rolling = async () => {
      for (let turn = 0; turn < 10; turn += 1) {
        const [old, other] = servers as [TestProcess, TestProcess];
        servers = [other]; // as a load balancer does, before it stops an instance
        old.signal('SIGTERM');
        expect(await old.exited).toEqual({ code: 0, signal: null });
        servers = [other, await startInstance(sandbox, redis.url)];
      }
    };
    const replies = await underLoad(() => servers, rolling(), { width: 4 });
    expect(replies.length).toBeGreaterThan(100);
    const dropped = failures(replies).length;
    const refreshes = sandbox.ledger.refreshes() - 1;
    figure(
      'rolling restart of two instances, ten times, under load',
      'dropped = 0, refreshes = 0',
      `${dropped} of ${replies.length}, ${refreshes}`,
      dropped === 0 && refreshes === 0,
    );
  },
  120_000, // ten starts of a process
);

const personal = [...Object.values(mobileInput(5)), ...Object.values(cardInput())] as string[];
const digests = ['md5', 'sha1', 'sha256', 'sha512'].flatMap(name =>
  (['hex', 'base64', 'base64url'] as const).flatMap(form =>
    personal.map(text => createHash(name).update(text).digest(form)),
  ),
);

async function fill(server: TestProcess): Promise<void> {
  await server.gql(VERIFY_MOBILE, { input: mobileInput(5, { idempotencyKey: 'a-key-of-the-caller' }) });
  await server.gql(VERIFY_CARD, { input: cardInput() });
}

function expectClean(dump: string, apiKey: string): void {
  const secrets = [
    SANDBOX_CREDENTIALS.accessPassword,
    SANDBOX_CREDENTIALS.refreshToken,
    apiKey,
    'a-key-of-the-caller',
  ];
  const found = [...personal, ...digests, ...secrets].filter(text => dump.includes(text));
  expect(found).toEqual([]);
}

itWithRedis(
  'a dump of Redis holds no personal data and no secret, in plain or as an unkeyed hash',
  async () => {
    const [redis, sandbox] = await Promise.all([startRedis(), startSandbox()]);
    await fill(await startInstance(sandbox, redis.url));
    const keys = redis.cli('--scan').trim().split('\n');
    const dump = keys.map(key => `${key} ${redis.cli('get', key)}`).join('\n');
    expect(keys.length).toBeGreaterThanOrEqual(6); // two records, two answers, a key's outcome, the API key
    expectClean(dump, sandbox.control.currentKey!);
  },
);

it('an SQLite file holds no personal data and no secret, in plain or as an unkeyed hash', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dump-'));
  try {
    const sandbox = await startSandbox();
    await fill(await startInstance(sandbox, `sqlite:${join(folder, 'store.sqlite')}`));
    const dump = readdirSync(folder)
      .map(name => readFileSync(join(folder, name), 'latin1'))
      .join('\n');
    expect(dump).toContain('record:');
    expectClean(dump, sandbox.control.currentKey!);
    expect(
      spawnSync('stat', ['-c', '%a', join(folder, 'store.sqlite')], { encoding: 'utf8' }).stdout.trim(),
    ).toBe('600');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
