import { expect, it, jest } from '@jest/globals';
import { CompiledPath } from '../../src/graphql/compiledPath.ts';
import { teach } from '../support/compiled.ts';
import {
  TOKEN_STATUS,
  VERIFY_CARD,
  VERIFY_MOBILE,
  cardInput,
  magicMobile,
  mobileInput,
} from '../support/questions.ts';
import { startServer } from '../support/server.ts';
import type { Reply, TestServer } from '../support/server.ts';

const VERIFICATION = 'query($id: ID!) { verification(id: $id) { __typename id isMatched source } }';
const VERIFICATIONS =
  'query($ids: [ID!]!) { verifications(ids: $ids) { __typename id ... on CardVerification { isMatched } } }';
const ENTITIES =
  'query($r: [_Any!]!) { _entities(representations: $r) { __typename ... on MobileVerification { id isMatched } } }';
const ALIASED = `mutation($a: VerifyMobileInput!, $b: VerifyMobileInput!) {
  first: verifyMobile(input: $a) { id isMatched } second: verifyMobile(input: $b) { ...all } again: verifyMobile(input: $a) { id }
}
fragment all on MobileVerification { isMatched checkedAt source }`;
const LITERAL = `mutation($age: Int) {
  verifyMobile(input: { nationalId: "۹۹۹۰۰۰۰۰۱۸", mobileNumber: "+98 912 111 0100", maxAgeSeconds: $age }) { isMatched source }
}`;
const CONDITIONAL =
  'mutation($i: VerifyMobileInput!, $no: Boolean!) { verifyMobile(input: $i) { id isMatched @skip(if: $no) } }';
const TEXTS = [
  VERIFY_MOBILE,
  VERIFY_CARD,
  TOKEN_STATUS,
  VERIFICATION,
  VERIFICATIONS,
  ENTITIES,
  ALIASED,
  LITERAL,
  CONDITIONAL,
];

type Case = [name: string, body: unknown, headers?: Record<string, string>];
const ask = (name: string, input: object, query = VERIFY_MOBILE): Case => [
  name,
  { query, variables: { input } },
];
const SIX = `mutation { ${[1, 2, 3, 4, 5, 6]
  .map(n => `a${n}: verifyMobile(input: { nationalId: "9990000018", mobileNumber: "0912000000${n}" }) { id }`)
  .join(' ')} }`;

