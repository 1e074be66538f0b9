import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { adviceFor } from '../../src/errors/advice.ts';
import { createClock } from '../support/clock.ts';
import { VERIFY_CARD, VERIFY_MOBILE, cardInput, magicMobile, mobileInput } from '../support/questions.ts';
import { hasRedis, startRedis } from '../support/redis.ts';
import { startSandbox, startServer } from '../support/server.ts';
import type { TestServer, TestServerOptions } from '../support/server.ts';

const KEY = 'test-key-of-the-first-app';
const env = { AUTH_API_KEYS: `first-app:${createHash('sha256').update(KEY).digest('hex')}` };
const BEARER = { authorization: `Bearer ${KEY}` };
const MINUTE = 60_000;

async function startStill(options: TestServerOptions = {}) {
  const clock = createClock();
  const upstream = await startSandbox({ now: clock.now, lateAnswerMs: 20 });
  const server = await startServer({ upstream, env, overrides: { now: clock.now }, ...options });
  const magic = (code: string, more = {}) =>
    server.gql(
      VERIFY_MOBILE,
      { input: mobileInput(0, { mobileNumber: magicMobile(code), ...more }) },
      BEARER,
    );
  return { clock, upstream, server, magic };
}

/** The lines of these events so far, as objects. */
function lines({ logs }: TestServer, ...events: string[]): any[] {
  return logs.map(text => JSON.parse(text)).filter(({ event }) => events.includes(event));
}

/** Level and state, code or outcome of each line. */
const told = (server: TestServer, ...events: string[]) =>
  lines(server, ...events).map(({ level, code, state, message }) => [level, code ?? state ?? message]);

describe('a request leaves one line', () => {
  it('with id, caller, operation, code, duration, and what it says about money', async () => {
    const { server, magic } = await startStill();
    await magic('0001');
    await magic('0001', { maxAgeSeconds: 60 }); // a record
    await magic('0010');
    await magic('0000');
    await magic('0110'); // paid for, and of no use
    await server.gql(VERIFY_MOBILE, { input: mobileInput() });
    await server.gql(VERIFY_MOBILE, { input: mobileInput(0, { nationalId: '1' }) }, BEARER);
    const requests = lines(server, 'request');
    expect(requests.map(({ code, charged }) => [code, charged])).toEqual([
      ['OK', 'YES'],
      ['OK', 'NO'],
      ['PAYSTAR_INPUT_REJECTED', 'NO'],
      ['PAYSTAR_SERVER_ERROR', 'UNKNOWN'],
      ['PAYSTAR_RESPONSE_INVALID', 'YES'],
      ['UNAUTHENTICATED', 'NO'],
      ['BAD_USER_INPUT', 'NO'],
    ]);
    expect(requests[0]).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      event: 'request',
      message: 'request',
      requestId: expect.stringMatching(/^[\w-]{36}$/),
      caller: 'first-app',
      operation: 'VerifyMobile',
      code: 'OK',
      charged: 'YES',
      durationMs: expect.any(Number),
    });
  });

  it('that says YES when one of several answers was paid for', async () => {
    const { server } = await startStill();
    const query =
      'mutation($i: VerifyMobileInput!, $j: VerifyMobileInput!) { a: verifyMobile(input: $i) { id } b: verifyMobile(input: $j) { id } }';
    await server.gql(
      query,
      { i: mobileInput(1), j: mobileInput(0, { mobileNumber: magicMobile('0010') }) },
      BEARER,
    );
    expect(lines(server, 'request')).toMatchObject([{ code: 'PAYSTAR_INPUT_REJECTED', charged: 'YES' }]);
  });
});

describe('the key leaves a line', () => {
  it('for each refresh, and each refusal, with what to do', async () => {
    const { server, magic, upstream, clock } = await startStill();
    await magic('0001');
    upstream.control.revokeKeys();
    await magic('0001');
    upstream.control.refreshBehaviour = { status: 13 };
    clock.advance(25 * 60 * MINUTE);
    await magic('0001');
    expect(told(server, 'key')).toEqual([
      ['info', 'a new API key was obtained'],
      ['warn', 'PAYSTAR_API_KEY_INVALID'],
      ['info', 'a new API key was obtained'],
      ['warn', 'PAYSTAR_REFRESH_TOKEN_INVALID'],
    ]);
    for (const { level, code, message } of lines(server, 'key'))
      if (level === 'warn') expect(message).toContain(adviceFor(code).en);
  });

  it('for the storm of two refused keys', async () => {
    const { server, magic, upstream } = await startStill();
    await magic('0001');
    upstream.control.revokeKeys();
    upstream.control.refreshBehaviour = 'rejected-keys';
    await magic('0001');
    const warnings = lines(server, 'key').filter(({ level }) => level === 'warn');
    expect(warnings).toMatchObject([{ generation: 1 }, { generation: 2 }, { retryAfterSeconds: 30 }]);
    expect(warnings[2].message).toMatch(/something else .*\? Stop it/);
  });

  (hasRedis ? it : it.skip)('for one that another instance has obtained', async () => {
    const [redis, upstream] = [await startRedis(), await startSandbox()];
    const shared = { STORE_URL: redis.url, STORE_SECRET: 'a-store-secret-of-the-tests-only-0123456789' };
    for (const expected of ['a new API key was obtained', 'a newer API key was taken from the store']) {
      const server = await startServer({ upstream, env: shared });
      await server.gql(VERIFY_CARD, { input: cardInput() });
      expect(told(server, 'key')).toEqual([['info', expected]]);
    }
  });
});

it('a pause and a breaker leave a line when they begin, with what to do, and one when they end', async () => {
  const { server, magic, clock } = await startStill();
  await magic('0009');
  await magic('0001'); // held back: no line of its own
  clock.advance(2 * MINUTE);
  await magic('0001');
  for (let n = 0; n < 5; n += 1) await magic('0011');
  clock.advance(MINUTE);
  await magic('0001');
  const over = 'a probe got through; paid calls go on unless it met a new fault';
  expect(told(server, 'pause', 'breaker')).toEqual([
    ['warn', 'PAYSTAR_CREDIT_INSUFFICIENT'],
    ['info', over],
    ['warn', 'PAYSTAR_PROVIDER_ERROR'],
    ['info', over],
  ]);
  for (const { level, code, message } of lines(server, 'pause', 'breaker'))
    if (level === 'warn') expect(message).toContain(adviceFor(code).en);
});

(hasRedis ? it : it.skip)(
  'the store leaves a line when it goes, with what to look at, and one when it returns',
  async () => {
    const redis = await startRedis();
    const shared = { STORE_URL: redis.url, STORE_SECRET: 'a-store-secret-of-the-tests-only-0123456789' };
    const server = await startServer({ env: shared });
    redis.signal('SIGKILL');
    for (let n = 0; n < 3; n += 1) await server.gql(VERIFY_MOBILE, { input: mobileInput(n) });
    await redis.restart();
    while (lines(server, 'store').length < 2) await new Promise(resolve => setTimeout(resolve, 20));
    expect(told(server, 'store')).toEqual([
      ['warn', 'down'],
      ['info', 'up'],
    ]);
    expect(lines(server, 'store')[0].message).toMatch(/Is it up, and has it room\?/);
  },
);
