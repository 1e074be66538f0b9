import { describe, expect, it } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { mobileInput } from '../support/questions.ts';
import { startServer } from '../support/server.ts';
import { expectHeld } from './attack.ts';
import { HOSTILE, ask, asks } from './documents.ts';

const GRAPHQL = { accept: 'application/graphql-response+json' };
/** Refused for what it asks and not for what it is: a GraphQL answer, in either media type. */
const ANSWERS = new Set(['TOO_MANY_CHECKS']);
/** A body of more than 256 KiB is not even parsed. */
const tooLarge = (document: string) => document.length > 256 * 1024;

describe('a hostile document', () => {
  it.each(Object.entries(HOSTILE))('(%s) is refused, unpaid and unrepeated', async (_, [code, document]) => {
    const server = await startServer();
    expect(tooLarge(document)).toBe(false);
    await expectHeld(server, () => server.gql(document), { status: 200, code });
    const status = ANSWERS.has(code) ? 200 : 400;
    await expectHeld(server, () => server.gql(document, {}, GRAPHQL), { status, code });
    expect(server.logs.filter(line => line.includes('"level":"error"'))).toEqual([]);
  });

  it('of 100 000 directives is too large a body', async () => {
    const server = await startServer();
    const document = `{ __typename ${'@a '.repeat(100_000)} }`;
    await expectHeld(server, () => server.gql(document), { status: 413, code: 'BAD_REQUEST' });
  });
});

describe('its neighbours, which are no attack,', () => {
  it.each([
    ['5 aliased questions', `mutation { ${asks(5)} }`, 5],
    [
      'one question, spread twice under one response key',
      `mutation { ...A ...A ${ask('a')} } fragment A on Mutation { ${ask('a')} }`,
      1,
    ],
    ['30 aliases', `{ ${Array.from({ length: 30 }, (_, n) => `a${n}: __typename`).join(' ')} }`, 0],
    ['one field 200 times', `{ ${'__typename '.repeat(200)} }`, 0],
    [
      '20 directives',
      `{ __typename @include(if: true) ${'... @skip(if: false) { __typename } '.repeat(19)} }`,
      0,
    ],
    [
      'fragments 5 deep',
      '{ ...a } fragment a on Query { ...b } fragment b on Query { ...c } fragment c on Query { ...d } fragment d on Query { tokenStatus { state } }',
      0,
    ],
    ['introspection', getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true }), 0],
    ['a comment of 200 kB', `{ __typename } # ${'x'.repeat(200_000)}`, 0],
  ])('(%s) are answered', async (_, document, paid) => {
    const server = await startServer();
    await expectHeld(server, () => server.gql(document), { status: 200, code: null, paid });
  });
});

