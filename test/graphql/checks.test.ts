import { describe, expect, it } from '@jest/globals';
import { VERIFY_MOBILE, cardInput, magicMobile, mobileInput } from '../support/questions.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';

const ASK = (alias: string, number = 0) => {
  const { nationalId, mobileNumber } = mobileInput(number);
  return `${alias}: verifyMobile(input: { nationalId: "${nationalId}", mobileNumber: "${mobileNumber}" }) { id isMatched source }`;
};
const aliases = (count: number) =>
  Array.from({ length: count }, (_, index) => ASK(`a${index}`, index)).join(' ');

describe('several checks in one operation', () => {
  it('ask Paystar once for the same question under two aliases, and give both the same answer', async () => {
    const server = await startServer();
    const { body } = await server.gql(`mutation { ${ASK('one')} ${ASK('two')} }`);
    expect(body.data.one).toEqual({ id: expect.any(String), isMatched: true, source: 'LIVE' });
    expect(body.data.two).toEqual(body.data.one);
    expect(server.sandbox.ledger.paidCalls()).toBe(1);
  });

  it('know a question again in another spelling, whether it is a literal or a variable', async () => {
    const server = await startServer();
    const { body } = await server.gql(
      `mutation ($input: VerifyMobileInput!) { ${ASK('one')} two: verifyMobile(input: $input) { id } }`,
      { input: { nationalId: '۹۹۹۰۰۰-۰۰۱۸', mobileNumber: '+98 912 000 0000' } },
    );
    expect(body.data.two.id).toBe(body.data.one.id);
    expect(server.sandbox.ledger.paidCalls()).toBe(1);
  });

  it('ask twice when anything in the question differs', async () => {
    const server = await startServer();
    const { body } = await server.gql(
      'mutation ($a: VerifyCardInput!, $b: VerifyCardInput!) { a: verifyCard(input: $a) { id } b: verifyCard(input: $b) { id } }',
      { a: cardInput(), b: cardInput({ birthDate: '1991-04-21' }) },
    );
    expect(body.data.a.id).not.toBe(body.data.b.id);
    expect(server.sandbox.ledger.paidCalls()).toBe(2);
  });

  it('keep their answers when one of them fails', async () => {
    const server = await startServer();
    const { body } = await server.gql(
      `mutation ($bad: VerifyMobileInput!) { ${ASK('before', 1)} failed: verifyMobile(input: $bad) { id } ${ASK('after', 2)} }`,
      { bad: { ...mobileInput(), mobileNumber: magicMobile('0011') } },
    );
    expect(body.data).toMatchObject({
      before: { isMatched: true },
      failed: null,
      after: { isMatched: true },
    });
    expect(body.errors).toHaveLength(1);
    expect(body.errors[0]).toMatchObject({
      path: ['failed'],
      extensions: { code: 'PAYSTAR_PROVIDER_ERROR' },
    });
    expect(server.sandbox.ledger.paidCalls()).toBe(3);
  });

  it('are all refused, and none is asked, when one of them has bad input', async () => {
    const server = await startServer();
    const { body } = await server.gql(
      `mutation ($bad: VerifyMobileInput!) { ${ASK('good')} bad: verifyMobile(input: $bad) { id } }`,
      { bad: { ...mobileInput(), nationalId: '9990000019' } },
    );
    expect(body.data).toBeUndefined();
    expect(body.errors[0].extensions.fields).toEqual([
      {
        field: 'bad',
        path: 'input.nationalId',
        code: 'CHECKSUM',
        message: { fa: expect.any(String), en: expect.any(String) },
      },
    ]);
    expect(server.sandbox.ledger.count()).toBe(0);
  });
});

