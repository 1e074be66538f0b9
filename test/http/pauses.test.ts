import { describe, expect, it } from '@jest/globals';
import { createClock } from '../support/clock.ts';
import {
  VERIFY_CARD,
  VERIFY_MOBILE,
  cardInput,
  magicCard,
  magicMobile,
  mobileInput,
} from '../support/questions.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';

const PAUSING: Record<string, string> = {
  '0002': 'PAYSTAR_APPLICATION_NOT_FOUND',
  '0003': 'PAYSTAR_APPLICATION_INACTIVE',
  '0006': 'PAYSTAR_ACCESS_PASSWORD_WRONG',
  '0007': 'PAYSTAR_IP_NOT_ALLOWED',
  '0009': 'PAYSTAR_CREDIT_INSUFFICIENT',
  '0012': 'PAYSTAR_SETTINGS_NOT_FOUND',
};

async function start(env: Record<string, string> = {}) {
  const clock = createClock();
  return { clock, server: await startServer({ env, overrides: { now: clock.now } }) };
}

/** The answer, or the extensions of the error. */
async function mobile(server: TestServer, number: number | string) {
  const mobileNumber = typeof number === 'string' ? { mobileNumber: magicMobile(number) } : {};
  const input = mobileInput(typeof number === 'string' ? 0 : number, mobileNumber);
  const { body } = await server.gql(VERIFY_MOBILE, { input });
  return body.data.verifyMobile?.isMatched ?? body.errors[0].extensions;
}

async function card(server: TestServer, code?: string) {
  const input = cardInput(code === undefined ? {} : { cardNumber: magicCard(code) });
  const { body } = await server.gql(VERIFY_CARD, { input });
  return body.data.verifyCard?.isMatched ?? body.errors[0].extensions;
}

describe.each(Object.entries(PAUSING))('after %s (%s)', (number, code) => {
  const status = Number(number);

  it('on one service, either is answered at once, the same way, for a minute and no longer', async () => {
    for (const begin of [mobile, card]) {
      const { clock, server } = await start();
      await begin(server, number);
      for (const retryAfterSeconds of [60, 1]) {
        const paused = [await mobile(server, 1), await card(server)];
        const services = paused.map(({ paystar }) => paystar.service);
        expect(new Set(services).size).toBe(1); // the one whose call met the fault
        for (const extensions of paused) {
          expect(extensions).toMatchObject({ code, charged: 'NO', actor: 'OPERATOR', retryable: false });
          expect(extensions).toMatchObject({ retryAfterSeconds, paystar: { status } });
        }
        clock.advance(59_000);
      }
      expect(server.sandbox.ledger.paidCalls()).toBe(1);
      expect([await mobile(server, 1), await card(server)]).toEqual([true, true]);
    }
  });

  it('one waiting question is the probe; the others keep the answer of the pause until it is back', async () => {
    const { clock, server } = await start();
    await mobile(server, number);
    clock.advance(60_000);
    const release = server.sandbox.control.hold();
    const probe = mobile(server, 1);
    await server.sandbox.control.whenHeld(1);
    for (const extensions of [await mobile(server, 2), await card(server)]) {
      expect(extensions).toMatchObject({ code, charged: 'NO', paystar: { status }, retryAfterSeconds: 1 });
    }
    release();
    expect(await probe).toBe(true);
    expect(server.sandbox.ledger.paidCalls()).toBe(2);
    expect([await mobile(server, 2), await card(server)]).toEqual([true, true]);
  });

  it('a probe that meets it again begins another minute', async () => {
    const { clock, server } = await start();
    await mobile(server, number);
    clock.advance(60_000);
    expect(await card(server, number)).toMatchObject({ code });
    clock.advance(59_999);
    expect(await mobile(server, 1)).toMatchObject({ code, retryAfterSeconds: 1 });
    expect(server.sandbox.ledger.paidCalls()).toBe(2);
  });
});

it('after 0008 its own service is paused for a minute, and the other is not', async () => {
  const { clock, server } = await start();
  await card(server, '0008');
  expect(await card(server)).toMatchObject({
    code: 'PAYSTAR_SERVICE_NOT_ENABLED',
    retryAfterSeconds: 60,
    paystar: { status: 8, service: 'card-national-id' },
  });
  expect(await mobile(server, 1)).toBe(true);
  clock.advance(60_000);
  expect(await card(server)).toBe(true);
  expect(server.sandbox.ledger.paidCalls()).toBe(3);
});