describe('MAX_CHECKS_PER_OPERATION counts what would be executed', () => {
  const LIMIT = { env: { MAX_CHECKS_PER_OPERATION: '1' } };

  it.each([
    ['the same field twice', `mutation { ${ask('a')} ${ask('a')} }`],
    ['a fragment spread twice', `mutation { ...A ...A } fragment A on Mutation { ${ask('a')} }`],
    [
      'a fragment in two others',
      `mutation { ...B ...C } fragment A on Mutation { ${ask('a')} } fragment B on Mutation { ...A } fragment C on Mutation { ...A }`,
    ],
    [
      'a field and its inline copy',
      `mutation { ${ask('a')} ... { ${ask('a')} } ... on Mutation { ${ask('a')} } }`,
    ],
    [
      'a fragment that is off once',
      `mutation { ...A @skip(if: true) ...A } fragment A on Mutation { ${ask('a')} }`,
    ],
  ])('(%s: one)', async (_, document) => {
    const server = await startServer(LIMIT);
    const reply = await expectHeld(server, () => server.gql(document), { status: 200, code: null, paid: 1 });
    expect(Object.keys(reply.body.data)).toEqual(['a']);
  });

  it.each([
    ['the same question under two aliases', `mutation { ${ask('a')} ${ask('b')} }`],
    [
      'an alias in a fragment that is spread second',
      `mutation { ...A ...B } fragment A on Mutation { ${ask('a')} } fragment B on Mutation { ${ask('b')} }`,
    ],
    [
      'a fragment that is first off and then on',
      `mutation { ...A @skip(if: true) ${ask('b')} ...A } fragment A on Mutation { ${ask('a')} }`,
    ],
    ['aliases that are names of fields', `mutation { ${ask('verifyCard')} ${ask('verifyMobile')} }`],
  ])('(%s: two, which are refused)', async (_, document) => {
    const server = await startServer(LIMIT);
    await expectHeld(server, () => server.gql(document), { status: 200, code: 'TOO_MANY_CHECKS' });
  });

  it.each([
    ['other input', `mutation { ${ask('a', 1)} ${ask('a', 2)} }`],
    [
      'another field',
      `mutation ($input: VerifyCardInput!) { ${ask('a', 1)} a: verifyCard(input: $input) { id } }`,
    ],
    [
      'a variable',
      `mutation ($input: VerifyMobileInput!) { ${ask('a', 1)} a: verifyMobile(input: $input) { id } }`,
    ],
  ])('and one response key cannot stand for two questions (%s)', async (_, document) => {
    const server = await startServer(LIMIT);
    const send = () => server.gql(document, { input: mobileInput(1) });
    await expectHeld(server, send, { status: 200, code: 'GRAPHQL_VALIDATION_FAILED' });
  });
});

describe('introspection', () => {
  it.each([
    ['{ __schema { types { name } } }'],
    ['{ __type(name: "Query") { name } }'],
    ['{ ...a } fragment a on Query { x: __schema { queryType { name } } }'],
    [getIntrospectionQuery().replaceAll(/\s+/g, ' ')],
  ])('in production is refused: %s', async document => {
    const server = await startServer({ env: { NODE_ENV: 'production' } });
    const reply = await expectHeld(server, () => server.gql(document), {
      status: 200,
      code: 'GRAPHQL_VALIDATION_FAILED',
    });
    expect(reply.text).not.toMatch(/__schema|__type|introspection/i);
  });

  it('of the name of a type is no introspection', async () => {
    const server = await startServer({ env: { NODE_ENV: 'production' } });
    await expectHeld(server, () => server.gql('{ tokenStatus { __typename } }'), { status: 200, code: null });
  });
});

describe('a variable whose default breaks a rule', () => {
  const document = (type: string, value: string, use: string) =>
    `mutation ($v: ${type} = ${value}) { verifyMobile(input: ${use}) { id } }`;
  const USE = '{ nationalId: $v, mobileNumber: "09120000000" }';
  const BAD = document('NationalId!', '"9990000019"', USE);

  it('makes the document invalid, even when a good value is given: its author has to mend it, and not the user', async () => {
    const server = await startServer();
    const held = (variables: Record<string, unknown>, code: string) =>
      expectHeld(server, () => server.gql(BAD, variables), {
        status: 200,
        code,
        marks: ['9990000019', '9990000027'],
      });
    await held({ v: '9990000018' }, 'GRAPHQL_VALIDATION_FAILED');
    const used = await held({}, 'BAD_USER_INPUT');
    const replaced = await held({ v: '9990000027' }, 'BAD_USER_INPUT');
    for (const { body } of [used, replaced])
      expect(body.errors[0].extensions.fields).toMatchObject([
        { path: 'input.nationalId', code: 'CHECKSUM' },
      ]);
  });

  it('is no matter when it is good', async () => {
    const server = await startServer();
    const good = document('NationalId!', '"9990000018"', USE);
    for (const variables of [{}, { v: '9990000018' }])
      await expectHeld(server, () => server.gql(good, variables), { status: 200, code: null, paid: 1 });
  });
});
