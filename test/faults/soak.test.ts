import { expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MagicName } from '../../src/sandbox/paystar.ts';
import { times } from '../paystar/keyServer.ts';
import { Audit, NO_DAMAGE } from '../support/audit.ts';
import { startInstance } from '../support/cluster.ts';
import { figure, ms } from '../support/figures.ts';
import { inspect } from '../support/inspector.ts';
import { hasRedis, startRedis } from '../support/redis.ts';
import { startSandbox } from '../support/server.ts';

/** `npm run test:soak` sets it; there is no short form, since memory tells nothing in a few seconds. */
const seconds = Number(process.env['SOAK_SECONDS'] ?? 0);
const DEADLINE_MS = 4000;
const BEHAVIOURS: (MagicName | null)[] = [
  null,
  'status-11',
  null,
  'dropped',
  null,
  'html-502',
  null,
  'late',
  null,
  'truncated',
];

(seconds > 0 && hasRedis ? it : it.skip)(
  'with mixed faults and a day of key life in a minute, memory and handles stay as they were',
  async () => {
    const [redis, sandbox] = await Promise.all([
      startRedis(),
      startSandbox({ lateAnswerMs: 100, keyLifetimeMs: 60_000 }),
    ]);
    const env = {
      PAYSTAR_TIMEOUT_MS: '500',
      REQUEST_TIMEOUT_MS: String(DEADLINE_MS),
      RECORD_TTL_SECONDS: '20', // what is kept reaches its steady size soon
    };
    const server = await startInstance(sandbox, redis.url, env, ['--inspect=127.0.0.1:0']);
    const inside = await inspect(server);
    const audit = new Audit(sandbox, [server], DEADLINE_MS);
    let [over, quiet] = [false, false];
    const lane = async () => {
      while (!over) {
        if (!quiet) await audit.ask(audit.questions.length % 3 === 0 ? { maxAgeSeconds: 60 } : {});
        await sleep(20);
      }
    };
    const lanes = times(8, lane);
    const turn = async (until: number) => {
      for (let step = 0; performance.now() < until; step += 1) {
        sandbox.control.serviceBehaviour = BEHAVIOURS[step % BEHAVIOURS.length];
        if (step % 125 === 5) sandbox.control.revokeKeys();
        if (step % 30 === 10) redis.signal('SIGSTOP');
        if (step % 30 === 11) redis.signal('SIGCONT');
        await sleep(500);
      }
      redis.signal('SIGCONT');
      sandbox.control.serviceBehaviour = null;
      await sleep(12_000); // the breaker's period is over, and the server is well again
    };
    /** Nobody asks, and idle connections have been closed by both sides: what is open now stays open. */
    const atRest = async () => {
      quiet = true;
      await sleep(8000);
      const footprint = await inside.footprint();
      quiet = false;
      return footprint;
    };
    await turn(performance.now() + Math.max(60, seconds / 5) * 1000);
    await inside.watchLoop();
    const warm = await atRest();
    await turn(performance.now() + seconds * 1000);
    const end = await atRest();
    over = true;
    await lanes;
    inside.close();
    const damage = await audit.damage();
    const name = `soak of ${seconds} s, ${audit.questions.length} questions`;
    const grown = (100 * end.heapMb) / warm.heapMb - 100;
    figure(
      name,
      'heap after garbage collection within 5 % of the warm one',
      `${warm.heapMb.toFixed(1)} → ${end.heapMb.toFixed(1)} MB (${grown.toFixed(1)} %)`,
      grown <= 5,
    );
    figure(
      name,
      'handles as after warm-up',
      `${described(warm.handles)} → ${described(end.handles)}`,
      count(end.handles) <= count(warm.handles) * 1.05,
    );
    figure(name, 'event-loop delay, p99', ms(end.loopP99Ms), end.loopP99Ms < 1000);
    const { paidTwice, lost, hung, unhandled, miscounted } = damage;
    const sum = [paidTwice, lost, hung, unhandled, miscounted].join(' / ');
    figure(
      name,
      'paid twice / lost / hung / unhandled / miscounted: all 0',
      sum,
      sum === '0 / 0 / 0 / 0 / 0',
    );
    expect(damage).toEqual(NO_DAMAGE);
  },
  (seconds * 2 + 180) * 1000,
);

function count(handles: Record<string, number>): number {
  return Object.values(handles).reduce((all, some) => all + some, 0);
}

function described(handles: Record<string, number>): string {
  const kinds = Object.entries(handles).map(([kind, some]) => `${some} ${kind}`);
  return `${count(handles)} (${kinds.toSorted().join(', ')})`;
}
