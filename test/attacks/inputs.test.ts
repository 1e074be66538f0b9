import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { VERIFY_CARD, VERIFY_MOBILE, cardInput, magicMobile, mobileInput } from '../support/questions.ts';
import { startServer } from '../support/server.ts';
import type { Reply } from '../support/server.ts';
import { MARK, expectHeld } from './attack.ts';

const MARKED = `${MARK}1234567890`;

/** The value of a field, its code, and what of it must not be seen again. */
type Bad = [field: string, value: unknown, code: string];
const MOBILE: Bad[] = [
  ['nationalId', 9990000018, 'TYPE'],
  ['nationalId', { [MARK]: '9990000018' }, 'TYPE'],
  ['nationalId', ['9990000018'], 'TYPE'],
  ['nationalId', true, 'TYPE'],
  ['nationalId', null, 'REQUIRED'],
  ['nationalId', MARKED, 'CHARACTERS'],
  ['nationalId', '9990000019', 'CHECKSUM'],
  ['nationalId', '0000000000', 'IMPOSSIBLE'],
  ['nationalId', '99900\u000000018', 'CHARACTERS'],
  ['nationalId', '99900\r\n00018', 'CHARACTERS'],
  ['nationalId', '99900\u001b[2J00018', 'CHARACTERS'],
  ['mobileNumber', '0912345678\u0085', 'CHARACTERS'],
  ['mobileNumber', '09123456789; DROP TABLE', 'CHARACTERS'],
  ['idempotencyKey', `${MARK}\r\nSet-Cookie: a=b`, 'CHARACTERS'],
  ['maxAgeSeconds', -1, 'IMPOSSIBLE'],
  ['maxAgeSeconds', '60', 'TYPE'],
];
const CARD: Bad[] = [
  ['cardNumber', '6037991234567894', 'LUHN'],
  ['cardNumber', '603799123456789', 'LENGTH'],
  ['cardNumber', '60379912345678931', 'LENGTH'],
  ['cardNumber', '6037991234567893000', 'LENGTH'],
  ['cardNumber', '0000000000000000', 'IMPOSSIBLE'],
  ['birthDate', '1991-02-31', 'IMPOSSIBLE'],
  ['birthDate', '1371-12-30', 'IMPOSSIBLE'],
  ['birthDate', '2999-01-01', 'FUTURE'],
  ['birthDate', '1991-04-\u000020', 'CHARACTERS'],
  ['birthDate', 662688000, 'TYPE'],
];
const CASES = [
  ...MOBILE.map(bad => [VERIFY_MOBILE, mobileInput(), ...bad] as const),
  ...CARD.map(bad => [VERIFY_CARD, cardInput(), ...bad] as const),
];

describe('an input that cannot be right', () => {
  it.each(CASES)('is refused by its place: %#', async (query, good, field, value, code) => {
    const server = await startServer();
    const input = { ...good, [field]: value };
    const marks =
      typeof value === 'string' && value.length > 5 ? [value, JSON.stringify(value).slice(1, -1)] : [];
    const { body } = await expectHeld(server, () => server.gql(query, { input }), {
      status: 200,
      code: 'BAD_USER_INPUT',
      marks,
    });
    expect(body.errors[0].extensions.fields).toMatchObject([{ path: `input.${field}`, code }]);
  });

  it.each(['extra', '__proto__', 'constructor', 'nationalID', `x\r\n${MARK}`])(
    'nor is a field named %j taken',
    async name => {
      const server = await startServer();
      const input = Object.fromEntries([...Object.entries(mobileInput()), [name, MARK]]);
      const send = () => server.gql(VERIFY_MOBILE, { input });
      const { body } = await expectHeld(server, send, {
        status: 200,
        code: 'BAD_USER_INPUT',
        marks: [`"${name}"`],
      });
      expect(body.errors[0].extensions.fields).toMatchObject([{ path: 'input', code: 'UNKNOWN_FIELD' }]);
    },
  );
});

