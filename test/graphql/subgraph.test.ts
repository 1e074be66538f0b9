import { describe, expect, it, jest } from '@jest/globals';
import { parse, print } from 'graphql';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { MemoryStore } from '../../src/store/memoryStore.ts';
import { VERIFY_CARD, VERIFY_MOBILE, cardInput, mobileInput } from '../support/questions.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';

const ENTITIES = `query Entities($representations: [_Any!]!) {
  _entities(representations: $representations) {
    __typename
    ... on MobileVerification { id isMatched checkedAt source livemode }
    ... on CardVerification { id isMatched checkedAt source livemode }
  }
}`;
const SDL = '{ _service { sdl } }';
const KEYS = { shop: 'shop-key-0123456789', bank: 'bank-key-9876543210' };
const AUTH_API_KEYS = Object.entries(KEYS)
  .map(([name, key]) => `${name}:${createHash('sha256').update(key).digest('hex')}`)
  .join(',');
const as = (caller: keyof typeof KEYS) => ({ authorization: `Bearer ${KEYS[caller]}` });
/** Stands in references that are refused or not found; nothing may repeat it. */
const MARK = 'zzsecretzz';

const askMobile = async (server: TestServer, number = 0): Promise<Record<string, unknown>> =>
  (await server.gql(VERIFY_MOBILE, { input: mobileInput(number) })).body.data.verifyMobile;
const mobile = (id: unknown) => ({ __typename: 'MobileVerification', id });
const card = (id: unknown) => ({ __typename: 'CardVerification', id });

describe('_entities', () => {
  it('gives recorded answers in the order of the references, null for the unknown and for other types', async () => {
    const server = await startServer();
    const first = await askMobile(server);
    const second = (await server.gql(VERIFY_CARD, { input: cardInput() })).body.data.verifyCard;
    const wanted = [card(second.id), mobile('unknown'), mobile(first['id']), card(first['id']), mobile(7)];
    const { body } = await server.gql(ENTITIES, { representations: wanted });
    expect(body.errors).toBeUndefined();
    expect(body.data._entities).toEqual([
      { __typename: 'CardVerification', ...second, source: 'RECORD' },
      null,
      { __typename: 'MobileVerification', ...first, source: 'RECORD' },
      null,
      null,
    ]);
  });

  it('and the other fields of an operation are one read of the store, however many ids they name', async () => {
    const server = await startServer();
    const { id } = await askMobile(server);
    const reads = jest.spyOn(MemoryStore.prototype, 'getMany');
    try {
      const ids = Array.from({ length: 100 }, (_, index) => `unknown-${index}`);
      const query = `query($representations: [_Any!]!, $ids: [ID!]!, $id: ID!) {
        _entities(representations: $representations) { ... on MobileVerification { id } }
        verifications(ids: $ids) { id }
        verification(id: $id) { id }
      }`;
      const { body } = await server.gql(query, { representations: [...ids, id].map(mobile), ids, id });
      expect(body.data._entities.at(-1)).toEqual({ id });
      expect(body.data.verification).toEqual({ id });
      expect(reads.mock.calls.map(([keys]) => keys.length)).toEqual([101]);
    } finally {
      reads.mockRestore();
    }
  });

  it('needs a caller, and gives nothing of another one', async () => {
    const server = await startServer({ env: { AUTH_API_KEYS } });
    const asked = await server.gql(VERIFY_MOBILE, { input: mobileInput() }, as('shop'));
    const { id } = asked.body.data.verifyMobile;
    const read = (headers?: Record<string, string>) =>
      server.gql(ENTITIES, { representations: [mobile(id)] }, headers);
    const [nobody, shop, bank] = [await read(), await read(as('shop')), await read(as('bank'))];
    expect(nobody.body.errors.map((error: any) => error.extensions.code)).toEqual(['UNAUTHENTICATED']);
    expect(nobody.body).not.toHaveProperty('data');
    expect(shop.body.data._entities[0].id).toBe(id);
    expect(bank.body.data._entities).toEqual([null]);
  });
});

