import { expect, it } from '@jest/globals';
import { MAGIC } from '../../src/sandbox/paystar.ts';
import type { LedgerEntry } from '../../src/sandbox/paystar.ts';
import { createClock } from '../support/clock.ts';
import { byLabels, scrape, sum } from '../support/metrics.ts';
import {
  VERIFY_CARD,
  VERIFY_MOBILE,
  cardInput,
  magicCard,
  magicMobile,
  mobileInput,
} from '../support/questions.ts';
import { freePort } from '../support/redis.ts';
import { startSandbox, startServer } from '../support/server.ts';
import type { Reply, TestServer } from '../support/server.ts';

const SERVICES = ['mobile-national-id', 'card-national-id'] as const;
/** The statuses by which Paystar says that it took nothing. */
const FREE = [2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13];
const NO_LIMITS = { SUBJECT_LIMIT_PER_DAY: '1000000', RATE_LIMIT_PER_MINUTE: '1000000' };

/** A server with time in its tests' hands, which keeps the replies that it gave. */
async function startTalking(env: Record<string, string> = {}) {
  const clock = createClock();
  const upstream = await startSandbox({ now: clock.now, lateAnswerMs: 20 });
  const server = await startServer({
    upstream,
    env: { ...NO_LIMITS, ...env },
    overrides: { now: clock.now },
  });
  const replies: [operation: string, reply: Reply][] = [];
  const ask = async (operation: string, query: string, variables?: Record<string, unknown>) => {
    const reply = await server.gql(query, variables);
    replies.push([operation, reply]);
    return reply;
  };
  const mobile = (input: object) => ask('verifyMobile', VERIFY_MOBILE, { input });
  const card = (input: object) => ask('verifyCard', VERIFY_CARD, { input });
  return { clock, upstream, server, replies, ask, mobile, card };
}
type Talking = Awaited<ReturnType<typeof startTalking>>;

/** What the ledger can know of a call, in the words of the metric. */
function outcomeOf({ charged, answered, status }: LedgerEntry): string {
  if (charged && answered && Number(status) === 1) return 'paid';
  return answered && typeof status === 'number' && FREE.includes(status) ? 'not_sent' : 'unknown';
}

async function expectLedgerEqual(server: TestServer): Promise<Record<string, number>> {
  const samples = await scrape(server);
  const expected: Record<string, number> = {};
  for (const entry of server.sandbox.ledger.entries) {
    if (entry.endpoint === 'refresh-api-key') continue;
    const key = `${entry.endpoint} ${outcomeOf(entry)}`;
    expected[key] = (expected[key] ?? 0) + 1;
  }
  expect(byLabels(samples, 'paystar_paid_calls_total')).toEqual(expected);
  for (const service of SERVICES) {
    const calls = server.sandbox.ledger.count(service);
    expect(sum(samples, 'paystar_paid_calls_total', { service })).toBe(calls);
    expect(sum(samples, 'paystar_call_duration_seconds_count', { service })).toBe(calls);
  }
  const paid = sum(samples, 'paystar_paid_calls_total', { outcome: 'paid' });
  const unknown = sum(samples, 'paystar_paid_calls_total', { outcome: 'unknown' });
  expect(paid).toBeLessThanOrEqual(server.sandbox.ledger.charged());
  expect(paid + unknown).toBeGreaterThanOrEqual(server.sandbox.ledger.charged());
  expect(sum(samples, 'paystar_key_refreshes_total')).toBe(server.sandbox.ledger.refreshes());
  return expected;
}

async function expectRequestsEqual({ server, replies }: Talking): Promise<void> {
  const expected: Record<string, number> = {};
  for (const [operation, reply] of replies) {
    const key = `${operation} ${reply.body.errors?.[0].extensions.code ?? 'OK'}`;
    expected[key] = (expected[key] ?? 0) + 1;
  }
  const samples = await scrape(server);
  expect(byLabels(samples, 'graphql_requests_total')).toEqual(expected);
  expect(sum(samples, 'graphql_request_duration_seconds_count')).toBe(replies.length);
}

it('after everything that Paystar can do, the paid calls are those of its ledger, and the requests those that were answered', async () => {
  const talk = await startTalking({ PAYSTAR_TIMEOUT_MS: '200' });
  for (const { code } of MAGIC) {
    await talk.mobile(mobileInput(0, { mobileNumber: magicMobile(code) }));
    talk.clock.advance(10 * 60_000); // past every pause, breaker and wait of the key
    await talk.card(cardInput({ cardNumber: magicCard(code) }));
    talk.clock.advance(10 * 60_000);
  }
  const outcomes = await expectLedgerEqual(talk.server);
  await expectRequestsEqual(talk);
  // Eight magic inputs bring a whole status 1, readable or not.
  for (const service of SERVICES) expect(outcomes[`${service} paid`]).toBe(8);
  expect(Object.keys(outcomes)).toHaveLength(6);
  const { ledger } = talk.upstream;
  const lost = ledger.entries.filter(entry => entry.charged && outcomeOf(entry) === 'unknown').length;
  expect(ledger.charged()).toBe(16 + lost);
  expect(lost).toBeGreaterThan(0);
}, 60_000);

