import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { createClock } from '../support/clock.ts';
import {
  SAMPLE_NATIONAL_ID,
  TOKEN_STATUS,
  VERIFY_CARD,
  VERIFY_MOBILE,
  cardInput,
  magicMobile,
  mobileInput,
  nationalIds,
} from '../support/questions.ts';
import { hasRedis, startRedis } from '../support/redis.ts';
import { startSandbox, startServer } from '../support/server.ts';
import type { Reply, TestServer } from '../support/server.ts';

const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');
const NAMES = Array.from({ length: 10 }, (_, index) => `caller-${index}`);
const AUTH_API_KEYS = NAMES.map(name => `${name}:${sha256(`the key of ${name}`.replaceAll(' ', '-'))}`).join(
  ',',
);
const as = (name: string) => ({ authorization: `Bearer the-key-of-${name}` });
const people = nationalIds(200, 300_000_000);

const start = (env: Record<string, string>) => {
  const clock = createClock(Date.UTC(2026, 10, 24, 8)); // 11:30 in Tehran
  const overrides = { now: clock.now, random: () => 0 };
  return startServer({ env, overrides }).then(server => ({ server, clock }));
};
const ask = (server: TestServer, number: number, headers = {}, more = {}) =>
  server.gql(VERIFY_MOBILE, { input: mobileInput(number, more) }, headers);
const codeOf = ({ body }: Reply): string => body.errors?.[0].extensions.code ?? 'answered';
const count = (replies: Reply[]) => {
  const counts: Record<string, number> = {};
  for (const code of replies.map(codeOf)) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
};
const UNTIL_MIDNIGHT = 12.5 * 3600;

describe('RATE_LIMIT_PER_MINUTE', () => {
  it('holds for a caller’s requests of every kind, from the first on for a minute, and for each caller alone', async () => {
    const { server, clock } = await start({ AUTH_API_KEYS, RATE_LIMIT_PER_MINUTE: '3' });
    await ask(server, 1, as('caller-1'));
    await server.gql(TOKEN_STATUS, {}, as('caller-1'));
    await server.gql('{ nonsense', {}, as('caller-1'));
    clock.advance(20_000);
    for (const query of [VERIFY_MOBILE, TOKEN_STATUS, '{ __typename }']) {
      const refused = await server.gql(query, { input: mobileInput(2) }, as('caller-1'));
      expect(refused.status).toBe(200);
      expect(refused.body.errors[0].extensions).toMatchObject({
        code: 'RATE_LIMITED',
        class: 'RESOURCE_LIMIT',
        retryable: true,
        charged: 'NO',
        actor: 'CALLER',
        retryAfterSeconds: 40,
        requestId: refused.headers['x-request-id'],
      });
    }
    expect(codeOf(await ask(server, 3, as('caller-2')))).toBe('answered');
    clock.advance(40_000);
    expect(codeOf(await ask(server, 4, as('caller-1')))).toBe('answered');
    expect(server.sandbox.ledger.paidCalls()).toBe(3);
  });

  it.each([
    ['false', ['answered', 'answered', 'RATE_LIMITED', 'RATE_LIMITED']],
    ['true', ['answered', 'answered', 'answered', 'answered']],
  ])('those without a credential count by address; with TRUST_PROXY=%s', async (TRUST_PROXY, codes) => {
    const { server } = await start({ AUTH_API_KEYS, RATE_LIMIT_PER_MINUTE: '2', TRUST_PROXY });
    const replies: Reply[] = [];
    for (const number of [1, 2, 3, 4])
      replies.push(await server.gql('{ __typename }', {}, { 'x-forwarded-for': `10.0.0.${number}` }));
    expect(replies.map(codeOf)).toEqual(codes);
  });
});