it('nothing is paused after any other status', async () => {
  const { server } = await start();
  for (const number of ['0000', '0004', '0010', '0013', '0100', '0103', '0106']) await mobile(server, number);
  expect([await mobile(server, 1), await card(server)]).toEqual([true, true]);
});

describe('the breaker', () => {
  const faults = async (server: TestServer, number: string, count: number) => {
    for (let asked = 0; asked < count; asked += 1) await mobile(server, number);
  };

  it.each([
    ['0000', 'PAYSTAR_SERVER_ERROR', { status: 0, service: 'mobile-national-id' }],
    ['0011', 'PAYSTAR_PROVIDER_ERROR', { status: 11, service: 'mobile-national-id' }],
    ['0104', 'PAYSTAR_UNREACHABLE', undefined],
    ['0105', 'PAYSTAR_UNREACHABLE', undefined],
    ['0107', 'PAYSTAR_UNREACHABLE', undefined],
  ])(
    'opens after five times %s: nothing is sent, nothing is charged, and later is worth a try',
    async (...row) => {
      const [number, code, paystar] = row;
      const { clock, server } = await start({ PAYSTAR_TIMEOUT_MS: '100' });
      await faults(server, number, 4);
      expect((await mobile(server, number)).retryAfterSeconds).toBeUndefined();
      const refused = await mobile(server, 1);
      expect(refused).toMatchObject({ code, class: 'SERVICE_AVAILABILITY', retryable: true, charged: 'NO' });
      expect(refused).toMatchObject({ actor: 'PROVIDER', retryAfterSeconds: 10 });
      expect(refused.paystar).toEqual(paystar);
      expect(refused.displayMessage.en).not.toMatch(/do not repeat/);
      clock.advance(9_999);
      expect(await mobile(server, 1)).toMatchObject({ code, retryAfterSeconds: 1 });
      expect(server.sandbox.ledger.paidCalls()).toBe(5);
      clock.advance(1);
      expect(await mobile(server, 1)).toBe(true);
    },
  );

  it('lets one waiting question probe, and opens again at once when that meets a fault', async () => {
    const { clock, server } = await start();
    await faults(server, '0011', 5);
    clock.advance(10_000);
    const release = server.sandbox.control.hold();
    const probe = mobile(server, '0011');
    await server.sandbox.control.whenHeld(1);
    expect(await mobile(server, 2)).toMatchObject({ code: 'PAYSTAR_PROVIDER_ERROR', charged: 'NO' });
    release();
    expect(await probe).toMatchObject({ code: 'PAYSTAR_PROVIDER_ERROR', charged: 'UNKNOWN' });
    expect(await mobile(server, 2)).toMatchObject({ retryAfterSeconds: 10, charged: 'NO' });
    expect(server.sandbox.ledger.paidCalls()).toBe(6);
  });

  it('counts faults in a row: any answer of Paystar’s in between starts again', async () => {
    const { server } = await start();
    for (const answer of ['0100', '0010']) {
      await faults(server, '0011', 4);
      await mobile(server, answer);
    }
    await faults(server, '0011', 4);
    expect(await mobile(server, 1)).toBe(true);
  });

  it.each(['0102', '0103', '0106', '0108', '0110', '0113', '0123'])(
    'does not open for answers that cannot be read (%s)',
    async number => {
      const { server } = await start();
      await faults(server, number, 6);
      expect(await mobile(server, 1)).toBe(true);
      expect(server.sandbox.ledger.paidCalls()).toBe(7);
    },
  );

  it.each(['0115', '0116'])('honours the Retry-After that comes with an HTML page (%s)', async number => {
    const { clock, server } = await start();
    expect(await mobile(server, number)).toMatchObject({
      code: 'PAYSTAR_RESPONSE_INVALID',
      charged: 'UNKNOWN',
      retryAfterSeconds: 7,
    });
    expect(await mobile(server, 1)).toMatchObject({ code: 'PAYSTAR_UNREACHABLE', charged: 'NO' });
    expect(server.sandbox.ledger.paidCalls()).toBe(1);
    clock.advance(10_000);
    expect(await mobile(server, 1)).toBe(true);
  });
});
