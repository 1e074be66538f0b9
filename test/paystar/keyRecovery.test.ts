import { describe, expect, it } from '@jest/globals';
import { HOUR, SECOND, startKeyServer, until } from './keyServer.ts';

describe('a key that recovers', () => {
  it('ends a storm for good: the next one, hours later, begins at 30 s', async () => {
    const server = await startKeyServer();
    const { control } = server.sandbox;
    const storm = async () => {
      control.revokeKeys();
      control.refreshBehaviour = 'rejected-keys';
      await server.ask();
      const { retryAfterSeconds } = await server.ask();
      control.refreshBehaviour = 'normal';
      server.clock.advance(retryAfterSeconds * SECOND);
      expect(await server.code()).toBe('OK');
      return retryAfterSeconds;
    };
    expect(await storm()).toBe(30);
    for (let hour = 0; hour < 5; hour += 1) {
      server.clock.advance(HOUR);
      expect(await server.code()).toBe('OK');
    }
    expect(await storm()).toBe(30);
  });

  it('is not asked for more than once a minute when Paystar gives the refused one again', async () => {
    const server = await startKeyServer();
    const { control, ledger } = server.sandbox;
    await server.ask();
    control.refreshBehaviour = 'same-key';
    control.revokeKeys();
    expect(await server.code()).toBe('PAYSTAR_API_KEY_INVALID');
    server.clock.advance(59 * SECOND);
    expect(await server.ask()).toMatchObject({
      code: 'PAYSTAR_API_KEY_INVALID',
      retryAfterSeconds: 1,
      charged: 'NO',
    });
    expect(ledger.refreshes()).toBe(2);
    server.clock.advance(SECOND);
    control.refreshBehaviour = 'normal';
    expect(await server.code()).toBe('OK');
    await until(() => ledger.refreshes() === 3);
  });
});
