import { expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshInput, startCluster, startInstance } from '../support/cluster.ts';
import { figure } from '../support/figures.ts';
import type { TestProcess } from '../support/process.ts';
import { VERIFY_MOBILE } from '../support/questions.ts';
import { hasRedis, startRedis } from '../support/redis.ts';
import { startSandbox } from '../support/server.ts';

const itWithRedis = hasRedis ? it : it.skip;

const ask = async (server: TestProcess, input: object) => {
  const reply = await server.gql(VERIFY_MOBILE, { input });
  return reply.data?.verifyMobile ?? reply.errors[0].extensions;
};
const many = (servers: readonly TestProcess[], count: number, input: object) =>
  Promise.all(Array.from({ length: count }, (_, index) => ask(servers[index % servers.length], input)));

itWithRedis(
  'two processes with fifty identical questions each pay once, and give a hundred equal answers',
  async () => {
    const [redis, sandbox] = await Promise.all([startRedis(), startSandbox({ latencyMs: 50 })]);
    const servers = await startCluster(2, sandbox, redis.url);
    const answers = await many(servers, 100, freshInput({ maxAgeSeconds: 0 }));
    expect(new Set(answers.map(answer => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ isMatched: true, source: 'LIVE' });
    expect(sandbox.ledger.paidCalls()).toBe(1);
  },
);

itWithRedis(
  'the same idempotency key on both processes pays once, also after both have restarted',
  async () => {
    const [redis, sandbox] = await Promise.all([
      startRedis('--appendonly', 'yes'),
      startSandbox({ latencyMs: 50 }),
    ]);
    const input = freshInput({ idempotencyKey: 'order-1' });
    const servers = await startCluster(2, sandbox, redis.url);
    const answers = await many(servers, 100, input);
    expect(new Set(answers.map(answer => answer.id)).size).toBe(1);
    for (const server of servers) server.signal('SIGKILL');
    await redis.restart();
    const [again] = await startCluster(1, sandbox, redis.url);
    expect(await ask(again, input)).toMatchObject({ id: answers[0].id, isMatched: true, source: 'RECORD' });
    expect(await ask(again, { ...input, mobileNumber: '09129999999' })).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
    expect(sandbox.ledger.paidCalls()).toBe(1);
  },
);

it('an idempotency key survives a kill in SQLite, with its outcome', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cluster-'));
  try {
    const sandbox = await startSandbox();
    const url = `sqlite:${join(folder, 'store.sqlite')}`;
    const input = freshInput({ idempotencyKey: 'order-2' });
    const first = await startInstance(sandbox, url);
    const answer = await ask(first, input);
    first.signal('SIGKILL');
    await first.exited;
    const second = await startInstance(sandbox, url);
    expect(await ask(second, input)).toMatchObject({ id: answer.id, source: 'RECORD' });
    expect(sandbox.ledger.paidCalls()).toBe(1);
    expect(sandbox.ledger.refreshes()).toBe(1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

itWithRedis(
  'a process killed between send and answer leaves PAYSTAR_OUTCOME_UNKNOWN, and no second call',
  async () => {
    const [redis, sandbox] = await Promise.all([startRedis(), startSandbox()]);
    const env = { PAYSTAR_TIMEOUT_MS: '1000', REQUEST_TIMEOUT_MS: '12000' };
    const [sender, other] = await startCluster(2, sandbox, redis.url, env);
    const input = freshInput({ idempotencyKey: 'order-3' });
    const release = sandbox.control.hold();
    const lost = ask(sender, input).catch(() => 'gone');
    await sandbox.control.whenHeld(1);
    sender.signal('SIGKILL');
    release();
    expect(await lost).toBe('gone');
    const outcome = await ask(other, input); // waits until the claim is over: PAYSTAR_TIMEOUT_MS + 5 s, and a second
    expect(outcome).toMatchObject({ code: 'PAYSTAR_OUTCOME_UNKNOWN', charged: 'UNKNOWN', retryable: false });
    expect(await ask(other, input)).toMatchObject({ code: 'PAYSTAR_OUTCOME_UNKNOWN', retryable: false });
    const calls = sandbox.ledger.paidCalls();
    figure(
      'SIGKILL between send and answer, asked again with its idempotencyKey',
      'PAYSTAR_OUTCOME_UNKNOWN, 1 call',
      `${outcome.code}, ${calls}`,
      calls === 1,
    );
  },
);

itWithRedis(
  'who finds a question in progress waits for it until the own deadline, then is told so',
  async () => {
    const [redis, sandbox] = await Promise.all([startRedis(), startSandbox()]);
    const [sender] = await startCluster(1, sandbox, redis.url);
    const [impatient] = await startCluster(1, sandbox, redis.url, { REQUEST_TIMEOUT_MS: '300' });
    const release = sandbox.control.hold();
    const input = freshInput();
    const answer = ask(sender, input);
    await sandbox.control.whenHeld(1);
    expect(await ask(impatient, input)).toMatchObject({
      code: 'IDEMPOTENCY_IN_PROGRESS',
      charged: 'NO',
      retryable: true,
    });
    release();
    expect(await answer).toMatchObject({ isMatched: true });
    expect(sandbox.ledger.paidCalls()).toBe(1);
  },
);
