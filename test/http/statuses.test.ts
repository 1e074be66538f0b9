import { describe, expect, it } from '@jest/globals';
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

/** DESIGN's table, stated once more: code, class, retryable, charged, actor, calls to Paystar (paid, refresh). */
type Row = [string, string, boolean, string, string, number, number];
const C = 'CONFIGURATION';
const S = 'SERVICE_AVAILABILITY';
const U = 'UPSTREAM_CONTRACT';
const STATUSES: Record<string, Row> = {
  '0000': ['PAYSTAR_SERVER_ERROR', S, true, 'UNKNOWN', 'PROVIDER', 1, 1],
  '0002': ['PAYSTAR_APPLICATION_NOT_FOUND', C, false, 'NO', 'OPERATOR', 1, 1],
  '0003': ['PAYSTAR_APPLICATION_INACTIVE', C, false, 'NO', 'OPERATOR', 1, 1],
  '0004': ['PAYSTAR_API_KEY_INVALID', 'AUTHENTICATION', true, 'NO', 'OPERATOR', 2, 2],
  '0005': ['PAYSTAR_API_KEY_EXPIRED', 'AUTHENTICATION', true, 'NO', 'OPERATOR', 2, 2],
  '0006': ['PAYSTAR_ACCESS_PASSWORD_WRONG', C, false, 'NO', 'OPERATOR', 1, 1],
  '0007': ['PAYSTAR_IP_NOT_ALLOWED', C, false, 'NO', 'OPERATOR', 1, 1],
  '0008': ['PAYSTAR_SERVICE_NOT_ENABLED', C, false, 'NO', 'OPERATOR', 1, 1],
  '0009': ['PAYSTAR_CREDIT_INSUFFICIENT', C, false, 'NO', 'OPERATOR', 1, 1],
  '0010': ['PAYSTAR_INPUT_REJECTED', 'VALIDATION', false, 'NO', 'USER', 1, 1],
  '0011': ['PAYSTAR_PROVIDER_ERROR', S, true, 'UNKNOWN', 'PROVIDER', 1, 1],
  '0012': ['PAYSTAR_SETTINGS_NOT_FOUND', C, false, 'NO', 'OPERATOR', 1, 1],
  '0013': ['PAYSTAR_REFRESH_TOKEN_INVALID', C, false, 'NO', 'OPERATOR', 1, 1],
};
const FAULTS: Record<string, Row> = {
  '0102': ['PAYSTAR_STATUS_UNKNOWN', U, false, 'UNKNOWN', 'PROVIDER', 1, 1],
  '0103': ['PAYSTAR_STATUS_UNKNOWN', U, false, 'UNKNOWN', 'PROVIDER', 1, 1],
  '0104': ['PAYSTAR_OUTCOME_UNKNOWN', S, false, 'UNKNOWN', 'PROVIDER', 1, 1],
  '0105': ['PAYSTAR_OUTCOME_UNKNOWN', S, false, 'UNKNOWN', 'PROVIDER', 1, 1],
  '0106': ['PAYSTAR_RESPONSE_INVALID', U, false, 'UNKNOWN', 'PROVIDER', 1, 1],
  '0107': ['PAYSTAR_RESPONSE_INVALID', U, false, 'UNKNOWN', 'PROVIDER', 1, 1],
  '0108': ['PAYSTAR_RESPONSE_INVALID', U, false, 'UNKNOWN', 'PROVIDER', 1, 1],
  '0109': ['PAYSTAR_OUTCOME_UNKNOWN', S, false, 'UNKNOWN', 'PROVIDER', 1, 1],
  '0110': ['PAYSTAR_RESPONSE_INVALID', U, false, 'YES', 'PROVIDER', 1, 1],
  '0111': ['PAYSTAR_RESPONSE_INVALID', U, false, 'YES', 'PROVIDER', 1, 1],
  '0112': ['PAYSTAR_RESPONSE_INVALID', U, false, 'YES', 'PROVIDER', 1, 1],
  '0113': ['PAYSTAR_RESPONSE_INVALID', U, false, 'UNKNOWN', 'PROVIDER', 1, 1],
  '0114': ['PAYSTAR_OUTCOME_UNKNOWN', S, false, 'UNKNOWN', 'PROVIDER', 1, 1],
  '0115': ['PAYSTAR_RESPONSE_INVALID', U, false, 'UNKNOWN', 'PROVIDER', 1, 1],
  '0116': ['PAYSTAR_RESPONSE_INVALID', U, false, 'UNKNOWN', 'PROVIDER', 1, 1],
  '0117': ['PAYSTAR_RESPONSE_INVALID', U, false, 'UNKNOWN', 'PROVIDER', 1, 1],
  '0118': ['PAYSTAR_OUTCOME_UNKNOWN', S, false, 'UNKNOWN', 'PROVIDER', 1, 1],
  '0123': ['PAYSTAR_RESPONSE_INVALID', U, false, 'UNKNOWN', 'PROVIDER', 1, 1],
};

