import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { VERIFY_MOBILE, mobileInput } from '../support/questions.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';

const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');
const KEYS = { shop: 'shop-key-0123456789', bank: 'bank-key-9876543210', rotated: 'shop-key-of-next-year' };
const AUTH_API_KEYS = `shop:${sha256(KEYS.shop)},bank:${sha256(KEYS.bank)},shop:${sha256(KEYS.rotated)}`;
const start = () => startServer({ env: { AUTH_API_KEYS } });
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const askMobile = (server: TestServer, headers: Record<string, string>, number = 0) =>
  server.gql(VERIFY_MOBILE, { input: mobileInput(number) }, headers);

describe('with AUTH_API_KEYS', () => {
  it('the log names the caller, and no reply or line holds a key or its hash', async () => {
    const server = await start();
    const replies = await Promise.all([
      askMobile(server, bearer(KEYS.shop)),
      askMobile(server, bearer('a-wrong-credential')),
      askMobile(server, bearer(KEYS.bank), 1),
    ]);
    const requests = server.logs.map(line => JSON.parse(line)).filter(({ event }) => event === 'request');
    expect(requests.map(({ caller }) => caller).toSorted()).toEqual(['bank', 'shop', undefined]);
    const told =
      replies.map(({ text, headers }) => text + JSON.stringify(headers)).join('') + server.logs.join('');
    for (const secret of [...Object.values(KEYS), 'a-wrong-credential']) {
      expect(told).not.toContain(secret);
      expect(told.toLowerCase()).not.toContain(sha256(secret));
    }
  });

  it('callers do not share a question, though they ask the same at once', async () => {
    const server = await start();
    const release = server.sandbox.control.hold();
    const asked = [KEYS.shop, KEYS.rotated, KEYS.bank].map(key => askMobile(server, bearer(key)));
    await server.sandbox.control.whenHeld(2);
    release();
    const [shop, rotated, bank] = (await Promise.all(asked)).map(({ body }) => body.data.verifyMobile.id);
    expect(rotated).toBe(shop);
    expect(bank).not.toBe(shop);
    expect(server.sandbox.ledger.paidCalls()).toBe(2);
  });
});

it('with AUTH_DISABLED everybody is the one caller anonymous, whatever credential comes', async () => {
  const server = await startServer();
  for (const headers of [{}, bearer('anything'), { authorization: 'Basic eDp5' }]) {
    expect((await askMobile(server, headers as Record<string, string>)).body.errors).toBeUndefined();
  }
  const callers = server.logs.map(line => JSON.parse(line)).filter(({ event }) => event === 'request');
  expect(callers.map(({ caller }) => caller)).toEqual(['anonymous', 'anonymous', 'anonymous']);
});