describe('SUBJECT_LIMIT_PER_DAY', () => {
  it.each([
    ['one caller', () => 'caller-0'],
    ['ten callers', (number: number) => `caller-${number % 10}`],
  ])('of a hundred mobiles tried for one national ID by %s, ten are asked', async (_, name) => {
    const { server, clock } = await start({ AUTH_API_KEYS, SUBJECT_LIMIT_PER_DAY: '10' });
    const tries = Array.from({ length: 100 }, (_, number) => ask(server, number, as(name(number))));
    const replies = await Promise.all(tries);
    expect(count(replies)).toEqual({ answered: 10, RATE_LIMITED: 90 });
    expect(server.sandbox.ledger.paidCalls()).toBe(10);
    const refused = replies.find(reply => codeOf(reply) === 'RATE_LIMITED')!;
    expect(refused.body.errors[0].extensions.retryAfterSeconds).toBe(UNTIL_MIDNIGHT);
    const card = { input: cardInput({ nationalId: SAMPLE_NATIONAL_ID.replace(/9/g, '۹') }) };
    expect(codeOf(await server.gql(VERIFY_CARD, card, as('caller-3')))).toBe('RATE_LIMITED');
    expect(codeOf(await ask(server, 200, as('caller-3'), { nationalId: people[0] }))).toBe('answered');
    clock.advance(UNTIL_MIDNIGHT * 1000 - 1);
    expect(codeOf(await ask(server, 201, as('caller-4')))).toBe('RATE_LIMITED');
    clock.advance(1);
    expect(codeOf(await ask(server, 202, as('caller-5')))).toBe('answered');
  });
});

describe('the daily budgets', () => {
  it('a caller’s own ends its questions alone; everybody’s ends all', async () => {
    const budgets = { AUTH_API_KEYS, DAILY_BUDGET_PER_CALLER: '3', DAILY_BUDGET: '5' };
    const { server, clock } = await start(budgets);
    const askAs = (name: string) =>
      Promise.all([1, 2, 3, 4].map(number => ask(server, number, as(name)))).then(count);
    expect(await askAs('caller-0')).toEqual({ answered: 3, BUDGET_EXHAUSTED: 1 });
    expect(await askAs('caller-1')).toEqual({ answered: 2, BUDGET_EXHAUSTED: 2 });
    expect(server.sandbox.ledger.paidCalls()).toBe(5);
    const refused = await ask(server, 9, as('caller-2'));
    expect(refused.body.errors[0].extensions).toMatchObject({
      code: 'BUDGET_EXHAUSTED',
      retryable: true,
      charged: 'NO',
      retryAfterSeconds: UNTIL_MIDNIGHT,
    });
    clock.advance(UNTIL_MIDNIGHT * 1000);
    expect(await askAs('caller-0')).toEqual({ answered: 3, BUDGET_EXHAUSTED: 1 });
  });

  it('a refusal takes nothing from the limits that would have allowed the question', async () => {
    const { server } = await start({
      AUTH_API_KEYS,
      DAILY_BUDGET_PER_CALLER: '1',
      SUBJECT_LIMIT_PER_DAY: '2',
    });
    const replies = [1, 2, 3, 4].map(number => ask(server, number, as('caller-0')));
    expect(count(await Promise.all(replies))).toEqual({ answered: 1, BUDGET_EXHAUSTED: 3 });
    expect(codeOf(await ask(server, 5, as('caller-1')))).toBe('answered');
  });

  it('an answer from a record, or shared in flight, costs none', async () => {
    const { server } = await start({ DAILY_BUDGET: '2' });
    const release = server.sandbox.control.hold();
    const shared = Array.from({ length: 20 }, () => ask(server, 1, {}, { maxAgeSeconds: 60 })); // a late one finds the record
    await server.sandbox.control.whenHeld(1);
    release();
    expect(count(await Promise.all(shared))).toEqual({ answered: 20 });
    expect(codeOf(await ask(server, 1, {}, { maxAgeSeconds: 60 }))).toBe('answered');
    const keyed = await ask(server, 2, {}, { idempotencyKey: 'k' });
    expect(await ask(server, 2, {}, { idempotencyKey: 'k' }).then(codeOf)).toBe(codeOf(keyed));
    expect(codeOf(await ask(server, 3))).toBe('BUDGET_EXHAUSTED');
    expect(server.sandbox.ledger.paidCalls()).toBe(2);
  });

  it('a question refused by the budget frees its idempotency key', async () => {
    const { server, clock } = await start({ DAILY_BUDGET: '0' });
    expect(codeOf(await ask(server, 1, {}, { idempotencyKey: 'k' }))).toBe('BUDGET_EXHAUSTED');
    clock.advance(1000);
    expect(codeOf(await ask(server, 2, {}, { idempotencyKey: 'k' }))).toBe('BUDGET_EXHAUSTED');
  });

  it('what was never sent is given back: a key that cannot be had, a pause, an open breaker', async () => {
    const { server, clock } = await start({ DAILY_BUDGET: '3', SUBJECT_LIMIT_PER_DAY: '3' });
    server.sandbox.control.refreshBehaviour = 'drop';
    for (const number of [1, 2, 3, 4]) expect(codeOf(await ask(server, number))).toBe('PAYSTAR_UNREACHABLE');
    server.sandbox.control.refreshBehaviour = 'normal';
    clock.advance(60_000);
    const paused = await ask(server, 0, {}, { mobileNumber: magicMobile('0009') }); // this one was sent
    expect(codeOf(paused)).toBe('PAYSTAR_CREDIT_INSUFFICIENT');
    for (const number of [5, 6, 7])
      expect(codeOf(await ask(server, number))).toBe('PAYSTAR_CREDIT_INSUFFICIENT');
    clock.advance(60_000);
    const replies: Reply[] = [];
    for (const number of [8, 9, 10]) replies.push(await ask(server, number));
    expect(replies.map(codeOf)).toEqual(['answered', 'answered', 'RATE_LIMITED']);
  });
});

