import { describe, expect, it } from '@jest/globals';
import { HOUR, SECOND, startKeyServer, times, until } from './keyServer.ts';

describe('one refresh for any number of callers', () => {
  it('when 1000 of them come at once and there is no key', async () => {
    const server = await startKeyServer();
    expect(server.sandbox.ledger.count()).toBe(0);
    expect(await times(1000, server.code)).toEqual(Array(1000).fill('OK'));
    expect(server.sandbox.ledger.refreshes()).toBe(1);
    expect(server.sandbox.ledger.paidCalls()).toBe(1000);
    expect(await server.tokenStatus()).toMatchObject({ state: 'VALID', generation: 1 });
  });

  it.each(['revokeKeys', 'expireKeys'] as const)(
    'when 500 calls are in flight with a key that %s ends: each is replayed once and answered',
    async end => {
      const server = await startKeyServer();
      const { control, ledger } = server.sandbox;
      expect(await server.code()).toBe('OK');
      const release = control.hold();
      const calls = times(500, server.code);
      await control.whenHeld(500);
      control[end]();
      release();
      expect(await calls).toEqual(Array(500).fill('OK'));
      expect([ledger.refreshes(), ledger.paidCalls(), ledger.charged()]).toEqual([2, 1 + 500 + 500, 501]);
    },
  );

  it('when a 4 comes back for a key that has been replaced meanwhile: its call is replayed without a refresh', async () => {
    const server = await startKeyServer();
    const { ledger, control } = server.sandbox;
    expect(await server.code()).toBe('OK');
    const release = control.hold();
    server.clock.advance(23 * HOUR);
    control.setLatency(500); // of the refresh, so that all of them leave with the old key, which it ends
    const late = times(20, server.code);
    await control.whenHeld(20);
    control.setLatency(0);
    await until(async () => (await server.tokenStatus()).generation === 2);
    release();
    expect(await late).toEqual(Array(20).fill('OK'));
    const refused = ledger.entries.filter(entry => entry.status === 4).length;
    expect(refused).toBeGreaterThan(0);
    expect([ledger.refreshes(), ledger.paidCalls(), ledger.charged()]).toEqual([2, 21 + refused, 21]);
  });

  it('and a second 4, on the replay, is final', async () => {
    const server = await startKeyServer();
    server.sandbox.control.refreshBehaviour = 'rejected-keys';
    expect(await server.ask()).toMatchObject({
      code: 'PAYSTAR_API_KEY_INVALID',
      class: 'AUTHENTICATION',
      charged: 'NO',
      actor: 'OPERATOR',
      paystar: { status: 4, service: 'mobile-national-id' },
    });
    expect(server.sandbox.ledger.refreshes()).toBe(2);
    expect(server.sandbox.ledger.paidCalls()).toBe(2);
  });
});

describe('a refresh that hangs', () => {
  it('keeps nobody waiting while the key is still valid', async () => {
    const server = await startKeyServer();
    expect(await server.code()).toBe('OK');
    server.sandbox.control.refreshBehaviour = 'hang';
    server.clock.advance(23 * HOUR);
    expect(await server.tokenStatus()).toMatchObject({ state: 'EXPIRING' });
    expect(await times(100, server.code)).toEqual(Array(100).fill('OK'));
    await until(() => server.sandbox.ledger.refreshes() === 2);
    expect(await times(100, server.code)).toEqual(Array(100).fill('OK'));
    expect(server.sandbox.ledger.refreshes()).toBe(2);
  });

  it('gives PAYSTAR_UNREACHABLE at the deadline of the caller when the key is gone, and nothing is sent', async () => {
    const server = await startKeyServer({ env: { REQUEST_TIMEOUT_MS: '300', PAYSTAR_TIMEOUT_MS: '6000' } });
    expect(await server.code()).toBe('OK');
    server.clock.advance(24 * HOUR);
    server.sandbox.control.refreshBehaviour = 'hang';
    const startedAt = performance.now();
    const outcomes = await times(20, server.ask);
    expect(performance.now() - startedAt).toBeLessThan(3000);
    const told = { code: 'PAYSTAR_UNREACHABLE', retryable: true, charged: 'NO', actor: 'PROVIDER' };
    for (const outcome of outcomes) expect(outcome).toMatchObject(told);
    expect(server.sandbox.ledger.refreshes()).toBe(2);
    expect(server.sandbox.ledger.paidCalls()).toBe(1);
  });

  it('gives PAYSTAR_UNREACHABLE at its own timeout, when that comes first', async () => {
    const server = await startKeyServer({ env: { PAYSTAR_TIMEOUT_MS: '200' } });
    server.sandbox.control.refreshBehaviour = 'hang';
    const told = { code: 'PAYSTAR_UNREACHABLE', charged: 'NO', retryAfterSeconds: expect.any(Number) };
    expect(await server.ask()).toMatchObject(told);
    const lastFailure = { code: 'PAYSTAR_UNREACHABLE', status: null };
    expect(await server.tokenStatus()).toMatchObject({ state: 'ABSENT', lastFailure });
  });

  it('goes on without the caller that began it: the key comes for the next one', async () => {
    const server = await startKeyServer({
      env: { REQUEST_TIMEOUT_MS: '150' },
      sandbox: { latencyMs: 400 },
    });
    expect(await server.code()).toBe('PAYSTAR_UNREACHABLE');
    await until(async () => (await server.tokenStatus()).state === 'VALID');
    server.sandbox.control.setLatency(0);
    expect(await server.code()).toBe('OK');
    expect(server.sandbox.ledger.refreshes()).toBe(1);
  });
});

describe('a key near its end', () => {
  it.each([
    [0, 1.2],
    [1, 2.4],
  ])('is renewed behind the callers 5 to 10 %% before its end (drawn: %d)', async (random, hoursBefore) => {
    const server = await startKeyServer({ random: () => random });
    expect(await server.code()).toBe('OK');
    server.clock.advance((24 - hoursBefore) * HOUR - SECOND);
    expect(await server.code()).toBe('OK');
    expect(await server.tokenStatus()).toMatchObject({ state: 'VALID', generation: 1 });
    server.clock.advance(SECOND);
    expect(await server.code()).toBe('OK');
    await until(async () => (await server.tokenStatus()).generation === 2);
    expect(server.sandbox.ledger.refreshes()).toBe(2);
  });

  it('is no longer used once less than a minute is left', async () => {
    const server = await startKeyServer({ random: () => 1 });
    expect(await server.code()).toBe('OK');
    server.sandbox.control.refreshBehaviour = { status: 0 };
    server.clock.advance(24 * HOUR - 61 * SECOND);
    expect(await server.code()).toBe('OK');
    await until(async () => (await server.tokenStatus()).lastFailure !== null);
    server.clock.advance(2 * SECOND);
    expect(await server.ask()).toMatchObject({ code: 'PAYSTAR_SERVER_ERROR', charged: 'NO' });
    expect(server.sandbox.ledger.refreshes()).toBe(3);
    expect(server.sandbox.ledger.paidCalls()).toBe(2);
  });
});