describe('MAX_CHECKS_PER_OPERATION', () => {
  it('lets five through by default and refuses six before anything is sent', async () => {
    const server = await startServer();
    await expectRefused(server, `mutation { ${aliases(6)} }`);
    const { body } = await server.gql(`mutation { ${aliases(5)} }`);
    expect(Object.keys(body.data)).toHaveLength(5);
    expect(server.sandbox.ledger.paidCalls()).toBe(5);
  });

  it('counts through fragments, in fragments and inline', async () => {
    const server = await startServer({ env: { MAX_CHECKS_PER_OPERATION: '2' } });
    const nested = `fragment Outer on Mutation { ${ASK('b', 1)} ...Inner } fragment Inner on Mutation { ${ASK('c', 2)} }`;
    await expectRefused(server, `mutation { ${ASK('a')} ...Outer } ${nested}`);
    await expectRefused(server, `mutation { ... on Mutation { ${ASK('a')} ... { ${aliases(2)} } } }`);
    const { body } = await server.gql(`mutation { ...Outer } ${nested}`);
    expect(Object.keys(body.data)).toEqual(['b', 'c']);
  });

  it('does not count what @skip and @include switch off', async () => {
    const server = await startServer({ env: { MAX_CHECKS_PER_OPERATION: '1' } });
    const off = `${ASK('a')} ${skipped('b', '@skip(if: true)')} ... @include(if: $no) { ${ASK('c', 2)} } ...F @skip(if: $yes)`;
    const document = `mutation ($no: Boolean!, $yes: Boolean = true) { ${off} } fragment F on Mutation { ${ASK('d', 3)} }`;
    const { body } = await server.gql(document, { no: false });
    expect(Object.keys(body.data)).toEqual(['a']);
    expect(server.sandbox.ledger.paidCalls()).toBe(1);
    await expectRefused(server, document, { no: true });
    await expectRefused(server, document, { no: false, yes: false });
  });

  it('counts what @skip and @include leave on', async () => {
    const server = await startServer({ env: { MAX_CHECKS_PER_OPERATION: '1' } });
    await expectRefused(
      server,
      `mutation { ${ASK('a')} ${skipped('b', '@skip(if: false) @include(if: true)')} }`,
    );
  });

  it('limits paid questions only', async () => {
    const server = await startServer({ env: { MAX_CHECKS_PER_OPERATION: '1' } });
    const { body } = await server.gql(
      '{ a: tokenStatus { state } b: tokenStatus { state } c: verification(id: "x") { id } }',
    );
    expect(body).toMatchObject({ data: { a: { state: 'ABSENT' }, b: { state: 'ABSENT' }, c: null } });
  });

  it('comes after the input, which a caller has to mend in any case', async () => {
    const server = await startServer({ env: { MAX_CHECKS_PER_OPERATION: '1' } });
    const { body } = await server.gql(
      `mutation { ${aliases(2)} x: verifyMobile(input: { nationalId: "1", mobileNumber: "2" }) { id } }`,
    );
    expect(body.errors[0].extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('variables that belong to no input', () => {
  it('are named as `variables`, without their name or value, when they have the wrong type', async () => {
    const server = await startServer();
    const reply = await server.gql(
      `mutation ($switch: Boolean!) { ... @include(if: $switch) { ${ASK('a')} } }`,
      {
        switch: 'zz-not-a-boolean',
      },
    );
    expect(reply.body.errors[0].extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: [{ field: 'variables', path: 'variables', code: 'TYPE' }],
    });
    expect(reply.text + server.logs.join('')).not.toContain('zz-not-a-boolean');
    expect(server.sandbox.ledger.count()).toBe(0);
  });

  it('are ignored when the operation does not declare them', async () => {
    const server = await startServer();
    const { body } = await server.gql(VERIFY_MOBILE, { input: mobileInput(), other: 'whatever' });
    expect(body.data.verifyMobile.isMatched).toBe(true);
  });
});

function skipped(alias: string, directive: string): string {
  return ASK(alias, 1).replace(') {', `) ${directive} {`);
}

async function expectRefused(
  server: TestServer,
  query: string,
  variables?: Record<string, unknown>,
): Promise<void> {
  const before = server.sandbox.ledger.count();
  const { status, body } = await server.gql(query, variables);
  expect(status).toBe(200);
  expect(body.data ?? null).toBeNull();
  expect(body.errors).toHaveLength(1);
  expect(body.errors[0].extensions).toMatchObject({
    code: 'TOO_MANY_CHECKS',
    class: 'RESOURCE_LIMIT',
    charged: 'NO',
    actor: 'CALLER',
  });
  expect(server.sandbox.ledger.count()).toBe(before);
}
