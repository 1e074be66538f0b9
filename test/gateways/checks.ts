import { expect, jest } from '@jest/globals';
import { createHash } from 'node:crypto';
import type { ErrorClass } from '../../src/errors/row.ts';
import { MemoryStore } from '../../src/store/memoryStore.ts';
import {
  VERIFY_CARD,
  VERIFY_MOBILE,
  cardInput,
  magicMobile,
  mobileInput,
  nationalIds,
} from '../support/questions.ts';
import { PROVOCATIONS, passesUnchanged } from './errors.ts';
import { compose } from './through.ts';
import type { Composed, Gateway } from './through.ts';

export interface Check {
  /** A row of the README's table. */
  readonly name: string;
  /** Fails unless what `cell` says is so. */
  readonly run: (gateway: Gateway) => Promise<void>;
  readonly cell: (gateway: Gateway) => string;
}

const yes = () => 'yes';
const kept = (otherwise: string) => (gateway: Gateway) => (gateway.keepsOperations ? 'yes' : otherwise);

export const CHECKS: readonly Check[] = [
  { name: 'both mutations', run: bothMutations, cell: yes },
  { name: 'one of several aliased checks fails, the others answer', run: aliasedChecks, cell: yes },
  { name: 'aliased checks count together for `TOO_MANY_CHECKS`', run: checksCounted, cell: kept('no') },
  { name: 'entity join after a mutation', run: joinedAfterMutation, cell: yes },
  { name: '100 entities joined: one request, one store read', run: joinedInOneRead, cell: yes },
  {
    name: 'an unknown id joins to null',
    run: unknownIsNull,
    cell: kept('yes, with an error of the gateway for non-null fields'),
  },
  { name: '`Authorization` and `x-request-id` arrive', run: headersArrive, cell: yes },
  { name: '`fields[].field` is the alias', run: aliasInFields, cell: kept("no, the field's name") },
  ...Object.keys(PROVOCATIONS).map(name => ({
    name: `class ${name}, extensions unchanged`,
    run: (gateway: Gateway) => passesUnchanged(gateway, name as ErrorClass),
    cell: ({ adds }: Gateway) => ['yes', ...Object.keys(adds).map(key => `plus \`${key}\``)].join(', '),
  })),
];

const LINK = `mutation Link($id: ID!, $mobile: ID, $card: ID) {
  linkCustomer(id: $id, mobile: $mobile, card: $card) {
    id
    mobileVerification { id isMatched checkedAt source livemode }
    cardVerification { id isMatched checkedAt source livemode }
  }
}`;

async function bothMutations(gateway: Gateway): Promise<void> {
  const { server, ask } = await compose(gateway);
  const mobile = await ask(VERIFY_MOBILE, { input: mobileInput() });
  const card = await ask(VERIFY_CARD, { input: cardInput() });
  const answer = { id: expect.any(String), isMatched: true, checkedAt: expect.any(String), livemode: false };
  expect(mobile).toMatchObject({ data: { verifyMobile: { ...answer, source: 'LIVE' } } });
  expect(card).toMatchObject({ data: { verifyCard: { ...answer, source: 'LIVE' } } });
  expect(server.sandbox.ledger.paidCalls()).toBe(2);
}

async function aliasedChecks(gateway: Gateway): Promise<void> {
  const { server, ask } = await compose(gateway);
  const query = `mutation($good: VerifyMobileInput!, $bad: VerifyMobileInput!, $card: VerifyCardInput!) {
    first: verifyMobile(input: $good) { isMatched }
    second: verifyMobile(input: $bad) { isMatched }
    third: verifyCard(input: $card) { isMatched }
  }`;
  const bad = mobileInput(0, { mobileNumber: magicMobile('0011') });
  const { data, errors } = await ask(query, { good: mobileInput(), bad, card: cardInput() });
  expect(data).toEqual({ first: { isMatched: true }, second: null, third: { isMatched: true } });
  expect(errors).toMatchObject([{ path: ['second'], extensions: { code: 'PAYSTAR_PROVIDER_ERROR' } }]);
  expect(server.sandbox.ledger.paidCalls()).toBe(3);
}

async function checksCounted(gateway: Gateway): Promise<void> {
  const { server, ask } = await compose(gateway);
  const asked = ['a', 'b', 'c', 'd', 'e', 'f'].map(
    (alias, number) => `${alias}: verifyMobile(input: ${literal(mobileInput(number))}) { id }`,
  );
  const { errors } = await ask(`mutation { ${asked.join(' ')} }`);
  expect(errors?.[0].extensions.code).toBe(gateway.keepsOperations ? 'TOO_MANY_CHECKS' : undefined);
  expect(server.sandbox.ledger.paidCalls()).toBe(gateway.keepsOperations ? 0 : 6);
}