const slow = { PAYSTAR_TIMEOUT_MS: '300' };
const services = {
  'mobile-national-id': (server: TestServer, code: string) =>
    server.gql(VERIFY_MOBILE, { input: mobileInput(0, { mobileNumber: magicMobile(code) }) }),
  'card-national-id': (server: TestServer, code: string) =>
    server.gql(VERIFY_CARD, { input: cardInput({ cardNumber: magicCard(code) }) }),
};
const extensionsOf = (body: any) => body.errors[0].extensions;
const [askMobile] = Object.values(services);

describe.each(Object.entries(services))('%s', (service, ask) => {
  it.each(Object.entries({ ...STATUSES, ...FAULTS }))(
    'answers input %s as the table says',
    async (code, row) => {
      const server = await startServer({ env: slow });
      const reply = await ask(server, code);
      const [name, errorClass, retryable, charged, actor, paid, refreshes] = row;
      expect(reply.status).toBe(200);
      expect(Object.values(reply.body.data)).toEqual([null]);
      const extensions = extensionsOf(reply.body);
      expect(extensions).toMatchObject({ code: name, class: errorClass, retryable, charged, actor });
      expect(extensions.displayMessage.fa).toMatch(/[آ-ی]{3}/);
      expect(extensions.displayMessage.en).toMatch(/[a-z]{3}/);
      expect(extensions.requestId).toBe(reply.headers['x-request-id']);
      if (code in STATUSES) expect(extensions.paystar).toEqual({ status: Number(code), service });
      expect(server.sandbox.ledger.paidCalls()).toBe(paid);
      expect(server.sandbox.ledger.refreshes()).toBe(refreshes);
    },
  );

  it('takes status 1 as an integer and in a string, a mismatch as an answer, and nothing else', async () => {
    const server = await startServer();
    const isMatched = async (code: string) =>
      Object.values<any>((await ask(server, code)).body.data)[0].isMatched;
    expect(await isMatched('0001')).toBe(true);
    expect(await isMatched('0101')).toBe(true);
    expect(await isMatched('0100')).toBe(false);
    expect(await isMatched('0120')).toBe(true); // with HTML and our request in its message
  });
});

describe('status 10', () => {
  it('names the rejected inputs in our own words', async () => {
    const server = await startServer();
    const fields = extensionsOf((await services['card-national-id'](server, '0121')).body).fields;
    expect(fields).toEqual([
      { field: 'verifyCard', path: 'input.nationalId', code: 'REJECTED', message: expect.anything() },
      { field: 'verifyCard', path: 'input.birthDate', code: 'REJECTED', message: expect.anything() },
    ]);
    expect(fields[0].message.fa).toMatch(/[آ-ی]{3}/);
  });

  it('about our credentials alone is the operator’s, and tells the user nothing to correct', async () => {
    const server = await startServer();
    const extensions = extensionsOf((await askMobile(server, '0122')).body);
    expect(extensions).toMatchObject({ code: 'PAYSTAR_INPUT_REJECTED', actor: 'OPERATOR', fields: [] });
    expect(extensions.displayMessage.en).not.toMatch(/correct/);
  });
});

describe('a failing refresh', () => {
  it.each(Object.entries(STATUSES).filter(([code]) => !['0004', '0005'].includes(code)))(
    'with status %s has the same code, free of charge, and is never the user’s',
    async (code, row) => {
      const server = await startServer();
      server.sandbox.control.refreshBehaviour = { status: Number(code) };
      const extensions = extensionsOf((await server.gql(VERIFY_MOBILE, { input: mobileInput() })).body);
      expect(extensions).toMatchObject({ code: row[0], class: row[1], retryable: row[2], charged: 'NO' });
      expect(extensions.actor).toBe(row[4] === 'USER' ? 'OPERATOR' : row[4]);
      expect(extensions.paystar).toEqual({ status: Number(code), service: 'refresh-api-key' });
      expect(extensions.retryAfterSeconds).toBeGreaterThanOrEqual(0);
      expect(server.sandbox.ledger.paidCalls()).toBe(0);
    },
  );

  it.each(['hang', 'drop', 'html'] as const)('that ends in a %s is free, too', async behaviour => {
    const server = await startServer({ env: slow });
    server.sandbox.control.refreshBehaviour = behaviour;
    const extensions = extensionsOf((await server.gql(VERIFY_MOBILE, { input: mobileInput() })).body);
    expect(extensions.charged).toBe('NO');
    expect(extensions.code).toBe(behaviour === 'html' ? 'PAYSTAR_RESPONSE_INVALID' : 'PAYSTAR_UNREACHABLE');
  });

  it('with 13 is not repeated within the negative cache, and is after it', async () => {
    let time = Date.now();
    const server = await startServer({ overrides: { now: () => time } });
    server.sandbox.control.refreshBehaviour = { status: 13 };
    const ask = async () => extensionsOf((await server.gql(VERIFY_MOBILE, { input: mobileInput() })).body);
    await ask();
    time += 59_000;
    expect(await ask()).toMatchObject({ code: 'PAYSTAR_REFRESH_TOKEN_INVALID', retryAfterSeconds: 1 });
    expect(server.sandbox.ledger.refreshes()).toBe(1);
    time += 2_000;
    expect(await ask()).toMatchObject({ code: 'PAYSTAR_REFRESH_TOKEN_INVALID', retryAfterSeconds: 120 });
    expect(server.sandbox.ledger.refreshes()).toBe(2);
  });
});

