import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClock } from '../support/clock.ts';
import { byLabels, scrape, select, sum } from '../support/metrics.ts';
import {
  TOKEN_STATUS,
  VERIFY_CARD,
  VERIFY_MOBILE,
  cardInput,
  magicCard,
  magicMobile,
  mobileInput,
} from '../support/questions.ts';
import { hasRedis, startRedis } from '../support/redis.ts';
import { startSandbox, startServer } from '../support/server.ts';
import type { TestServerOptions } from '../support/server.ts';

const HOUR = 3_600_000;

/** A server whose time stands still, and Paystar's with it. */
async function startStill(options: TestServerOptions = {}) {
  const clock = createClock();
  const upstream = await startSandbox({ now: clock.now, ...options.sandbox });
  const server = await startServer({ upstream, overrides: { now: clock.now }, ...options });
  const ask = (input: object) => server.gql(VERIFY_MOBILE, { input });
  const magic = (code: string) => ask(mobileInput(0, { mobileNumber: magicMobile(code) }));
  return { clock, upstream, server, ask, magic, now: () => scrape(server) };
}

it('the expiry of the key is told while there is a key, and each refresh by its outcome', async () => {
  const { clock, upstream, server, ask, now } = await startStill();
  const EXPIRY = 'paystar_api_key_expiry_timestamp_seconds';
  expect(select(await now(), EXPIRY)).toEqual([]);
  await ask(mobileInput());
  const { body } = await server.gql(TOKEN_STATUS);
  expect(sum(await now(), EXPIRY) * 1000).toBe(Date.parse(body.data.tokenStatus.expiresAt));
  upstream.control.revokeKeys();
  await ask(mobileInput(1));
  upstream.control.expiryForm = 'garbage';
  clock.advance(25 * HOUR);
  await ask(mobileInput(2));
  clock.advance(25 * HOUR);
  upstream.control.refreshBehaviour = { status: 13 };
  await ask(mobileInput(3));
  const samples = await now();
  expect(byLabels(samples, 'paystar_key_refreshes_total')).toEqual({ refreshed: 3, failed: 1 });
  expect(byLabels(samples, 'paystar_key_events_total')).toEqual({ rejected: 1, expiry_assumed: 1 });
  expect(upstream.ledger.refreshes()).toBe(4);
});

it('a pause is told with its scope and cause until a call gets through', async () => {
  const { clock, ask, magic, server, now } = await startStill();
  const paused = async () => byLabels(await now(), 'paystar_paused');
  expect(await paused()).toEqual({});
  await server.gql(VERIFY_CARD, { input: cardInput({ cardNumber: magicCard('0008') }) });
  expect(await paused()).toEqual({ 'card-national-id PAYSTAR_SERVICE_NOT_ENABLED': 1 });
  await magic('0009');
  expect(await paused()).toEqual({
    'card-national-id PAYSTAR_SERVICE_NOT_ENABLED': 1,
    'all PAYSTAR_CREDIT_INSUFFICIENT': 1,
  });
  clock.advance(61_000);
  await ask(mobileInput());
  expect(await paused()).toEqual({ 'card-national-id PAYSTAR_SERVICE_NOT_ENABLED': 1 });
});

it('an open breaker is told for its service, and no longer once a call got through', async () => {
  const { clock, ask, magic, now } = await startStill();
  const open = async () =>
    select(await now(), 'paystar_breaker_open').map(({ labels, value }) => [labels['service'], value]);
  const closed = [
    ['mobile-national-id', 0],
    ['card-national-id', 0],
  ];
  expect(await open()).toEqual(closed);
  for (let n = 0; n < 5; n += 1) await magic('0000');
  expect(await open()).toEqual([
    ['mobile-national-id', 1],
    ['card-national-id', 0],
  ]);
  clock.advance(11_000);
  await ask(mobileInput());
  expect(await open()).toEqual(closed);
});

it('paid calls in flight and waiting are told, and none once all is over', async () => {
  const { upstream, ask, now } = await startStill({ env: { PAYSTAR_MAX_CONCURRENT: '2' } });
  const queue = async () => {
    const samples = await now();
    return [sum(samples, 'paystar_calls_active'), sum(samples, 'paystar_calls_queued')];
  };
  const release = upstream.control.hold();
  const asked = [1, 2, 3, 4, 5].map(number => ask(mobileInput(number)));
  await upstream.control.whenHeld(2);
  while ((await queue())[1] !== 3); // each turn is a request, so the others come in meanwhile
  expect(await queue()).toEqual([2, 3]);
  release();
  await Promise.all(asked);
  expect(await queue()).toEqual([0, 0]);
});

it('a store in a file is up, and its operations are timed; one in memory is only up', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gauges-'));
  for (const [kind, url, least] of [
    ['sqlite', `sqlite:${folder}/store.sqlite`, 4],
    ['memory', 'memory:', 0],
  ] as const) {
    const { ask, now } = await startStill({ env: { STORE_URL: url, STORE_SECRET: 's'.repeat(40) } });
    await ask(mobileInput());
    const samples = await now();
    expect(byLabels(samples, 'store_up')).toEqual({ [kind]: 1 });
    const timed = sum(samples, 'store_operation_duration_seconds_count', { outcome: 'ok' });
    expect(kind === 'memory' ? timed === 0 : timed >= least).toBe(true);
  }
  rmSync(folder, { recursive: true });
});

(hasRedis ? describe : describe.skip)('with Redis', () => {
  it('the store is down while it is away, and its failed operations are timed', async () => {
    const redis = await startRedis();
    const env = { STORE_URL: redis.url, STORE_SECRET: 'a-store-secret-of-the-tests-only-0123456789' };
    const server = await startServer({ env });
    expect(byLabels(await scrape(server), 'store_up')).toEqual({ redis: 1 });
    redis.signal('SIGKILL');
    await server.gql(VERIFY_MOBILE, { input: mobileInput() });
    const samples = await scrape(server);
    expect(select(samples, 'store_up')).toEqual([{ name: 'store_up', labels: { kind: 'redis' }, value: 0 }]);
    expect(sum(samples, 'store_operation_duration_seconds_count', { outcome: 'failed' })).toBeGreaterThan(0);
    await redis.restart();
    while (sum(await scrape(server), 'store_up') === 0) await new Promise(resolve => setTimeout(resolve, 20));
  });
});
