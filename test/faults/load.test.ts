import { expect, it } from '@jest/globals';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { times } from '../paystar/keyServer.ts';
import { Audit, NO_DAMAGE } from '../support/audit.ts';
import { askFresh, failures, percentile, startInstance, underLoad } from '../support/cluster.ts';
import type { Asked } from '../support/cluster.ts';
import { figure, isLongRun, ms } from '../support/figures.ts';
import { startSandbox } from '../support/server.ts';

const LATENCY_MS = 100;
const PLACES = isLongRun ? 8 : 3;
const CAPACITY = (PLACES * 1000) / LATENCY_MS; // questions a second
const seconds = isLongRun ? 60 : 4;

it(
  'at three times the capacity the goodput holds, and the rest is shed at once',
  async () => {
    const sandbox = await startSandbox({ latencyMs: LATENCY_MS });
    const env = { PAYSTAR_MAX_CONCURRENT: String(PLACES), PAYSTAR_MAX_QUEUED: '16' };
    const server = await startInstance(sandbox, 'memory:', env);
    await times(20, () => askFresh(server));
    const audit = new Audit(sandbox, [server], 12_000);
    const atPeak = await underLoad(() => [server], sleep(2000), { width: PLACES + 4 });
    const peak = atPeak.length / 2;
    const asked: Promise<Asked>[] = [];
    const startedAt = performance.now();
    while (performance.now() - startedAt < seconds * 1000) {
      const due = ((performance.now() - startedAt) / 1000) * CAPACITY * 3;
      while (asked.length < due) asked.push(audit.ask());
      await sleep(5); // an open loop: questions come whether or not the ones before have been answered
    }
    const replies = await Promise.all(asked);
    const lastedSeconds = (performance.now() - startedAt) / 1000;
    const goodput = (replies.length - failures(replies).length) / lastedSeconds;
    expect(Object.keys(audit.codes).toSorted()).toEqual(['OVERLOADED', 'answered']);
    const shed = replies.filter(({ code }) => code === 'OVERLOADED').map(reply => reply.ms);
    const share = Math.round((100 * goodput) / peak);
    const name = `three times the capacity for ${seconds} s`;
    // The short run shares its cores with other tests and the load generator; it only shows that nothing breaks down.
    const least = isLongRun ? 90 : 50;
    figure(name, `goodput ≥ ${least} % of the peak`, `${share} % of ${Math.round(peak)}/s`, share >= least);
    const [p50, p99] = [percentile(shed, 0.5), percentile(shed, 0.99)];
    const figures = `${shed.length} shed, median ${ms(p50)}, p99 ${ms(p99)}`;
    figure(name, 'the rest shed in under 50 ms', figures, isLongRun ? p99 < 50 : p50 < 500);
    expect(await audit.damage()).toEqual(NO_DAMAGE);
  },
  (seconds + 30) * 1000,
);

it('two thousand half-open sockets hold nobody up', async () => {
  const sandbox = await startSandbox();
  const server = await startInstance(sandbox, 'memory:');
  await times(50, () => askFresh(server));
  const calm = await oneByOne();
  const sockets = await halfOpen(server.origin, 2000);
  const crowded = await oneByOne();
  expect(failures([...calm, ...crowded])).toEqual([]);
  const [before, after] = [calm, crowded].map(replies =>
    percentile(
      replies.map(reply => reply.ms),
      0.5,
    ),
  );
  const measured = `0 of 50, median ${ms(before)} → ${ms(after)}`;
  figure('2000 half-open sockets', 'failed = 0, median within 20 ms', measured, after - before < 20);
  for (const socket of sockets) socket.destroy();

  async function oneByOne(): Promise<Asked[]> {
    const replies: Asked[] = [];
    for (let turn = 0; turn < 50; turn += 1) replies.push(await askFresh(server));
    return replies;
  }
});

function halfOpen(origin: string, count: number): Promise<Socket[]> {
  const { hostname, port } = new URL(origin);
  const open = () =>
    new Promise<Socket>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(
          'POST /graphql HTTP/1.1\r\nHost: server\r\nContent-Type: application/json\r\nContent-Le',
        );
        resolve(socket);
      });
      socket.on('error', reject);
    });
  return times(count, open);
}

const stops = isLongRun ? 20 : 3;

it(
  'SIGTERM under load drops nothing that was taken on',
  async () => {
    let [dropped, replied, slowest] = [0, 0, 0];
    for (let turn = 0; turn < stops; turn += 1) {
      const sandbox = await startSandbox({ latencyMs: 20 });
      const server = await startInstance(sandbox, 'memory:', { SHUTDOWN_DELAY_MS: '1000' });
      await askFresh(server);
      const audit = new Audit(sandbox, [server], 12_000);
      let ready = true; // as whoever balances the load sees it
      const lane = async () => {
        while (ready) await audit.ask().catch(() => (dropped += 1));
      };
      const lanes = times(16, lane);
      await sleep(100); // under load before the signal
      const signalledAt = performance.now();
      server.signal('SIGTERM');
      while (ready) ready = (await fetch(`${server.origin}/health/ready`)).status === 200;
      expect(await server.exited).toEqual({ code: 0, signal: null });
      slowest = Math.max(slowest, performance.now() - signalledAt);
      await lanes;
      replied += audit.questions.length;
      expect(failures(audit.questions)).toEqual([]);
      expect(await audit.damage()).toEqual(NO_DAMAGE);
      await sandbox.close();
    }
    const measured = `${dropped} of ${replied}, slowest end ${ms(slowest)}`;
    figure(`SIGTERM under load, ${stops} times`, 'dropped = 0, exit code 0', measured, dropped === 0);
  },
  30_000 + stops * 5000,
);