(hasRedis ? describe : describe.skip)('two instances on one Redis', () => {
  const two = async (env: Record<string, string>) => {
    const [redis, upstream] = await Promise.all([startRedis(), startSandbox()]);
    const shared = {
      STORE_URL: redis.url,
      STORE_SECRET: 'a-store-secret-of-the-tests-only-0123456789',
      ...env,
    };
    const servers = await Promise.all([1, 2].map(() => startServer({ upstream, env: shared })));
    return { redis, upstream, servers };
  };

  it('fifty parallel questions at the edge of a budget spend exactly the rest of it', async () => {
    const { upstream, servers } = await two({ DAILY_BUDGET: '20' });
    for (let number = 0; number < 13; number += 1) await ask(servers[number % 2], 1000 + number);
    const asked = Array.from({ length: 50 }, (_, number) => ask(servers[number % 2], number));
    expect(count(await Promise.all(asked))).toEqual({ answered: 7, BUDGET_EXHAUSTED: 43 });
    expect(upstream.ledger.paidCalls()).toBe(20);
  });

  it('share a caller’s rate and a national ID’s limit', async () => {
    const { servers } = await two({ RATE_LIMIT_PER_MINUTE: '10', SUBJECT_LIMIT_PER_DAY: '5' });
    const asked = Array.from({ length: 14 }, (_, number) => ask(servers[number % 2], number));
    expect(count(await Promise.all(asked))).toEqual({ answered: 5, RATE_LIMITED: 9 });
    const refused = await servers[0].gql(TOKEN_STATUS);
    expect(codeOf(refused)).toBe('RATE_LIMITED');
    expect(refused.body.errors[0].extensions.retryAfterSeconds).toBeGreaterThan(0);
    expect(refused.body.errors[0].extensions.retryAfterSeconds).toBeLessThanOrEqual(60);
  });

  it('count each for itself while Redis is away', async () => {
    const { redis, servers } = await two({ DAILY_BUDGET: '4' });
    await ask(servers[0], 1);
    redis.signal('SIGKILL');
    const asked = Array.from({ length: 12 }, (_, number) => ask(servers[0], 10 + number));
    expect(count(await Promise.all(asked))).toEqual({ answered: 4, BUDGET_EXHAUSTED: 8 });
  });

  it('keep neither caller nor national ID in the store in plain', async () => {
    const { redis, servers } = await two({ AUTH_API_KEYS, DAILY_BUDGET_PER_CALLER: '9' });
    await ask(servers[0], 1, as('caller-0'));
    const keys = redis.cli('--scan').split('\n');
    expect(keys.some(key => key.includes(':subject:'))).toBe(true);
    expect(keys.join()).not.toMatch(new RegExp(`${SAMPLE_NATIONAL_ID}|caller-0`));
  });
});
