import { describe, expect, it } from '@jest/globals';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { VERIFY_CARD, VERIFY_MOBILE, cardInput, magicMobile, mobileInput } from '../support/questions.ts';
import { startSandbox, startServer } from '../support/server.ts';
import type { Reply } from '../support/server.ts';

const UNREACHABLE = {
  code: 'PAYSTAR_UNREACHABLE',
  class: 'SERVICE_AVAILABILITY',
  retryable: true,
  charged: 'NO',
  actor: 'PROVIDER',
};
const overrides = { random: () => 0 }; // retries and backoff follow at once

function errorOf(reply: Reply): any {
  expect(reply.status).toBe(200);
  const { extensions } = reply.body.errors[0];
  expect(extensions.displayMessage.fa).toMatch(/[آ-ی]{3}/);
  expect(extensions.displayMessage.en).toMatch(/[a-z]{3}/);
  return extensions;
}

/** An address of this machine at which nothing listens. */
async function nobody(): Promise<string> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return `http://127.0.0.1:${port}/api/open-banking`;
}

describe('a Paystar at which nothing listens', () => {
  it('is PAYSTAR_UNREACHABLE for a first question, whose refresh failed', async () => {
    const server = await startServer({ env: { PAYSTAR_BASE_URL: await nobody() }, overrides });
    for (const reply of [
      await server.gql(VERIFY_MOBILE, { input: mobileInput() }),
      await server.gql(VERIFY_CARD, { input: cardInput() }),
    ]) {
      expect(errorOf(reply)).toMatchObject(UNREACHABLE);
      expect(errorOf(reply).paystar).toBeUndefined();
    }
  });

  it('is PAYSTAR_UNREACHABLE for a question with a key, on either service', async () => {
    const server = await startServer({ overrides });
    await server.gql(VERIFY_MOBILE, { input: mobileInput() });
    await server.sandbox.close();
    for (const reply of [
      await server.gql(VERIFY_MOBILE, { input: mobileInput(1) }),
      await server.gql(VERIFY_CARD, { input: cardInput() }),
    ]) {
      expect(errorOf(reply)).toMatchObject(UNREACHABLE);
    }
  });

  it('is asked again, and answers, as soon as it is back', async () => {
    const url = await nobody();
    const server = await startServer({ env: { PAYSTAR_BASE_URL: url }, overrides });
    const question = { input: mobileInput() };
    expect(errorOf(await server.gql(VERIFY_MOBILE, question))).toMatchObject(UNREACHABLE);
    const paystar = await startSandbox({ port: Number(new URL(url).port) });
    expect((await server.gql(VERIFY_MOBILE, question)).body.data.verifyMobile.isMatched).toBe(true);
    expect([paystar.ledger.refreshes(), paystar.ledger.paidCalls()]).toEqual([1, 1]);
  });
});

describe('a refresh that gets no whole answer', () => {
  it.each(['hang', 'drop'] as const)(
    '(%s) is PAYSTAR_UNREACHABLE, since it costs nothing',
    async behaviour => {
      const server = await startServer({ env: { PAYSTAR_TIMEOUT_MS: '150' }, overrides });
      server.sandbox.control.refreshBehaviour = behaviour;
      const extensions = errorOf(await server.gql(VERIFY_CARD, { input: cardInput() }));
      expect(extensions).toMatchObject(UNREACHABLE);
      expect(extensions.displayMessage.en).not.toMatch(/do not repeat/);
      expect(server.sandbox.ledger.paidCalls()).toBe(0);
      expect(server.sandbox.ledger.refreshes()).toBe(1);
    },
  );

  it('(a page) is PAYSTAR_RESPONSE_INVALID, and costs nothing either', async () => {
    const server = await startServer({ overrides });
    server.sandbox.control.refreshBehaviour = 'html';
    const extensions = errorOf(await server.gql(VERIFY_MOBILE, { input: mobileInput() }));
    expect(extensions).toMatchObject({ code: 'PAYSTAR_RESPONSE_INVALID', charged: 'NO', actor: 'PROVIDER' });
    expect(extensions.displayMessage.en).not.toMatch(/do not repeat/);
    expect(server.sandbox.ledger.paidCalls()).toBe(0);
  });

  it.each([4, 5])('and no key, but status %i, is final: one refresh and no question', async status => {
    const server = await startServer({ overrides });
    server.sandbox.control.refreshBehaviour = { status };
    const extensions = errorOf(await server.gql(VERIFY_MOBILE, { input: mobileInput() }));
    expect(extensions).toMatchObject({ class: 'AUTHENTICATION', charged: 'NO', actor: 'OPERATOR' });
    expect(extensions.paystar).toEqual({ status, service: 'refresh-api-key' });
    expect(server.sandbox.ledger.paidCalls()).toBe(0);
    expect(server.sandbox.ledger.refreshes()).toBe(1);
  });
});

it('only a fault that a Paystar status caused names one', async () => {
  const statusOf = async (code: string) => {
    const server = await startServer({ env: { PAYSTAR_TIMEOUT_MS: '150' }, overrides });
    const input = mobileInput(0, { mobileNumber: magicMobile(code) });
    return errorOf(await server.gql(VERIFY_MOBILE, { input })).paystar?.status;
  };
  expect(await statusOf('0103')).toBe(99);
  expect(await statusOf('0102')).toBeNull(); // a text of theirs does not spread
  expect(await statusOf('0110')).toBe(1);
  for (const code of ['0104', '0105', '0106', '0107', '0108', '0109', '0113', '0117', '0123'])
    expect(await statusOf(code)).toBeUndefined();
});
