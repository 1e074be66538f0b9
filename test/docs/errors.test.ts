import { describe, expect, it } from '@jest/globals';
import { ERROR_ROWS, errorsPage, exampleOf } from '../../docs/generate/errorsPage.ts';
import { ERROR_TEXTS } from '../../docs/generate/errorTexts.ts';
import { VERIFY_MOBILE, magicMobile, mobileInput } from '../support/questions.ts';
import { createClock } from '../support/clock.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { blocksOf, readDocument } from './blocks.ts';

type Provoke = () => Promise<any>;

const magic =
  (code: string, env = {}): Provoke =>
  async () =>
    verify(await startServer({ env: { PAYSTAR_TIMEOUT_MS: '300', ...env } }), magicMobile(code));

const send =
  (query: string, env = {}): Provoke =>
  async () =>
    (await startServer({ env })).gql(query);

/** How each code comes about; the status that stands in a code's example is a magic number of the sandbox. */
const PROVOKE: Record<string, Provoke> = {
  PAYSTAR_SERVER_ERROR: magic('0000'),
  PAYSTAR_APPLICATION_NOT_FOUND: magic('0002'),
  PAYSTAR_APPLICATION_INACTIVE: magic('0003'),
  PAYSTAR_API_KEY_INVALID: magic('0004'),
  PAYSTAR_API_KEY_EXPIRED: magic('0005'),
  PAYSTAR_ACCESS_PASSWORD_WRONG: magic('0006'),
  PAYSTAR_IP_NOT_ALLOWED: magic('0007'),
  PAYSTAR_SERVICE_NOT_ENABLED: magic('0008'),
  PAYSTAR_CREDIT_INSUFFICIENT: magic('0009'),
  PAYSTAR_INPUT_REJECTED: magic('0121'),
  PAYSTAR_PROVIDER_ERROR: magic('0011'),
  PAYSTAR_SETTINGS_NOT_FOUND: magic('0012'),
  PAYSTAR_REFRESH_TOKEN_INVALID: magic('0001', { PAYSTAR_REFRESH_TOKEN: 'another' }),
  PAYSTAR_STATUS_UNKNOWN: magic('0103'),
  PAYSTAR_RESPONSE_INVALID: magic('0106'),
  PAYSTAR_UNREACHABLE: magic('0001', { PAYSTAR_PROXY_URL: 'http://127.0.0.1:9' }),
  PAYSTAR_OUTCOME_UNKNOWN: magic('0104'),
  BAD_USER_INPUT: async () =>
    (await startServer()).gql(VERIFY_MOBILE, { input: mobileInput(0, { nationalId: '9990000019' }) }),
  GRAPHQL_PARSE_FAILED: send('{'),
  GRAPHQL_VALIDATION_FAILED: send('{ nothing }'),
  OPERATION_RESOLUTION_FAILURE: send('query A { __typename } query B { __typename }'),
  BAD_REQUEST: async () => (await startServer()).http('/graphql'),
  UNAUTHENTICATED: send('{ tokenStatus { state } }', { AUTH_API_KEYS: `app:${'0'.repeat(64)}` }),
  TOO_MANY_CHECKS: send(
    `mutation { ${[0, 1].map(n => `a${n}: verifyMobile(input: { nationalId: "9990000018", mobileNumber: "0912345678${n}" }) { id }`).join(' ')} }`,
    { MAX_CHECKS_PER_OPERATION: '1' },
  ),
  RATE_LIMITED: twice({ SUBJECT_LIMIT_PER_DAY: '1' }),
  BUDGET_EXHAUSTED: twice({ DAILY_BUDGET: '1' }),
  OVERLOADED: async () => {
    const server = await startServer({ env: { PAYSTAR_MAX_CONCURRENT: '1', PAYSTAR_MAX_QUEUED: '0' } });
    const release = server.sandbox.control.hold();
    const first = verify(server, '09120000001');
    await server.sandbox.control.whenHeld(1);
    const refused = await verify(server, '09120000002');
    release();
    await first;
    return refused;
  },
  IDEMPOTENCY_KEY_REUSED: async () => {
    const server = await startServer();
    await server.gql(VERIFY_MOBILE, { input: mobileInput(0, { idempotencyKey: 'k' }) });
    return server.gql(VERIFY_MOBILE, { input: mobileInput(1, { idempotencyKey: 'k' }) });
  },
  IDEMPOTENCY_IN_PROGRESS: async () => {
    const server = await startServer({ env: { REQUEST_TIMEOUT_MS: '300', PAYSTAR_TIMEOUT_MS: '2000' } });
    const ask = () =>
      server.gql(VERIFY_MOBILE, {
        input: { ...mobileInput(), mobileNumber: magicMobile('0104'), idempotencyKey: 'k' },
      });
    await ask();
    return ask();
  },
  STORE_UNAVAILABLE: async () => {
    const env = { STORE_URL: 'redis://127.0.0.1:9', STORE_SECRET: 's'.repeat(32) };
    const server = await startServer({ env });
    return server.gql(VERIFY_MOBILE, { input: mobileInput(0, { idempotencyKey: 'k' }) });
  },
  SERVICE_UNAVAILABLE: magic('0009', { ERROR_DETAIL: 'masked' }),
};