async function aliasInFields(gateway: Gateway): Promise<void> {
  const { ask } = await compose(gateway);
  const query = `mutation { mine: verifyMobile(input: ${literal(mobileInput(0, { nationalId: '1' }))}) { id } }`;
  const { extensions } = (await ask(query)).errors[0];
  expect(extensions.fields[0].field).toBe(gateway.keepsOperations ? 'mine' : 'verifyMobile');
}

const literal = (input: object) =>
  `{ ${Object.entries(input)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(', ')} }`;

async function joinedAfterMutation(gateway: Gateway): Promise<void> {
  const { ask } = await compose(gateway);
  const { verifyMobile } = (await ask(VERIFY_MOBILE, { input: mobileInput() })).data;
  const { verifyCard } = (await ask(VERIFY_CARD, { input: cardInput() })).data;
  const linked = await ask(LINK, { id: 'c1', mobile: verifyMobile.id, card: verifyCard.id });
  expect(linked.errors).toBeUndefined();
  expect(linked.data.linkCustomer).toEqual({
    id: 'c1',
    mobileVerification: { ...verifyMobile, source: 'RECORD' },
    cardVerification: { ...verifyCard, source: 'RECORD' },
  });
  const query = 'mutation($input: VerifyMobileInput!) { verifyMobile(input: $input) { id customer { id } } }';
  const again = await ask(query, { input: mobileInput(0, { maxAgeSeconds: 3600 }) });
  expect(again.errors).toBeUndefined();
  expect(again.data.verifyMobile).toEqual({ id: verifyMobile.id, customer: { id: 'c1' } });
}

async function joinedInOneRead(gateway: Gateway): Promise<void> {
  const composed = await compose(gateway);
  await linkHundred(composed);
  const requests = () => composed.server.logs.filter(line => line.includes('"event":"request"')).length;
  const before = requests();
  const reads = jest.spyOn(MemoryStore.prototype, 'getMany');
  try {
    const query = '{ customers { id mobileVerification { id isMatched source } } }';
    const { data, errors } = await composed.ask(query);
    expect(errors).toBeUndefined();
    const joined = data.customers.filter((customer: any) => customer.mobileVerification.isMatched === true);
    expect(joined).toHaveLength(100);
    expect(reads.mock.calls.map(([keys]) => keys.length)).toEqual([100]);
    expect(requests() - before).toBe(1);
  } finally {
    reads.mockRestore();
  }
}

async function linkHundred({ direct, customers }: Composed): Promise<void> {
  await Promise.all(
    nationalIds(100).map(async (nationalId, number) => {
      const { data } = await direct(VERIFY_MOBILE, { input: mobileInput(number, { nationalId }) });
      const query = 'mutation($id: ID!, $mobile: ID) { linkCustomer(id: $id, mobile: $mobile) { id } }';
      await customers(query, { id: `c${number}`, mobile: data.verifyMobile.id });
    }),
  );
}

async function unknownIsNull(gateway: Gateway): Promise<void> {
  const { ask } = await compose(gateway);
  const { verifyMobile } = (await ask(VERIFY_MOBILE, { input: mobileInput() })).data;
  await ask(LINK, { id: 'c1', mobile: 'unknown' });
  await ask(LINK, { id: 'c2', mobile: verifyMobile.id });
  const query = '{ customers { id mobileVerification { isMatched } } }';
  const { data, errors } = await ask(query);
  expect(data.customers).toEqual([
    { id: 'c1', mobileVerification: null },
    { id: 'c2', mobileVerification: { isMatched: true } },
  ]);
  const path = ['customers', 0, 'mobileVerification', 'isMatched'];
  if (gateway.keepsOperations) expect(errors).toBeUndefined();
  else expect(errors).toMatchObject([{ path }]);
}

async function headersArrive(gateway: Gateway): Promise<void> {
  const key = 'shop-key-0123456789';
  const AUTH_API_KEYS = `shop:${createHash('sha256').update(key).digest('hex')}`;
  const { server, ask } = await compose(gateway, { env: { AUTH_API_KEYS } });
  const headers = { authorization: `Bearer ${key}`, 'x-request-id': 'from-the-app' };
  expect((await ask(VERIFY_MOBILE, { input: mobileInput() }, headers)).data.verifyMobile.isMatched).toBe(
    true,
  );
  const line = server.logs
    .map(text => JSON.parse(text))
    .find(({ requestId }) => requestId === 'from-the-app');
  expect(line).toMatchObject({ event: 'request', caller: 'shop', code: 'OK' });
}