describe('an operator’s fault', () => {
  it.each(['0002', '0003', '0006', '0007', '0009', '0012'])(
    '(%s) pauses all for a minute, then one call probes',
    async code => {
      let time = Date.now();
      const server = await startServer({ overrides: { now: () => time } });
      await askMobile(server, code);
      time += 1000;
      const paused = extensionsOf((await server.gql(VERIFY_CARD, { input: cardInput() })).body);
      expect(paused).toMatchObject({ code: STATUSES[code][0], retryAfterSeconds: 59, charged: 'NO' });
      expect(paused.paystar.status).toBe(Number(code));
      expect(server.sandbox.ledger.paidCalls()).toBe(1);
      time += 60_000;
      const probe = await server.gql(VERIFY_CARD, { input: cardInput() });
      expect(probe.body.data.verifyCard.isMatched).toBe(true);
      expect(server.sandbox.ledger.paidCalls()).toBe(2);
    },
  );

  it('(0008) pauses its own service alone', async () => {
    const server = await startServer();
    await askMobile(server, '0008');
    expect(extensionsOf((await server.gql(VERIFY_MOBILE, { input: mobileInput() })).body).code).toBe(
      STATUSES['0008'][0],
    );
    expect((await server.gql(VERIFY_CARD, { input: cardInput() })).body.data.verifyCard.isMatched).toBe(true);
    expect(server.sandbox.ledger.paidCalls()).toBe(2);
  });

  it('is SERVICE_UNAVAILABLE without a status under ERROR_DETAIL=masked, and plain in the log', async () => {
    const server = await startServer({ env: { ERROR_DETAIL: 'masked' } });
    const reply = await askMobile(server, '0009');
    expect(extensionsOf(reply.body)).toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      class: S,
      retryable: true,
      charged: 'NO',
    });
    expect(extensionsOf(reply.body).paystar).toBeUndefined();
    expect(reply.text).not.toMatch(/PAYSTAR|wallet|credit/i);
    expect(server.logs.join('')).toContain('PAYSTAR_CREDIT_INSUFFICIENT');
  });
});

it('five faults in a row open the breaker for ten seconds; then one call probes and closes it', async () => {
  let time = Date.now();
  const server = await startServer({ overrides: { now: () => time } });
  const ask = (number: number, code?: string) =>
    server.gql(VERIFY_MOBILE, {
      input: mobileInput(number, code ? { mobileNumber: magicMobile(code) } : {}),
    });
  for (let fault = 0; fault < 5; fault += 1) await ask(fault, '0011');
  const refused = extensionsOf((await ask(9)).body);
  expect(refused).toMatchObject({ code: 'PAYSTAR_PROVIDER_ERROR', retryAfterSeconds: 10, charged: 'NO' });
  expect(server.sandbox.ledger.paidCalls()).toBe(5);
  time += 10_001;
  expect((await ask(10)).body.data.verifyMobile.isMatched).toBe(true);
  expect((await ask(11)).body.data.verifyMobile.isMatched).toBe(true);
});

it('nothing that listens is PAYSTAR_UNREACHABLE, free of charge', async () => {
  const server = await startServer();
  await server.gql(VERIFY_MOBILE, { input: mobileInput() });
  await server.sandbox.close();
  const extensions = extensionsOf((await server.gql(VERIFY_MOBILE, { input: mobileInput(2) })).body);
  expect(extensions).toMatchObject({
    code: 'PAYSTAR_UNREACHABLE',
    class: S,
    retryable: true,
    charged: 'NO',
    actor: 'PROVIDER',
  });
});
