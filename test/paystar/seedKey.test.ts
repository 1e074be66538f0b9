import { describe, expect, it } from '@jest/globals';
import { createClock } from '../support/clock.ts';
import { startSandbox } from '../support/server.ts';
import { HOUR, startKeyServer, times, until } from './keyServer.ts';

/** A server whose operator gave it a first key. */
async function startSeeded(seed?: string) {
  const clock = createClock();
  const upstream = await startSandbox({ now: clock.now, endsOldKeyOnRefresh: false });
  const key = seed ?? upstream.control.issueKey();
  const server = await startKeyServer({ clock, upstream, env: { PAYSTAR_API_KEY: key } });
  const bearers = () =>
    upstream.ledger.entries.flatMap(({ headers }) => (headers.authorization ? [headers.authorization] : []));
  return { server, upstream, key, bearers };
}

describe('PAYSTAR_API_KEY', () => {
  it('is due for a refresh from the start, of unknown age, and costs no call before the first question', async () => {
    const { server, upstream } = await startSeeded();
    expect(await server.tokenStatus()).toMatchObject({
      state: 'EXPIRING',
      generation: 0,
      expiresAt: null,
      expiresInSeconds: null,
      refreshedAt: null,
      lastFailure: null,
    });
    expect(upstream.ledger.count()).toBe(0);
  });

  it('answers the first questions, while one refresh behind them replaces it', async () => {
    const { server, upstream, key, bearers } = await startSeeded();
    expect(await times(50, server.code)).toEqual(Array(50).fill('OK'));
    expect(bearers()[0]).toBe(`Bearer ${key}`);
    await until(async () => (await server.tokenStatus()).generation === 1);
    expect(await server.tokenStatus()).toMatchObject({
      state: 'VALID',
      refreshedAt: '2026-11-24T08:00:00.000Z',
    });
    expect(await server.code()).toBe('OK');
    expect(bearers().at(-1)).toBe(`Bearer ${upstream.control.currentKey}`);
    expect([upstream.ledger.refreshes(), upstream.ledger.paidCalls()]).toEqual([1, 51]);
  });

  it('goes on answering when it cannot be replaced', async () => {
    const { server, upstream } = await startSeeded();
    upstream.control.refreshBehaviour = { status: 13 };
    expect(await server.code()).toBe('OK');
    await until(async () => (await server.tokenStatus()).lastFailure !== null);
    server.clock.advance(2 * HOUR);
    expect(await times(20, server.code)).toEqual(Array(20).fill('OK'));
    expect(await server.tokenStatus()).toMatchObject({ state: 'EXPIRING', generation: 0 });
  });

  it('that Paystar refuses costs a refresh and a replay, and nobody an error', async () => {
    const { server, upstream } = await startSeeded('a-key-that-nobody-issued');
    expect(await server.code()).toBe('OK');
    expect([upstream.ledger.refreshes(), upstream.ledger.charged()]).toEqual([1, 1]);
    expect(await server.tokenStatus()).toMatchObject({ state: 'VALID', generation: 1 });
  });

  it('that a refresh gives again counts as obtained, with the date that came with it', async () => {
    const { server, upstream, key } = await startSeeded();
    upstream.control.refreshBehaviour = 'same-key';
    expect(await server.code()).toBe('OK');
    await until(() => server.logs.some(line => line.includes('a new API key was obtained')));
    expect(await server.tokenStatus()).toMatchObject({
      generation: 1,
      expiresAt: '2026-11-25T08:00:00.000Z',
    });
    expect(upstream.control.currentKey).toBe(key);
    expect(server.logs.filter(line => line.includes('STORE_SECRET'))).toEqual([]);
  });
});