/** A defect of ours cannot be had on demand, and FORBIDDEN takes an issuer of tokens: test/http/jwt.test.ts has it. */
const NOT_PROVOKED = ['INTERNAL_SERVER_ERROR', 'FORBIDDEN'];

describe('docs/errors.md', () => {
  it('is what npm run docs:errors writes', () => {
    expect(words(readDocument('docs/errors.md'))).toBe(words(errorsPage()));
  });

  it('has a text for each code, and for no other', () => {
    expect(Object.keys(ERROR_TEXTS).toSorted()).toEqual(ERROR_ROWS.map(({ code }) => code).toSorted());
  });

  it('shows an example for each code', () => {
    const shown = blocksOf('docs/errors.md').map(({ text }) => JSON.parse(text).extensions.code);
    expect(shown).toEqual(ERROR_ROWS.map(({ code }) => code));
  });

  it('leaves no code without a reply to hold it against but the listed ones', () => {
    const held = [...Object.keys(PROVOKE), ...NOT_PROVOKED];
    expect(held.toSorted()).toEqual(ERROR_ROWS.map(({ code }) => code).toSorted());
  });

  it.each(Object.entries(PROVOKE))('shows %s as the server answers it', async (code, provoke) => {
    const { errors } = (await provoke()).body;
    const { locations: _, ...error } = errors[0];
    const row = ERROR_ROWS.find(candidate => candidate.code === code)!;
    expect(ofTheMoment(error)).toEqual(ofTheMoment(exampleOf(row)));
  });
});

function verify(server: TestServer, mobileNumber: string) {
  return server.gql(VERIFY_MOBILE, { input: mobileInput(0, { mobileNumber }) });
}

/** By the example's clock, 8 hours and a half before midnight in Tehran: how long a day's limit lasts depends on the hour. */
function twice(env: Record<string, string>): Provoke {
  return async () => {
    const { now } = createClock(Date.UTC(2026, 10, 24, 12));
    const server = await startServer({ env, overrides: { now }, sandbox: { now } });
    await server.gql(VERIFY_MOBILE, { input: mobileInput(0) });
    return server.gql(VERIFY_MOBILE, { input: mobileInput(1) });
  };
}

/** Whole words: Prettier pads tables and breaks JSON its own way. */
function words(text: string): string {
  return text.replaceAll(/[\s|-]+/g, '');
}

/** The request's id is another each time. */
function ofTheMoment(error: any): unknown {
  const { extensions } = error;
  return { ...error, extensions: { ...extensions, requestId: typeof extensions.requestId } };
}