it('a mixed run adds up: what was asked was paid, shared, answered from a record, or refused', async () => {
  const talk = await startTalking();
  const { mobile, card, upstream, ask } = talk;
  const PEOPLE = 20;
  for (let n = 1; n <= PEOPLE; n += 1) await mobile(mobileInput(n));
  await mobile(mobileInput(1, { nationalId: '9990000026' })); // a mismatch
  const repeats = [mobileInput(1, { maxAgeSeconds: 60 }), mobileInput(2, { maxAgeSeconds: 60 })];
  for (const input of repeats) expect((await mobile(input)).body.data.verifyMobile.source).toBe('RECORD');

  const together = mobileInput(100);
  const release = upstream.control.hold();
  const flight = Array.from({ length: 10 }, () => mobile(together));
  await upstream.control.whenHeld(1);
  await untilAnswered(talk, 5); // so that the others are there, too; one that is late pays for itself
  release();
  await Promise.all(flight);
  const paidTogether = upstream.ledger.entries.filter(
    ({ body }) => body['mobile_number'] === together.mobileNumber,
  ).length;
  expect(paidTogether).toBeLessThan(10);

  const keyed = cardInput({ idempotencyKey: 'the-key-of-this-payment' });
  for (let n = 0; n < 4; n += 1) await card(keyed);
  const lost = mobileInput(0, { mobileNumber: magicMobile('0105'), idempotencyKey: 'the-key-of-a-lost-one' });
  for (let n = 0; n < 3; n += 1) await mobile(lost); // one that may be charged is kept as well

  for (let n = 0; n < 5; n += 1) await mobile(mobileInput(n, { nationalId: '9990000019' }));
  const literals = '{ nationalId: "1", mobileNumber: "2" }';
  await ask(
    'verifyMobile',
    `mutation { a: verifyMobile(input: ${literals}) { id } b: verifyMobile(input: ${literals}) { id } }`,
  );
  await card({ ...keyed, birthDate: '1991-04-21' }); // other input under the same key: nothing is given, nothing is saved
  const twice =
    'mutation($i: VerifyMobileInput!) { a: verifyMobile(input: $i) { id } b: verifyMobile(input: $i) { id } }';
  await ask('verifyMobile', twice, { i: mobileInput(200) });
  await ask('tokenStatus', '{ tokenStatus { state } }');
  await ask('other', '{ __typename }');
  await ask('other', '{ not graphql');

  const outcomes = await expectLedgerEqual(talk.server);
  await expectRequestsEqual(talk);
  expect(outcomes).toEqual({
    'mobile-national-id paid': PEOPLE + 1 + paidTogether + 1,
    'mobile-national-id unknown': 1,
    'card-national-id paid': 1,
  });
  expect(byLabels(await scrape(talk.server), 'paystar_saved_calls_total')).toEqual({
    record: 2 + 3 + 2,
    shared: 10 - paidTogether + 1,
    refused_input: 5 + 2,
  });
});

/** Lets the server answer so many other requests, one after the other. */
async function untilAnswered({ ask }: Talking, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await ask('tokenStatus', '{ tokenStatus { state } }');
}

it('identical questions that wait together for a refusal have saved nothing, since it costs nothing', async () => {
  const { mobile, server, upstream } = await startTalking();
  const release = upstream.control.hold();
  const flight = Array.from({ length: 5 }, () =>
    mobile(mobileInput(0, { mobileNumber: magicMobile('0010') })),
  );
  await upstream.control.whenHeld(1);
  release();
  const codes = (await Promise.all(flight)).map(reply => reply.body.errors[0].extensions.code);
  expect(new Set(codes)).toEqual(new Set(['PAYSTAR_INPUT_REJECTED']));
  const samples = await scrape(server);
  expect(byLabels(samples, 'paystar_saved_calls_total')).toEqual({});
  expect(byLabels(samples, 'paystar_paid_calls_total')).toEqual({ 'mobile-national-id not_sent': 1 });
});

it('a Paystar that cannot be reached leaves calls that were not sent, retries included', async () => {
  const upstream = await startSandbox();
  const nobody = `http://127.0.0.1:${await freePort()}/api/open-banking`;
  const env = { PAYSTAR_BASE_URL: nobody, PAYSTAR_API_KEY: upstream.control.issueKey() };
  const server = await startServer({ upstream, env });
  const reply = await server.gql(VERIFY_MOBILE, { input: mobileInput() });
  expect(reply.body.errors[0].extensions.code).toBe('PAYSTAR_UNREACHABLE');
  const samples = await scrape(server);
  expect(byLabels(samples, 'paystar_paid_calls_total')).toEqual({ 'mobile-national-id not_sent': 3 });
  expect(upstream.ledger.count()).toBe(0);
});

it('what is refused before GraphQL counts as a request of no operation', async () => {
  const server = await startServer();
  const json = { 'content-type': 'application/json' };
  const replies = await Promise.all([
    server.http('/graphql', { method: 'POST', headers: json, body: '{' }),
    server.http('/graphql', { method: 'POST', headers: json, body: ' '.repeat(300_000) }),
    server.http('/graphql', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' }),
    server.http('/graphql'),
  ]);
  expect(replies.map(({ status }) => status)).toEqual([400, 413, 415, 405]);
  expect(byLabels(await scrape(server), 'graphql_requests_total')).toEqual({ 'other BAD_REQUEST': 4 });
});