describe('a spelling that can be right is folded, and asked once', () => {
  it.each([
    [VERIFY_MOBILE, mobileInput(0, { nationalId: '۹۹۹۰۰۰۰۰۱۸' })],
    [VERIFY_MOBILE, mobileInput(0, { nationalId: '\u2067999-000001-8\u2069\u200f' })],
    [VERIFY_MOBILE, mobileInput(0, { mobileNumber: '+98 912 000 0000' })],
    [VERIFY_MOBILE, mobileInput(0, { mobileNumber: '0098٩١٢٠٠٠٠٠٠٠' })],
    [VERIFY_CARD, cardInput({ birthDate: '۱۳۷۰/۱/۳۱' })],
    [VERIFY_CARD, cardInput({ cardNumber: '\ufeff6037-9912-3456-7893\u200c' })],
  ])('%#', async (query, input) => {
    const server = await startServer();
    await expectHeld(server, () => server.gql(query, { input }), { status: 200, code: null, paid: 1 });
    const { national_id, mobile_number, card_number, birth_date } =
      server.sandbox.ledger.entries.at(-1)!.body;
    expect(national_id).toBe('9990000018');
    if (query === VERIFY_MOBILE) expect(mobile_number).toBe('09120000000');
    else expect([card_number, birth_date]).toEqual(['6037991234567893', '1991-04-20']);
  });
});

describe('one question, many times', () => {
  it('50 in parallel are one paid call and 50 equal answers', async () => {
    const server = await startServer({ sandbox: { latencyMs: 1000 } }); // all of them have come in by then
    const replies = await Promise.all(
      Array.from({ length: 50 }, () => server.gql(VERIFY_MOBILE, { input: mobileInput(1) })),
    );
    expect(new Set(replies.map(({ body }) => JSON.stringify(body.data))).size).toBe(1);
    expect(replies[0].body.data.verifyMobile.isMatched).toBe(true);
    expect(server.sandbox.ledger.paidCalls()).toBe(1);
  });

  it('another caller sees nothing of the first one’s: not the record, not the key, not the call in flight', async () => {
    const keys = ['key-of-one', 'key-of-two'].map(key => ({
      key,
      hash: createHash('sha256').update(key).digest('hex'),
    }));
    const server = await startServer({ env: { AUTH_API_KEYS: `one:${keys[0].hash},two:${keys[1].hash}` } });
    const as = (who: number, query: string, variables: object) =>
      server.gql(query, variables as Record<string, unknown>, { authorization: `Bearer ${keys[who].key}` });
    const idOf = ({ body }: Reply) => body.data.verifyMobile.id as string;
    const release = server.sandbox.control.hold();
    const both = [0, 1].map(who => as(who, VERIFY_MOBILE, { input: mobileInput(1) }));
    await server.sandbox.control.whenHeld(2);
    release();
    const [first, second] = (await Promise.all(both)).map(idOf);
    expect(second).not.toBe(first);
    const record = await as(
      1,
      'query ($id: ID!) { verification(id: $id) { id } verifications(ids: [$id]) { id } }',
      { id: first },
    );
    expect(record.body.data).toEqual({ verification: null, verifications: [null] });
    const keyed = { input: mobileInput(2, { idempotencyKey: 'shared', maxAgeSeconds: 3600 }) };
    const answers = [await as(0, VERIFY_MOBILE, keyed), await as(1, VERIFY_MOBILE, keyed)];
    expect(answers.map(({ body }) => body.data.verifyMobile.source)).toEqual(['LIVE', 'LIVE']);
    const other = await as(1, VERIFY_MOBILE, { input: mobileInput(3, { idempotencyKey: 'shared' }) });
    expect(other.body.errors[0].extensions.code).toBe('IDEMPOTENCY_KEY_REUSED'); // by its own first use
    expect(server.sandbox.ledger.paidCalls()).toBe(4);
  });
});

