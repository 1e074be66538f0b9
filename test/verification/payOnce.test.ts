import { describe, expect, it } from '@jest/globals';
import { mobileInput, VERIFY_MOBILE, magicMobile } from '../support/questions.ts';
import { hasRedis, startRedis } from '../support/redis.ts';
import { startSandbox, startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';

const SECRET = 'a-store-secret-of-the-tests-only-0123456789';
const ask = async (server: TestServer, input: object) => {
  const { body } = await server.gql(VERIFY_MOBILE, { input });
  return body.data?.verifyMobile ?? body.errors[0].extensions;
};

async function twoServers() {
  const [redis, upstream] = await Promise.all([startRedis(), startSandbox()]);
  const env = { STORE_URL: redis.url, STORE_SECRET: SECRET };
  const [one, two] = await Promise.all([startServer({ upstream, env }), startServer({ upstream, env })]);
  return { redis, upstream, one, two };
}

(hasRedis ? describe : describe.skip)('two servers on one Redis', () => {
  it('share one paid call for a question in flight, and its failure, too', async () => {
    const { upstream, one, two } = await twoServers();
    for (const input of [mobileInput(1), mobileInput(2, { mobileNumber: magicMobile('0011') })]) {
      const before = upstream.ledger.paidCalls();
      const release = upstream.control.hold();
      const first = ask(one, input);
      await upstream.control.whenHeld(1);
      const second = ask(two, input);
      await new Promise(resolve => setTimeout(resolve, 100)); // the second has found the claim by then, or pays and fails
      release();
      const [a, b] = await Promise.all([first, second]);
      expect({ ...b, requestId: '' }).toEqual({ ...a, requestId: '' });
      expect(upstream.ledger.paidCalls() - before).toBe(1);
    }
  });

  it('give a key’s outcome again, refuse other input, keep what may have cost money, free what did not', async () => {
    const { upstream, one, two } = await twoServers();
    const first = await ask(one, mobileInput(3, { idempotencyKey: 'a' }));
    expect(await ask(two, mobileInput(3, { idempotencyKey: 'a' }))).toEqual({ ...first, source: 'RECORD' });
    expect(await ask(two, mobileInput(4, { idempotencyKey: 'a' }))).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
    const unknown = mobileInput(5, { mobileNumber: magicMobile('0011'), idempotencyKey: 'b' });
    expect(await ask(one, unknown)).toMatchObject({ code: 'PAYSTAR_PROVIDER_ERROR', retryable: true });
    expect(await ask(two, unknown)).toMatchObject({ code: 'PAYSTAR_PROVIDER_ERROR', retryable: false });
    const rejected = mobileInput(6, { mobileNumber: magicMobile('0010'), idempotencyKey: 'c' });
    expect(await ask(one, rejected)).toMatchObject({ code: 'PAYSTAR_INPUT_REJECTED' });
    expect(await ask(two, rejected)).toMatchObject({ code: 'PAYSTAR_INPUT_REJECTED' });
    expect(upstream.ledger.paidCalls()).toBe(4); // 3, the unknown once, the rejected twice
  });

  it('give recorded answers that are young enough, whoever of them asked', async () => {
    const { upstream, one, two } = await twoServers();
    const first = await ask(one, mobileInput(7));
    expect(await ask(two, mobileInput(7, { maxAgeSeconds: 60 }))).toEqual({ ...first, source: 'RECORD' });
    expect((await ask(two, mobileInput(7, { maxAgeSeconds: 0 }))).id).not.toBe(first.id);
    expect(upstream.ledger.paidCalls()).toBe(2);
  });

  it('go on without a Redis that is killed, refuse keyed questions, and say so', async () => {
    const { redis, one } = await twoServers();
    await ask(one, mobileInput(8));
    redis.signal('SIGKILL');
    expect(await ask(one, mobileInput(9, { maxAgeSeconds: 60 }))).toMatchObject({
      isMatched: true,
      source: 'LIVE',
    });
    expect(await ask(one, mobileInput(10, { idempotencyKey: 'd' }))).toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
    const { body } = await one.gql('query($id: ID!) { verification(id: $id) { id } }', { id: 'any' });
    expect(body.errors[0].extensions.code).toBe('STORE_UNAVAILABLE');
    await redis.restart();
    while ((await ask(one, mobileInput(11, { idempotencyKey: 'd' }))).code)
      await new Promise(resolve => setTimeout(resolve, 20));
    expect(one.logs.filter(line => line.includes('"state":"')).map(line => JSON.parse(line).state)).toEqual([
      'down',
      'up',
    ]);
  });
});
