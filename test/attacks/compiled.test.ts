import { afterEach, describe, expect, it } from '@jest/globals';
import { startServer } from '../support/server.ts';

/** A text of this form in a literal becomes code in what graphql-jit compiles. */
const CODE = '__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74dglobalThis.OWNED=7';
const owned = globalThis as { OWNED?: number };
afterEach(() => void delete owned.OWNED);

const OPERATIONS: Record<string, string> = {
  'an id': `{ verification(id: "${CODE}") { id } }`,
  'a list of ids': `{ verifications(ids: ["${CODE}"]) { id } }`,
  'a default value': `query($id: ID! = "${CODE}") { verification(id: $id) { id } }`,
  'an idempotency key': `mutation { verifyMobile(input: { nationalId: "9990000018", mobileNumber: "09121110100", idempotencyKey: "${CODE}" }) { id } }`,
  'a field of a representation': `{ _entities(representations: [{ __typename: "MobileVerification", id: "x", more: "${CODE}" }]) { __typename } }`,
};

describe.each(['true', 'false'])('with COMPILED_OPERATIONS=%s', compiled => {
  it.each(Object.entries(OPERATIONS))('%s in a document is never run as code', async (_what, query) => {
    const server = await startServer({ env: { COMPILED_OPERATIONS: compiled } });
    for (let times = 0; times < 6; times += 1) expect((await server.gql(query)).status).toBe(200);
    expect(owned.OWNED).toBeUndefined();
  });

  it('a variable inside a literal and an alias of any name mean the same each time', async () => {
    const server = await startServer({ env: { COMPILED_OPERATIONS: compiled } });
    const input = { nationalId: '9990000018', mobileNumber: '09121234567', maxAgeSeconds: 60 };
    const odd = 'mutation($i: VerifyMobileInput!) { a: verifyMobile(input: $i) { __proto__: id isMatched } }';
    const inner =
      'query($id: ID!) { _entities(representations: [{ __typename: "MobileVerification", id: $id }]) { __typename } }';
    for (let times = 0; times < 6; times += 1) {
      const { text } = await server.gql(odd, { input: undefined, i: input });
      const id = /"__proto__":"([^"]+)"/.exec(text)?.[1];
      expect(id).toBeDefined();
      const entities = await server.gql(inner, { id });
      expect(entities.body.data._entities).toEqual([{ __typename: 'MobileVerification' }]);
    }
  });
});