describe('a hostile Paystar', () => {
  it.each([
    ['HTML and the request in its message', '0120', null],
    ['HTML alone', '0106', 'PAYSTAR_RESPONSE_INVALID'],
    ['names of fields in its data', '0121', 'PAYSTAR_INPUT_REJECTED'],
  ])('(%s) is not passed on', async (_, number, code) => {
    const server = await startServer();
    const input = mobileInput(0, { mobileNumber: magicMobile(number) });
    const { text, body } = await server.gql(VERIFY_MOBILE, { input });
    expect(body.errors?.[0].extensions.code ?? null).toBe(code);
    expect(text + server.logs.join('')).not.toMatch(
      /[<>]|national_id|mobile_number|sandbox-password|مقدار وارد شده معتبر نیست/,
    );
    expect(server.sandbox.ledger.paidCalls()).toBe(1);
  });

  it('that redirects to another host is not followed', async () => {
    const visits: string[] = [];
    const elsewhere = createServer((request, response) => (visits.push(request.url!), response.end('{}')));
    await new Promise<void>(resolve => elsewhere.listen(0, '127.0.0.1', resolve));
    const location = `http://localhost:${(elsewhere.address() as AddressInfo).port}/`;
    const paystar = createServer((_request, response) => response.writeHead(307, { location }).end());
    await new Promise<void>(resolve => paystar.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(paystar.address() as AddressInfo).port}`;
    const server = await startServer({ env: { PAYSTAR_BASE_URL: url, PAYSTAR_API_KEY: 'seed' } });
    const { body, text } = await server.gql(VERIFY_MOBILE, { input: mobileInput() });
    expect(body.errors[0].extensions.code).toBe('PAYSTAR_RESPONSE_INVALID');
    expect([visits, text.includes('localhost')]).toEqual([[], false]);
    for (const other of [elsewhere, paystar]) {
      other.closeAllConnections();
      other.close();
    }
  });
});

describe('what a caller can put into the log', () => {
  const lineOf = (logs: readonly string[]) =>
    logs.map(line => JSON.parse(line)).findLast(({ event }) => event === 'request');

  it.each([['x'.repeat(10_000)], ['a b'], ['a"b\\'], ['{{7*7}}'], ['é']])(
    'a request id like %.9s… is replaced',
    async id => {
      const server = await startServer();
      const header = Buffer.from(id).toString('latin1');
      const reply = await server.gql('{ __typename }', {}, { 'x-request-id': header });
      expect(reply.headers['x-request-id']).toMatch(/^[\da-f-]{36}$/);
      expect(lineOf(server.logs).requestId).toBe(reply.headers['x-request-id']);
      expect(server.logs.join('')).not.toContain(id);
    },
  );

  it('an operation name of 10 kB is cut, and one with a number in it keeps that to itself', async () => {
    const server = await startServer();
    await expectHeld(server, () => server.gql(`query ${'N'.repeat(10_000)} { __typename }`), {
      status: 200,
      code: null,
    });
    expect(server.logs.map(line => JSON.parse(line)).map(({ operation }) => operation)).toContain(
      'N'.repeat(64),
    );
    const send = () => server.gql('query Of9990000018_09123456789 { __typename }');
    await expectHeld(server, send, { status: 200, code: null, marks: ['9990000018', '09123456789'] });
    expect(server.logs.join('')).toContain('"operation":"Of___"');
  });

  it.each(['A\r\nB', 'A\u0000', 'A\u001b[31m', '{"level":"error"}', 'N'.repeat(10_000)])(
    'an operationName like %j that names nothing is not there',
    async operationName => {
      const server = await startServer();
      const body = JSON.stringify({ query: 'query A { __typename } query B { __typename }', operationName });
      const send = () =>
        server.http('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      await expectHeld(server, send, {
        status: 200,
        code: 'OPERATION_RESOLUTION_FAILURE',
        marks: [operationName],
      });
      expect(lineOf(server.logs)).not.toHaveProperty('operation', operationName);
    },
  );

  it('no header is there, by name or by value', async () => {
    const server = await startServer();
    const headers = {
      'user-agent': MARK,
      cookie: `a=${MARK}`,
      'x-forwarded-for': `1.2.3.4, ${MARK}`,
      authorization: `Bearer ${MARK}`,
      referer: `https://${MARK}/`,
      [MARK]: MARK,
    };
    await expectHeld(server, () => server.gql('{ __typename }', {}, headers), { status: 200, code: null });
    expect(server.logs.join('')).not.toMatch(/user-agent|cookie|forwarded|authorization|referer|1\.2\.3\.4/i);
  });
});
