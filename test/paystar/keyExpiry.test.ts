import { describe, expect, it } from '@jest/globals';
import type { ExpiryForm } from '../../src/sandbox/paystar.ts';
import { HOUR, SECOND, startKeyServer } from './keyServer.ts';
import type { KeyServer } from './keyServer.ts';

const READABLE: ExpiryForm[] = [
  'tehran',
  'iso-z',
  'iso-offset',
  'epoch-s',
  'epoch-ms',
  'persian-digits',
  'jalali',
];
const USELESS: ExpiryForm[] = ['missing', 'garbage', 'past', 'year-9999'];

describe('the expiry date that Paystar gives a key', () => {
  it('is believed in every readable form', async () => {
    const server = await startKeyServer({ sandbox: { keyLifetimeMs: 20 * HOUR } });
    for (const form of READABLE) {
      server.sandbox.control.expiryForm = form;
      expect([form, await hoursOfNextKey(server)]).toEqual([form, 20]);
    }
  });

  it('makes the key live 12 hours when it is missing, garbage, past, or in the year 9999', async () => {
    const server = await startKeyServer({ sandbox: { keyLifetimeMs: 20 * HOUR } });
    for (const form of USELESS) {
      server.sandbox.control.expiryForm = form;
      expect([form, await hoursOfNextKey(server)]).toEqual([form, 12]);
    }
  });

  it('is believed up to 24 hours, cut to these up to 26, and taken for an error beyond', async () => {
    const server = await startKeyServer();
    for (const [lifetime, believed] of [
      [1, 1],
      [24, 24],
      [25, 24],
      [26, 24],
      [27, 12],
    ]) {
      server.sandbox.control.setKeyLifetime(lifetime * HOUR);
      expect([lifetime, await hoursOfNextKey(server)]).toEqual([lifetime, believed]);
    }
  });

  it('is read in the zone of PAYSTAR_EXPIRY_UTC_OFFSET when it has none of its own', async () => {
    const server = await startKeyServer({
      sandbox: { keyLifetimeMs: 20 * HOUR },
      env: { PAYSTAR_EXPIRY_UTC_OFFSET: '+00:00' },
    });
    expect(await hoursOfNextKey(server)).toBe(23.5);
    server.sandbox.control.expiryForm = 'iso-offset';
    expect(await hoursOfNextKey(server)).toBe(20);
  });

  it('ends the use of the key: the next question waits for a new one, and the users see nothing of it', async () => {
    const server = await startKeyServer({ sandbox: { keyLifetimeMs: HOUR } });
    for (const generation of [1, 2, 3]) {
      expect(await server.code()).toBe('OK');
      expect(await server.tokenStatus()).toMatchObject({ state: 'VALID', generation });
      server.clock.advance(HOUR + SECOND);
      expect(await server.tokenStatus()).toMatchObject({ state: 'EXPIRED', generation });
    }
    expect(server.sandbox.ledger.entries.filter(entry => entry.status === 5)).toEqual([]);
  });
});

/** From its refresh to its end, of the key that is obtained when the last one is long over. */
async function hoursOfNextKey(server: KeyServer): Promise<number> {
  server.clock.advance(48 * HOUR);
  expect(await server.code()).toBe('OK');
  const { state, refreshedAt, expiresAt } = await server.tokenStatus();
  expect([state, refreshedAt]).toEqual(['VALID', new Date(server.clock.now()).toISOString()]);
  return (Date.parse(expiresAt) - Date.parse(refreshedAt)) / HOUR;
}