const REFUSED: [what: string, literal: string, value: unknown, path: string, code: string][] = [
  ['no reference at all', '', undefined, 'representations', 'REQUIRED'],
  ['null', '(representations: null)', null, 'representations', 'REQUIRED'],
  ['a text', `(representations: ["${MARK}"])`, [MARK], 'representations.0', 'TYPE'],
  ['a number', '(representations: [7])', [7], 'representations.0', 'TYPE'],
  ['a list in the list', `(representations: [["${MARK}"]])`, [[MARK]], 'representations.0', 'TYPE'],
  ['null in the list', '(representations: [null])', [null], 'representations.0', 'REQUIRED'],
  [
    'a reference without type',
    `(representations: [{ id: "${MARK}" }])`,
    [{ id: MARK }],
    'representations.0.__typename',
    'REQUIRED',
  ],
  [
    'an unknown type',
    `(representations: [{ __typename: "${MARK}", id: "1" }])`,
    [{ __typename: MARK, id: '1' }],
    'representations.0.__typename',
    'TYPE',
  ],
  [
    'a type without a key',
    `(representations: [{ __typename: "TokenStatus", id: "1", state: "${MARK}" }])`,
    [{ __typename: 'TokenStatus', id: '1', state: MARK }],
    'representations.0.__typename',
    'TYPE',
  ],
  [
    'the interface',
    `(representations: [{ __typename: "Verification", id: "${MARK}" }])`,
    [{ __typename: 'Verification', id: MARK }],
    'representations.0.__typename',
    'TYPE',
  ],
  [
    'no id',
    `(representations: [{ __typename: "MobileVerification", nationalId: "${MARK}" }])`,
    [{ __typename: 'MobileVerification', nationalId: MARK }],
    'representations.0.id',
    'REQUIRED',
  ],
  [
    'an id that is an object',
    `(representations: [{ __typename: "CardVerification", id: { a: "${MARK}" } }])`,
    [card({ a: MARK })],
    'representations.0.id',
    'TYPE',
  ],
];

describe('a reference that cannot be right is refused, and not repeated:', () => {
  it.each(REFUSED)('%s', async (_, literal, value, path, code) => {
    const server = await startServer();
    const replies = [
      await server.gql(`{ x: _entities${literal} { __typename } }`),
      await server.gql(ENTITIES.replace('_entities', 'x: _entities'), { representations: value }),
    ];
    for (const { status, text, body } of replies) {
      expect(status).toBe(200);
      expect(body).not.toHaveProperty('data');
      expect(body.errors.map((error: any) => error.extensions.code)).toEqual(['BAD_USER_INPUT']);
      expect(body.errors[0].extensions.fields).toEqual([
        { field: 'x', path, code, message: { fa: expect.any(String), en: expect.any(String) } },
      ]);
      expect(text).not.toContain(MARK);
    }
    expect(server.logs.join('')).not.toContain(MARK);
  });

  it('all at once, beside other faults of the operation', async () => {
    const server = await startServer();
    const query = `query($representations: [_Any!]!) {
      _entities(representations: $representations) { __typename } verification(id: null) { id } }`;
    const { body } = await server.gql(query, { representations: [mobile('1'), MARK, mobile(null)] });
    expect(body.errors[0].extensions.fields.map((field: any) => field.path)).toEqual([
      'representations.1',
      'representations.2.id',
      'id',
    ]);
  });
});

it('a reference may bring more fields, which are neither read nor told', async () => {
  const server = await startServer();
  const { id } = await askMobile(server);
  const more = { nationalId: MARK, nested: { rate: 0.5 } };
  const { text, body } = await server.gql(ENTITIES, { representations: [{ ...mobile(id), ...more }] });
  expect(body.data._entities[0].id).toBe(id);
  expect(text + server.logs.join('')).not.toContain(MARK);
});

it('_service tells the committed schema/subgraph.graphql, without introspection and without a caller', async () => {
  const server = await startServer({ env: { AUTH_API_KEYS, NODE_ENV: 'production' } });
  expect((await server.gql('{ __schema { description } }')).body).not.toHaveProperty('data');
  const { body } = await server.gql(SDL);
  const committed = readFileSync(new URL('../../schema/subgraph.graphql', import.meta.url), 'utf8');
  expect(print(parse(body.data._service.sdl))).toBe(print(parse(committed)));
});

it('other root fields beside _service still need a caller', async () => {
  const server = await startServer({ env: { AUTH_API_KEYS } });
  const { body } = await server.gql('{ _service { sdl } verification(id: "1") { id } }');
  expect(body.errors[0].extensions.code).toBe('UNAUTHENTICATED');
});