/** In this order, so that later ones find what earlier ones left. ID stands for the first answer's. */
const CASES: Case[] = [
  ask('a match', mobileInput(1)),
  ask('the same from a record', mobileInput(1, { maxAgeSeconds: 60 })),
  ask('a mismatch', mobileInput(0, { mobileNumber: magicMobile('0100') })),
  ask('a card', cardInput(), VERIFY_CARD),
  ...['0004', '0010', '0011'].map(code =>
    ask(`what Paystar answers to ${code}`, mobileInput(0, { mobileNumber: magicMobile(code) })),
  ),
  ask('bad input', { nationalId: '1', mobileNumber: 'x', more: true }),
  ask('no input', { nationalId: null }),
  ['a variable that is a list', { query: VERIFY_MOBILE, variables: { input: [] } }],
  ['no variables', { query: VERIFY_MOBILE }],
  ['variables that are none', { query: VERIFY_MOBILE, variables: 'x' }],
  ['variables in a list', { query: VERIFY_MOBILE, variables: [] }],
  [
    'a polluting variable',
    JSON.parse(`{"query":${JSON.stringify(TOKEN_STATUS)},"variables":{"__proto__":{"a":1}}}`),
  ],
  ['an operation by its name', { query: TOKEN_STATUS, operationName: 'TokenStatus' }],
  ['a name that is not there', { query: TOKEN_STATUS, operationName: 'Other' }],
  ['a name that is no text', { query: TOKEN_STATUS, operationName: 1 }],
  ['extensions', { query: TOKEN_STATUS, extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } }],
  ['a list of operations', [{ query: TOKEN_STATUS }]],
  ['a query that is no text', { query: 1 }],
  [
    'an idempotency key',
    { query: VERIFY_MOBILE, variables: { input: mobileInput(7, { idempotencyKey: 'k' }) } },
  ],
  ['the same key', { query: VERIFY_MOBILE, variables: { input: mobileInput(7, { idempotencyKey: 'k' }) } }],
  [
    'the same key for another',
    { query: VERIFY_MOBILE, variables: { input: mobileInput(8, { idempotencyKey: 'k' }) } },
  ],
  ['a recorded answer', { query: VERIFICATION, variables: { id: 'ID' } }],
  ['an unknown one', { query: VERIFICATION, variables: { id: 'unknown' } }],
  ['several', { query: VERIFICATIONS, variables: { ids: ['unknown', 'ID', 'ID'] } }],
  ['one for a list', { query: VERIFICATIONS, variables: { ids: 'ID' } }],
  ['an id that is none', { query: VERIFICATION, variables: { id: {} } }],
  ['entities', { query: ENTITIES, variables: { r: [{ __typename: 'MobileVerification', id: 'ID' }] } }],
  ['entities of no type', { query: ENTITIES, variables: { r: [{ __typename: 'Query', id: 'ID' }, 1] } }],
  ['aliases and fragments', { query: ALIASED, variables: { a: mobileInput(2), b: mobileInput(3) } }],
  [
    'an alias that fails',
    {
      query: ALIASED,
      variables: { a: mobileInput(4), b: mobileInput(0, { mobileNumber: magicMobile('0010') }) },
    },
  ],
  ['literals', { query: LITERAL, variables: { age: 60 } }],
  ['a literal object with an absent variable', { query: LITERAL }],
  ['a variable of another type', { query: LITERAL, variables: { age: '60' } }],
  ['a condition', { query: CONDITIONAL, variables: { i: mobileInput(9), no: true } }],
  ['a condition that is none', { query: CONDITIONAL, variables: { i: mobileInput(9), no: 'x' } }],
  ['too many checks', { query: SIX }],
  ['introspection', { query: '{ __schema { queryType { name } } }' }],
  ['an unknown field', { query: '{ unknown }' }],
  ['no GraphQL', { query: '{' }],
  ...[
    '*/*',
    'application/graphql-response+json',
    'application/graphql-response+json, application/json;q=0.9',
    'text/html',
  ].flatMap((accept): Case[] => [
    [accept, { query: TOKEN_STATUS }, { accept }],
    [`${accept}, refused`, { query: VERIFY_MOBILE, variables: { input: {} } }, { accept }],
  ]),
  // The last ones, since each ends in a pause, and its refusals would stand in for all that comes later.
  ...['0012', '0006', '0003', '0002'].map(code =>
    ask(`what Paystar answers to ${code}`, mobileInput(0, { mobileNumber: magicMobile(code) })),
  ),
  ask('a pause', mobileInput(10)),
];

const VARYING = ['date', 'content-length', 'x-request-id'];

/** What a caller sees, without what is another each time. */
function seen({ status, headers, text }: Reply) {
  const others = Object.fromEntries(Object.entries(headers).filter(([name]) => !VARYING.includes(name)));
  const told = text
    .replaceAll(/[\da-f]{8}-[\da-f-]{27}/g, 'UUID')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/"(expiresInSeconds|retryAfterSeconds)":\d+/g, '"$1":0');
  return { status, headers: others, told };
}

async function conversation(server: TestServer) {
  const seenReplies = [];
  let id = 'none';
  for (const [name, body, headers] of CASES) {
    const reply = await server.http('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body).replaceAll('"ID"', JSON.stringify(id)),
    });
    if (name === 'a match') ({ id } = reply.body.data.verifyMobile);
    seenReplies.push({ name, ...seen(reply) });
  }
  const { ledger } = server.sandbox;
  const calls = ledger.entries.map(({ endpoint, status, charged }) => ({ endpoint, status, charged }));
  const lines = server.logs.map(line => JSON.parse(line)).filter(({ event }) => event === 'request');
  return {
    seenReplies,
    calls,
    lines: lines.map(({ code, operation, charged, level }) => ({ code, operation, charged, level })),
  };
}

it.each(['full', 'masked'])(
  'replies, calls and log lines are the same with and without the short way (%s)',
  async detail => {
    const env = { ERROR_DETAIL: detail, AUTH_DISABLED: 'true' };
    const [short, long] = await Promise.all([
      startServer({
        env: { ...env, COMPILED_OPERATIONS: 'true' },
        overrides: { teach: path => teach(path, TEXTS) },
      }),
      startServer({ env: { ...env, COMPILED_OPERATIONS: 'false' } }),
    ]);
    const taken = jest.spyOn(CompiledPath.prototype, 'answer');
    const [a, b] = [await conversation(short), await conversation(long)];
    expect(taken.mock.calls.length).toBeGreaterThan(CASES.length / 2);
    taken.mockRestore();
    for (const [index, { name }] of a.seenReplies.entries())
      expect([name, a.seenReplies[index]]).toEqual([name, b.seenReplies[index]]);
    expect(a.calls).toEqual(b.calls);
    expect(a.lines).toEqual(b.lines);
  },
);
