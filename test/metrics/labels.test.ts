import { expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { SANDBOX_CREDENTIALS } from '../../src/sandbox/paystar.ts';
import { OWN_ERRORS } from '../../src/errors/own.ts';
import { createMetrics } from '../../src/metrics/metrics.ts';
import { byLabels, readSamples } from '../support/metrics.ts';
import type { Sample } from '../support/metrics.ts';
import { VERIFY_CARD, VERIFY_MOBILE, cardInput, magicMobile, mobileInput } from '../support/questions.ts';
import { startServer } from '../support/server.ts';

const KEY = 'test-key-of-the-first-app';
const sha256 = createHash('sha256').update(KEY).digest('hex');
const AUTHORIZED = { authorization: `Bearer ${KEY}` };
const LIMITS = { SUBJECT_LIMIT_PER_DAY: '1000000', RATE_LIMIT_PER_MINUTE: '1000000' };
const seriesOf = (samples: Sample[]) =>
  samples.map(({ name, labels }) => name + JSON.stringify(labels)).sort();

it('no name, id or value of a request makes a series, stands in a label, or is told', async () => {
  const server = await startServer({ env: { AUTH_API_KEYS: `first-app:${sha256}`, ...LIMITS } });
  const told: string[] = [KEY, sha256, 'first-app', ...Object.values(SANDBOX_CREDENTIALS)];
  const random = () => {
    told.push(`x${randomBytes(8).toString('hex')}`);
    return told.at(-1)!;
  };
  const round = async () => {
    const [operation, alias, field, id, variable] = [random(), random(), random(), random(), random()];
    const headers = { ...AUTHORIZED, 'x-request-id': id };
    const input = mobileInput(Number.parseInt(id.slice(1, 7), 16) % 10_000_000, { idempotencyKey: random() });
    const card = cardInput();
    told.push(input.nationalId, input.mobileNumber, card.cardNumber, card.birthDate);
    const asked = 'verifyMobile(input: $input) { id }';
    await server.gql(
      `mutation ${operation}($input: VerifyMobileInput!) { ${alias}: ${asked} }`,
      { input },
      headers,
    );
    await server.gql(VERIFY_CARD, { input: card }, headers);
    await server.gql(
      VERIFY_MOBILE,
      { input: mobileInput(0, { mobileNumber: magicMobile('0010') }) },
      headers,
    );
    await server.gql(VERIFY_MOBILE, { input: { ...input, [field]: variable } }, headers);
    await server.gql(`query ${operation} { ${field} }`, {}, headers);
    await server.gql(`query ${operation} { ${alias}: verification(id: "${id}") { id } }`, {}, headers);
    await server.gql(`query ${operation} { ${alias}: __typename }`, {}, headers);
    await server.gql(`query ${operation} { ${alias} `, {}, headers);
    await server.gql('{ tokenStatus { state } }', {}, { authorization: `Bearer ${variable}` });
    await server.gql(
      `mutation ${operation} { ${alias}: verifyMobile(input: { nationalId: "${id}" }) { id } }`,
    );
    return readSamples((await server.http('/metrics', { headers: AUTHORIZED })).text);
  };
  const first = await round();
  for (let n = 0; n < 10; n += 1) await round();
  const last = await round();
  expect(seriesOf(last)).toEqual(seriesOf(first));

  told.push(server.sandbox.control.currentKey!);
  const { text } = await server.http('/metrics', { headers: AUTHORIZED });
  // The names of API keys are settings, and only here: a mismatch rate is a caller's.
  const others = text.replace(/^identity_answers_total\{caller="first-app",.*$/gm, '');
  for (const value of told) expect(others).not.toContain(value);
});

it('callers that are known begin at zero, so that the first burst of one is an increase', async () => {
  const server = await startServer({ env: { AUTH_API_KEYS: `first-app:${sha256}` } });
  const samples = readSamples((await server.http('/metrics', { headers: AUTHORIZED })).text);
  const answers = samples.filter(({ name }) => name === 'identity_answers_total');
  expect(answers.map(({ labels, value }) => [labels['caller'], labels['matched'], value])).toEqual([
    ['first-app', 'true', 0],
    ['first-app', 'false', 0],
  ]);
});

it('all tokens together are one caller in the metrics, whatever they are called', async () => {
  const metrics = createMetrics(false, Date.now);
  for (let n = 0; n < 100; n += 1) metrics.answer(`jwt:app-${n}`, n % 4 === 0);
  metrics.answer('shop', false);
  expect(byLabels(readSamples(await metrics.page()), 'identity_answers_total')).toEqual({
    'jwt true': 25,
    'jwt false': 75,
    'shop false': 1,
  });
});

it('an operation is counted under its first field of the contract, and a code under one of the error table', async () => {
  const server = await startServer();
  const operations = [
    '{ tokenStatus { state } verifications(ids: []) { id } }',
    '{ a: __typename b: verifications(ids: []) { id } }',
    '{ ...f } fragment f on Query { verification(id: "x") { id } }',
    '{ verification { id } }',
    '{ verification { nothing } }',
    '{ nothing }',
  ];
  for (const query of operations) await server.gql(query);
  const { text } = await server.http('/metrics');
  const requests = readSamples(text).filter(({ name }) => name === 'graphql_requests_total');
  expect(requests.map(({ labels, value }) => [labels['operation'], labels['code'], value])).toEqual([
    ['tokenStatus', 'OK', 1],
    ['verifications', 'OK', 1],
    ['verification', 'OK', 1],
    ['verification', 'BAD_USER_INPUT', 1],
    ['verification', 'GRAPHQL_VALIDATION_FAILED', 1],
    ['other', 'GRAPHQL_VALIDATION_FAILED', 1],
  ]);
  for (const { labels } of requests) expect(['OK', ...Object.keys(OWN_ERRORS)]).toContain(labels['code']);
});
