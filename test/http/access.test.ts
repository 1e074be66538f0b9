import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { TOKEN_STATUS, VERIFY_MOBILE, mobileInput } from '../support/questions.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';

const KEY = 'test-key-of-the-first-app';
const NEXT_KEY = 'test-key-of-the-first-app-after-rotation';
const hashOf = (key: string) => createHash('sha256').update(key).digest('hex');
const CALLERS = { AUTH_API_KEYS: `first-app:${hashOf(KEY)},first-app:${hashOf(NEXT_KEY)}` };

const QUESTION = { query: VERIFY_MOBILE, variables: { input: mobileInput() } };
const deep = `{ tokenStatus ${'{ lastFailure '.repeat(20)}{ code }${' }'.repeat(20)} }`;
const many = `{ ${Array.from({ length: 300 }, (_, n) => `a${n}: tokenStatus { state }`).join(' ')} }`;

interface Operation {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

function send(server: TestServer, { query, variables }: Operation, authorization?: string) {
  return server.gql(query, variables, authorization === undefined ? {} : { authorization });
}

async function expectUnauthenticated(server: TestServer, operation: Operation, authorization?: string) {
  const reply = await send(server, operation, authorization);
  expect(reply.status).toBe(200);
  expect(reply.body.data ?? null).toBeNull();
  expect(reply.body.errors).toHaveLength(1);
  expect(reply.body.errors[0].extensions).toEqual({
    code: 'UNAUTHENTICATED',
    class: 'AUTHENTICATION',
    retryable: false,
    charged: 'NO',
    actor: 'CALLER',
    displayMessage: null,
    requestId: reply.headers['x-request-id'],
  });
}

describe('with AUTH_API_KEYS, a request without a credential', () => {
  it.each<[string, Operation]>([
    ['a paid question', QUESTION],
    ['the state of the key', { query: TOKEN_STATUS }],
    ['a record', { query: '{ verification(id: "x") { id } }' }],
    ['several records', { query: '{ verifications(ids: ["x"]) { id } }' }],
    ['a bad variable', { query: VERIFY_MOBILE, variables: { input: mobileInput(0, { nationalId: '1' }) } }],
    ['missing variables', { query: VERIFY_MOBILE }],
    ['bad literals', { query: 'mutation { verifyCard(input: { nationalId: 1 }) { id } }' }],
    ['an unknown field', { query: '{ tokenStatus { nothing } }' }],
    ['an unknown argument', { query: '{ tokenStatus(now: true) { state } }' }],
    ['an unknown field next to it', { query: '{ nothing tokenStatus { state } }' }],
    ['a document that is too deep', { query: deep }],
    ['a document that is too large', { query: many }],
    ['an alias and a fragment', { query: '{ ...a } fragment a on Query { b: tokenStatus { state } }' }],
    ['an inline fragment', { query: '{ ... on Query { tokenStatus { state } } }' }],
    ['a field that may be skipped', { query: '{ tokenStatus @skip(if: true) { state } }' }],
  ])('for %s is UNAUTHENTICATED, whatever else is wrong with it', async (_what, operation) => {
    const server = await startServer({ env: CALLERS });
    await expectUnauthenticated(server, operation);
    expect(server.sandbox.ledger.count()).toBe(0);
  });

  it('may still ask what the schema is', async () => {
    const server = await startServer({ env: CALLERS });
    const reply = await send(server, { query: '{ __typename __schema { queryType { name } } }' });
    expect(reply.body.data).toEqual({ __typename: 'Query', __schema: { queryType: { name: 'Query' } } });
  });

  it('may still ask for health', async () => {
    const server = await startServer({ env: CALLERS });
    expect((await server.http('/health/live')).status).toBe(200);
    expect((await server.http('/health/ready')).status).toBe(200);
  });
});

describe('with AUTH_API_KEYS, a credential', () => {
  it.each([
    ['of nobody', 'Bearer test-key-of-nobody'],
    ['that is empty', ''],
    ['without a key', 'Bearer '],
    ['of another scheme', `Basic ${Buffer.from(`first-app:${KEY}`).toString('base64')}`],
    ['without a scheme', KEY],
    ['that is the stored hash', `Bearer ${hashOf(KEY)}`],
    ['that is the stored setting', `Bearer first-app:${hashOf(KEY)}`],
    ['in other letters', `Bearer ${KEY.toUpperCase()}`],
    ['with something after it', `Bearer ${KEY} ${KEY}`],
    ['that is part of one', `Bearer ${KEY.slice(0, -1)}`],
    ['of 10 kB', `Bearer ${'k'.repeat(10_000)}`],
  ])('%s opens nothing', async (_what, authorization) => {
    const server = await startServer({ env: CALLERS });
    await expectUnauthenticated(server, QUESTION, authorization);
    expect(server.sandbox.ledger.count()).toBe(0);
    for (const secret of [KEY, hashOf(KEY)]) expect(server.logs.join('')).not.toContain(secret);
  });

  it('that is known is answered, both keys of a rotation, and is logged by its name alone', async () => {
    const server = await startServer({ env: CALLERS });
    for (const authorization of [`Bearer ${KEY}`, `bearer ${NEXT_KEY}`]) {
      const reply = await send(server, QUESTION, authorization);
      expect(reply.body.data.verifyMobile).toMatchObject({ isMatched: true, livemode: false });
      expect((await send(server, { query: TOKEN_STATUS }, authorization)).body.errors).toBeUndefined();
    }
    expect(server.logs.join('')).toContain('"caller":"first-app"');
    for (const secret of [KEY, NEXT_KEY, hashOf(KEY), hashOf(NEXT_KEY)])
      expect(server.logs.join('')).not.toContain(secret);
  });

  it('that is known is told what is wrong with its document', async () => {
    const server = await startServer({ env: CALLERS });
    const codeOf = async (query: string) =>
      (await send(server, { query }, `Bearer ${KEY}`)).body.errors[0].extensions.code;
    expect(await codeOf('{ tokenStatus { nothing } }')).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(await codeOf(deep)).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(await codeOf(many)).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(await codeOf('mutation { verifyCard(input: { nationalId: 1 }) { id } }')).toBe('BAD_USER_INPUT');
  });
});

describe('introspection', () => {
  const SCHEMA = { query: '{ __schema { types { name } } }' };
  const TYPE = { query: '{ __type(name: "Query") { name } }' };
  const codeOf = (reply: any) => reply.body.errors?.[0].extensions.code;

  it('is off in production, and leaves __typename', async () => {
    const server = await startServer({ env: { NODE_ENV: 'production' } });
    for (const operation of [SCHEMA, TYPE]) {
      const reply = await send(server, operation);
      expect(codeOf(reply)).toBe('GRAPHQL_VALIDATION_FAILED');
      expect(reply.body.data ?? null).toBeNull();
    }
    expect((await send(server, { query: '{ __typename }' })).body.data).toEqual({ __typename: 'Query' });
  });

  it('is as INTROSPECTION says, wherever the server runs', async () => {
    const on = await startServer({ env: { NODE_ENV: 'production', INTROSPECTION: 'true' } });
    expect((await send(on, TYPE)).body.data).toEqual({ __type: { name: 'Query' } });
    const off = await startServer({ env: { INTROSPECTION: 'false' } });
    expect(codeOf(await send(off, TYPE))).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  it('is not replaced by suggestions', async () => {
    const server = await startServer({ env: { NODE_ENV: 'production' } });
    for (const query of ['{ tokenStatu { state } }', 'mutation { verifyMobil { id } }'])
      expect((await send(server, { query })).text).not.toMatch(/tokenStatus|verifyMobile|Did you/);
  });
});
