import { describe, expect, it } from '@jest/globals';
import { createClock } from '../support/clock.ts';
import { VERIFY_CARD, VERIFY_MOBILE, cardInput, magicMobile, mobileInput } from '../support/questions.ts';
import { hasRedis, startRedis } from '../support/redis.ts';
import { startSandbox, startServer } from '../support/server.ts';
import type { Reply, TestServer } from '../support/server.ts';

const codeOf = ({ body }: Reply): string => body.errors?.[0].extensions.code ?? 'answered';

(hasRedis ? describe : describe.skip)('of two instances on one Redis', () => {
  async function two() {
    const [redis, upstream] = await Promise.all([startRedis(), startSandbox()]);
    const clock = createClock();
    const env = { STORE_URL: redis.url, STORE_SECRET: 'a-store-secret-of-the-tests-only-0123456789' };
    const options = { upstream, env, overrides: { now: clock.now } };
    const [one, other] = await Promise.all([startServer(options), startServer(options)]);
    let number = 0;
    const ask = (server: TestServer, status?: string) => {
      const more = status ? { mobileNumber: magicMobile(status) } : {};
      return server.gql(VERIFY_MOBILE, { input: mobileInput((number += 1), more) });
    };
    /** Asks `other` until it refuses; it looks at what the first one has told at most once a second. */
    const untilRefused = async (): Promise<Reply> => {
      for (;;) {
        const reply = await ask(other);
        if (codeOf(reply) !== 'answered') return reply;
        clock.advance(1000);
      }
    };
    await ask(other);
    clock.advance(1000);
    return { redis, upstream, clock, one, other, ask, untilRefused };
  }

  it.each([
    ['0009', 'PAYSTAR_CREDIT_INSUFFICIENT', 9],
    ['0002', 'PAYSTAR_APPLICATION_NOT_FOUND', 2],
  ])('what status %s tells one, the other knows for the rest of the pause', async (magic, code, status) => {
    const { upstream, clock, one, other, ask, untilRefused } = await two();
    expect(codeOf(await ask(one, magic))).toBe(code);
    const refused = (await untilRefused()).body.errors[0].extensions;
    expect(refused).toMatchObject({
      code,
      charged: 'NO',
      paystar: { status, service: 'mobile-national-id' },
    });
    expect(refused.retryAfterSeconds).toBeGreaterThan(50);
    const before = upstream.ledger.paidCalls();
    expect(codeOf(await other.gql(VERIFY_CARD, { input: cardInput() }))).toBe(code);
    clock.advance(refused.retryAfterSeconds * 1000 - 1);
    expect(codeOf(await ask(other))).toBe(code);
    expect(upstream.ledger.paidCalls()).toBe(before);
    clock.advance(1);
    expect(codeOf(await ask(other))).toBe('answered');
  });

  it('a service that is not enabled pauses that service alone', async () => {
    const { one, other, ask, untilRefused } = await two();
    await ask(one, '0008');
    expect(codeOf(await untilRefused())).toBe('PAYSTAR_SERVICE_NOT_ENABLED');
    expect(codeOf(await other.gql(VERIFY_CARD, { input: cardInput() }))).toBe('answered');
  });

  it('a refused IP address is one instance’s own', async () => {
    const { redis, clock, one, other, ask } = await two();
    expect(codeOf(await ask(one, '0007'))).toBe('PAYSTAR_IP_NOT_ALLOWED');
    expect(codeOf(await ask(one))).toBe('PAYSTAR_IP_NOT_ALLOWED');
    expect(redis.cli('--scan')).not.toContain(':pause:');
    clock.advance(1000);
    for (const _ of [1, 2, 3]) expect(codeOf(await ask(other))).toBe('answered');
  });
});
