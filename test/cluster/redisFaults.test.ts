import { describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  askFresh,
  failures,
  percentile,
  startCluster,
  startInstance,
  underLoad,
} from '../support/cluster.ts';
import type { Asked } from '../support/cluster.ts';
import type { TestProcess } from '../support/process.ts';
import { figure, ms } from '../support/figures.ts';
import { freePort, hasRedis, startRedis, startRedisOn } from '../support/redis.ts';
import type { TestRedis } from '../support/redis.ts';
import { startSandbox } from '../support/server.ts';

const faults: Record<
  string,
  { strike(redis: TestRedis): void; heal(redis: TestRedis): Promise<void> | void }
> = {
  killed: { strike: redis => redis.signal('SIGKILL'), heal: redis => redis.restart() },
  frozen: { strike: redis => redis.signal('SIGSTOP'), heal: redis => redis.signal('SIGCONT') },
  full: {
    strike: redis => void redis.cli('config', 'set', 'maxmemory', '1'),
    heal: redis => void redis.cli('config', 'set', 'maxmemory', '0'),
  },
  'read-only': {
    strike: redis => void redis.cli('replicaof', '127.0.0.1', '1'),
    heal: redis => void redis.cli('replicaof', 'no', 'one'),
  },
};

(hasRedis ? describe : describe.skip).each(Object.keys(faults))(
  'with a Redis that is %s under load',
  name => {
    it('plain questions go on within 300 ms more, keyed ones are refused, and it is taken up again in 2 s', async () => {
      const [redis, sandbox, other] = await Promise.all([startRedis(), startSandbox(), startSandbox()]);
      const [servers, alone] = await Promise.all([
        startCluster(2, sandbox, redis.url),
        startInstance(other, 'memory:'), // under the same load at the same time: what its callers wait is the machine's doing
      ]);
      const calm = await Promise.all([
        underLoad(() => servers, sleep(500)),
        underLoad(() => [alone], sleep(500)),
      ]);
      faults[name].strike(redis);
      const over = sleep(1500);
      const [plain, refused, control] = await Promise.all([
        underLoad(() => servers, over),
        underLoad(() => servers, over, { width: 1, more: { idempotencyKey: 'k' } }),
        underLoad(() => [alone], over),
      ]);
      expect(failures([...calm.flat(), ...plain, ...control])).toEqual([]);
      const added = p99(plain) - p99(control);
      figure(
        `Redis ${name} under load, questions without an idempotencyKey`,
        'failed = 0, added p99 ≤ 300 ms',
        `0 of ${plain.length}, ${ms(added)}`,
        added < 300 + 50, // two cores with five processes and the test on them
      );
      expect(refused.length).toBeGreaterThan(0);
      expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['STORE_UNAVAILABLE']));
      const before = sandbox.ledger.paidCalls();
      await faults[name].heal(redis);
      const healedAt = performance.now();
      const backIn = await Promise.all(servers.map(server => accepted(server)));
      const backAfter = performance.now() - healedAt;
      figure(`Redis ${name}, then well again`, 'in use within 2 s', ms(backAfter), backAfter < 2500);
      expect(backIn.every(({ code }) => code === undefined)).toBe(true);
      expect(sandbox.ledger.paidCalls() - before).toBe(2);
      const told = servers[0].output.filter(line => line.includes('"state":"'));
      expect(told.map(line => JSON.parse(line).state).slice(-2)).toEqual(['down', 'up']);
    });
  },
);

(hasRedis ? it : it.skip)(
  'a server starts without its Redis, goes on alone, and takes it up when it comes',
  async () => {
    const sandbox = await startSandbox();
    const port = await freePort();
    const server = await startInstance(sandbox, `redis://127.0.0.1:${port}`);
    const alone = await askFresh(server);
    const went = failures([alone]).length === 0;
    figure(
      'Redis away at start',
      'goes on alone, takes it up when it comes',
      went ? `answered in ${ms(alone.ms)}` : alone.code!,
      went,
    );
    expect((await askFresh(server, { idempotencyKey: 'k' })).code).toBe('STORE_UNAVAILABLE');
    await startRedisOn(port);
    expect((await accepted(server)).code).toBeUndefined();
  },
);

(hasRedis ? it : it.skip)('a Redis that comes back empty costs no failed call', async () => {
  const [redis, sandbox] = await Promise.all([startRedis(), startSandbox()]);
  const servers = await startCluster(2, sandbox, redis.url);
  await Promise.all(servers.map(server => askFresh(server)));
  const replies = await underLoad(
    () => servers,
    redis.restart().then(() => sleep(1000)),
  );
  const failed = failures(replies).length;
  figure('Redis restarted empty under load', 'failed = 0', `${failed} of ${replies.length}`, failed === 0);
});

const p99 = (replies: readonly Asked[]) =>
  percentile(
    replies.map(({ ms }) => ms),
    0.99,
  );

/** Asks with a new key until it is accepted. */
let keys = 0;
async function accepted(server: TestProcess): Promise<Asked> {
  for (;;) {
    const asked = await askFresh(server, { idempotencyKey: `back-${(keys += 1)}` });
    if (asked.code !== 'STORE_UNAVAILABLE') return asked;
    await sleep(20); // polls for the return
  }
}
