import { describe, expect, it } from '@jest/globals';
import { HOUR, SECOND, startKeyServer } from './keyServer.ts';
import type { KeyServer } from './keyServer.ts';

/** Asks several times: whatever is told, Paystar hears nothing of it. */
async function statusOf(server: KeyServer) {
  const before = server.sandbox.ledger.count();
  const told = [await server.tokenStatus(), await server.tokenStatus(), await server.tokenStatus()];
  expect(told[1]).toEqual(told[0]);
  expect(told[2]).toEqual(told[0]);
  expect(server.sandbox.ledger.count()).toBe(before);
  return told[0];
}

const at = (server: KeyServer, ms = 0) => new Date(server.clock.now() + ms).toISOString();

describe('tokenStatus, which never causes a call, is', () => {
  it('ABSENT before the first question', async () => {
    const server = await startKeyServer();
    expect(await statusOf(server)).toEqual({
      state: 'ABSENT',
      expiresAt: null,
      expiresInSeconds: null,
      refreshedAt: null,
      generation: 0,
      lastFailure: null,
      livemode: false,
    });
    expect(server.sandbox.ledger.count()).toBe(0);
  });

  it('ABSENT with its failure when no key could be had', async () => {
    const server = await startKeyServer();
    server.sandbox.control.setRefreshToken('another');
    await server.ask();
    const lastFailure = {
      code: 'PAYSTAR_REFRESH_TOKEN_INVALID',
      status: 13,
      at: at(server),
      retryAt: at(server, 60 * SECOND),
    };
    expect(await statusOf(server)).toMatchObject({ state: 'ABSENT', generation: 0, lastFailure });
  });

  it('VALID with a fresh key, and counts down by the clock of the server', async () => {
    const server = await startKeyServer();
    const [refreshedAt, expiresAt] = [at(server), at(server, 24 * HOUR)];
    await server.ask();
    server.clock.advance(HOUR);
    expect(await statusOf(server)).toEqual({
      state: 'VALID',
      expiresAt,
      expiresInSeconds: 23 * 3600,
      refreshedAt,
      generation: 1,
      lastFailure: null,
      livemode: false,
    });
  });

  it('EXPIRING when a refresh is due, then EXPIRED, without asking for another key', async () => {
    const server = await startKeyServer();
    await server.ask();
    server.clock.advance(23 * HOUR);
    expect(await statusOf(server)).toMatchObject({ state: 'EXPIRING', generation: 1 });
    server.clock.advance(HOUR - 1);
    expect(await statusOf(server)).toMatchObject({ state: 'EXPIRING', generation: 1 });
    server.clock.advance(1);
    expect(await statusOf(server)).toMatchObject({ state: 'EXPIRED', generation: 1, expiresInSeconds: 0 });
    expect(server.sandbox.ledger.refreshes()).toBe(1);
  });

  it.each([4, 5])(
    'REJECTED after status %i with no newer key to be had, and VALID again after one',
    async status => {
      const server = await startKeyServer();
      const { control } = server.sandbox;
      await server.ask();
      control.refreshBehaviour = { status: 0 };
      if (status === 4) control.revokeKeys();
      else control.expireKeys();
      await server.ask();
      expect(await statusOf(server)).toMatchObject({
        state: 'REJECTED',
        generation: 1,
        lastFailure: { code: 'PAYSTAR_SERVER_ERROR', status: 0 },
      });
      control.refreshBehaviour = 'normal';
      server.clock.advance(SECOND);
      expect(await server.code()).toBe('OK');
      expect(await statusOf(server)).toMatchObject({ state: 'VALID', generation: 2, lastFailure: null });
    },
  );

  it('the same on the health page', async () => {
    const server = await startKeyServer();
    const key = async () => (await server.http('/health/ready')).body.key;
    expect(await key()).toEqual({ state: 'ABSENT', expiresAt: null, lastFailure: null });
    await server.ask();
    expect(await key()).toEqual({ state: 'VALID', expiresAt: at(server, 24 * HOUR), lastFailure: null });
    expect(server.sandbox.ledger.refreshes()).toBe(1);
  });
});
