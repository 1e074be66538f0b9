import { describe, expect, it } from '@jest/globals';
import type { RefreshBehaviour } from '../../src/sandbox/paystar.ts';
import { HOUR, MINUTE, SECOND, startKeyServer, times, until } from './keyServer.ts';

const REFUSALS = [
  [2, 'PAYSTAR_APPLICATION_NOT_FOUND'],
  [3, 'PAYSTAR_APPLICATION_INACTIVE'],
  [6, 'PAYSTAR_ACCESS_PASSWORD_WRONG'],
  [7, 'PAYSTAR_IP_NOT_ALLOWED'],
  [12, 'PAYSTAR_SETTINGS_NOT_FOUND'],
  [13, 'PAYSTAR_REFRESH_TOKEN_INVALID'],
] as const;
const FAULTS: [RefreshBehaviour, string][] = [
  [{ status: 0 }, 'PAYSTAR_SERVER_ERROR'],
  [{ status: 11 }, 'PAYSTAR_PROVIDER_ERROR'],
  [{ status: 99 }, 'PAYSTAR_STATUS_UNKNOWN'],
  ['drop', 'PAYSTAR_UNREACHABLE'],
  ['html', 'PAYSTAR_RESPONSE_INVALID'],
];

describe('a refresh that fails behind a valid key', () => {
  it('leaves the key serving, and is told by tokenStatus until a later success', async () => {
    const server = await startKeyServer({ random: () => 1 });
    const { control, ledger } = server.sandbox;
    for (const [behaviour, code] of [
      ...REFUSALS.map(([status, code]) => [{ status }, code] as const),
      ...FAULTS,
    ]) {
      expect(await server.code()).toBe('OK');
      server.clock.advance(23 * HOUR);
      const { generation } = await server.tokenStatus();
      const refreshes = ledger.refreshes();
      control.refreshBehaviour = behaviour;
      expect(await times(5, server.code)).toEqual(Array(5).fill('OK'));
      await until(async () => (await server.tokenStatus()).lastFailure !== null);
      expect(await server.tokenStatus()).toMatchObject({
        state: 'EXPIRING',
        generation,
        lastFailure: { code },
      });
      expect(await times(5, server.code)).toEqual(Array(5).fill('OK'));
      expect(ledger.refreshes()).toBe(refreshes + 1);
      control.refreshBehaviour = 'normal';
      server.clock.advance(MINUTE);
      expect(await server.code()).toBe('OK');
      await until(async () => (await server.tokenStatus()).generation === generation + 1);
      expect(await server.tokenStatus()).toMatchObject({ state: 'VALID', lastFailure: null });
    }
  });
});

describe('a refresh that changes nothing', () => {
  it('is not repeated for 60 s when the same key came again, which goes on serving', async () => {
    const server = await startKeyServer();
    const { control, ledger } = server.sandbox;
    expect(await server.code()).toBe('OK');
    server.clock.advance(23 * HOUR);
    control.refreshBehaviour = 'same-key';
    expect(await server.code()).toBe('OK');
    await until(() => server.logs.filter(line => line.includes('a new API key')).length === 2);
    server.clock.advance(59 * SECOND);
    for (let round = 0; round < 5; round += 1) expect(await server.code()).toBe('OK');
    expect(await server.tokenStatus()).toMatchObject({ state: 'EXPIRING', generation: 1, lastFailure: null });
    expect(ledger.refreshes()).toBe(2);
    control.refreshBehaviour = 'normal';
    server.clock.advance(SECOND);
    expect(await server.code()).toBe('OK');
    await until(async () => (await server.tokenStatus()).generation === 2);
  });

  it('is not repeated for 60 s when the new key ends no later than the old one', async () => {
    const server = await startKeyServer();
    const { control, ledger } = server.sandbox;
    expect(await server.code()).toBe('OK');
    control.setKeyLifetime(HOUR);
    control.revokeKeys();
    expect(await server.code()).toBe('OK');
    control.revokeKeys();
    expect(await server.code()).toBe('PAYSTAR_API_KEY_INVALID');
    expect(ledger.refreshes()).toBe(2);
    server.clock.advance(61 * SECOND);
    expect(await server.code()).toBe('OK');
    expect(ledger.refreshes()).toBe(3);
  });
});

describe('a refresh that is refused while there is no key', () => {
  it('answers with its code, free of charge, and names the service', async () => {
    const server = await startKeyServer();
    const { control, ledger } = server.sandbox;
    for (const [status, code] of REFUSALS) {
      server.clock.advance(48 * HOUR);
      const [refreshes, paid] = [ledger.refreshes(), ledger.paidCalls()];
      control.refreshBehaviour = { status };
      const outcome = await server.ask();
      expect(outcome).toMatchObject({
        code,
        class: 'CONFIGURATION',
        charged: 'NO',
        retryable: false,
        actor: 'OPERATOR',
        retryAfterSeconds: 60,
        paystar: { status, service: 'refresh-api-key' },
      });
      expect(await times(9, server.ask)).toEqual(
        Array.from({ length: 9 }, () => ({ ...outcome, requestId: expect.any(String) })),
      );
      expect([ledger.refreshes(), ledger.paidCalls()]).toEqual([refreshes + 1, paid]);
      control.refreshBehaviour = 'normal';
      server.clock.advance(MINUTE);
      expect(await server.code()).toBe('OK');
    }
  });

  it('is tried again after 60, 120, 240, 480 and then 600 s, never sooner', async () => {
    const server = await startKeyServer();
    server.sandbox.control.refreshBehaviour = { status: 13 };
    let refreshes = 0;
    for (const wait of [60, 120, 240, 480, 600, 600, 600]) {
      refreshes += 1;
      expect(await server.ask()).toMatchObject({ retryAfterSeconds: wait });
      server.clock.advance(wait * SECOND - 1);
      expect(await server.ask()).toMatchObject({
        code: 'PAYSTAR_REFRESH_TOKEN_INVALID',
        retryAfterSeconds: 1,
      });
      expect(server.sandbox.ledger.refreshes()).toBe(refreshes);
      server.clock.advance(1);
    }
    server.sandbox.control.refreshBehaviour = 'normal';
    expect(await server.code()).toBe('OK');
  });

  it('tells tokenStatus when, why and until when', async () => {
    const server = await startKeyServer();
    server.sandbox.control.refreshBehaviour = { status: 13 };
    await server.ask();
    const at = server.clock.now();
    expect((await server.tokenStatus()).lastFailure).toEqual({
      code: 'PAYSTAR_REFRESH_TOKEN_INVALID',
      status: 13,
      at: new Date(at).toISOString(),
      retryAt: new Date(at + MINUTE).toISOString(),
    });
  });
});

describe('a refresh that meets a fault while there is no key', () => {
  it('answers with its code, charged NO, and never as the user’s fault', async () => {
    const server = await startKeyServer({ random: () => 0 });
    for (const [behaviour, code] of FAULTS) {
      server.sandbox.control.refreshBehaviour = behaviour;
      expect(await server.ask()).toMatchObject({ code, charged: 'NO', actor: 'PROVIDER' });
    }
    expect(server.sandbox.ledger.refreshes()).toBe(FAULTS.length);
    expect(server.sandbox.ledger.paidCalls()).toBe(0);
  });

  it('is the operator’s when Paystar rejects the input of a refresh, since no user wrote it', async () => {
    const server = await startKeyServer();
    server.sandbox.control.refreshBehaviour = { status: 10 };
    expect(await server.ask()).toMatchObject({
      code: 'PAYSTAR_INPUT_REJECTED',
      charged: 'NO',
      actor: 'OPERATOR',
    });
  });

  it('is tried again after at most 0.5, 1, 2 … 30 s', async () => {
    const server = await startKeyServer({ random: () => 1 });
    server.sandbox.control.refreshBehaviour = { status: 0 };
    let refreshes = 0;
    for (const wait of [0.5, 1, 2, 4, 8, 16, 30, 30]) {
      refreshes += 1;
      expect(await server.ask()).toMatchObject({
        code: 'PAYSTAR_SERVER_ERROR',
        retryAfterSeconds: Math.ceil(wait),
      });
      server.clock.advance(wait * SECOND - 1);
      expect(await server.ask()).toMatchObject({ code: 'PAYSTAR_SERVER_ERROR', retryAfterSeconds: 1 });
      expect(server.sandbox.ledger.refreshes()).toBe(refreshes);
      server.clock.advance(1);
    }
  });

  it('is tried again at once where the dice say so: the jitter is a full one', async () => {
    const server = await startKeyServer({ random: () => 0 });
    server.sandbox.control.refreshBehaviour = { status: 0 };
    for (let round = 0; round < 3; round += 1) await server.ask();
    expect(server.sandbox.ledger.refreshes()).toBe(3);
  });
});

describe('two keys rejected within a minute', () => {
  it('stop refreshing for 30, 60, 120, 240 and then 300 s', async () => {
    const server = await startKeyServer();
    server.sandbox.control.refreshBehaviour = 'rejected-keys';
    for (const wait of [30, 60, 120, 240, 300, 300]) {
      expect(await server.code()).toBe('PAYSTAR_API_KEY_INVALID');
      const refreshes = server.sandbox.ledger.refreshes();
      expect(await server.ask()).toMatchObject({
        code: 'PAYSTAR_API_KEY_INVALID',
        retryAfterSeconds: wait,
        charged: 'NO',
      });
      server.clock.advance(wait * SECOND - 1);
      await times(10, server.ask);
      expect(server.sandbox.ledger.refreshes()).toBe(refreshes);
      server.clock.advance(1);
    }
    server.sandbox.control.refreshBehaviour = 'normal';
    expect(await server.code()).toBe('OK');
    expect(await server.tokenStatus()).toMatchObject({ state: 'VALID' });
  });
});
