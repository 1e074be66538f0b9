import { describe, expect, it } from '@jest/globals';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { VERIFY_MOBILE, mobileInput } from '../support/questions.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { MARK, expectHeld, postTo } from './attack.ts';

const QUESTION = JSON.stringify({ query: VERIFY_MOBILE, variables: { input: mobileInput() } });
const TYPENAME = JSON.stringify({ query: '{ __typename }' });
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const withVariables = (variables: string, query = VERIFY_MOBILE) =>
  `{"query": ${JSON.stringify(query)}, "variables": ${variables}}`;
const bomb = (pack: (body: string) => Buffer) =>
  pack(JSON.stringify({ query: '{ __typename }', x: ' '.repeat(50_000_000) }));

type Sent = [status: number, body: string | Buffer, headers?: Record<string, string>];

/** Faults of the body: 4xx, BAD_REQUEST, whatever else it says. */
const REFUSED: Record<string, Sent> = {
  '2 MB': [413, JSON.stringify({ query: `{ __typename } # ${'x'.repeat(2_000_000)}` })],
  'a byte over the limit': [413, TYPENAME.padEnd(256 * 1024 + 1)],
  gzip: [415, gzipSync(QUESTION), { 'content-encoding': 'gzip' }],
  deflate: [415, deflateSync(QUESTION), { 'content-encoding': 'deflate' }],
  brotli: [415, brotliCompressSync(QUESTION), { 'content-encoding': 'br' }],
  'gzip twice': [415, gzipSync(gzipSync(QUESTION)), { 'content-encoding': 'gzip, gzip' }],
  'gzip that is none': [415, QUESTION, { 'content-encoding': 'gzip' }],
  'an encoding of nobody': [415, QUESTION, { 'content-encoding': MARK }],
  'a bomb of 50 MB': [415, bomb(gzipSync), { 'content-encoding': 'gzip' }],
  'a bomb that does not say so': [400, bomb(gzipSync)],
  'a form': [415, `query=${MARK}`, { 'content-type': 'application/x-www-form-urlencoded' }],
  multipart: [415, `--b\r\n\r\n${MARK}\r\n--b--`, { 'content-type': 'multipart/form-data; boundary=b' }],
  'text/plain': [415, QUESTION, { 'content-type': 'text/plain' }],
  'text/plain with JSON in its parameters': [
    415,
    QUESTION,
    { 'content-type': 'text/plain; application/json' },
  ],
  'text/json': [415, QUESTION, { 'content-type': 'text/json' }],
  'a media type that only begins so': [415, QUESTION, { 'content-type': 'application/jsonp' }],
  'a media type of nobody': [415, QUESTION, { 'content-type': `${MARK}/${MARK}` }],
  'no media type': [415, QUESTION, { 'content-type': '' }],
  'UTF-16 that says so': [
    415,
    Buffer.from(QUESTION, 'utf16le'),
    { 'content-type': 'application/json; charset=utf-16' },
  ],
  'UTF-16 that does not': [400, Buffer.from(QUESTION, 'utf16le')],
  'UTF-7': [415, QUESTION, { 'content-type': 'application/json;charset="utf-7"' }],
  'a batch of ten': [400, `[${Array(10).fill(QUESTION).join(',')}]`],
  'a batch of one': [400, `[${QUESTION}]`],
  'an empty batch': [400, '[]'],
  'JSON 100 000 deep': [400, nested(100_000)],
  'JSON that never ends': [400, '{"query":'.repeat(20_000)],
  'two JSON texts': [400, TYPENAME + TYPENAME],
  'an empty body': [400, ''],
  'nothing but spaces': [400, ' '.repeat(1000)],
  NULs: [400, Buffer.alloc(1000)],
  'a number': [400, '1e999'],
  'single quotes': [400, `{'query': '${MARK}'}`],
  'a comment': [400, `/* ${MARK} */ ${TYPENAME}`],
  'variables as an array': [400, withVariables('[1]')],
  'variables as a text': [400, withVariables(`"${MARK}"`)],
  'variables as a number': [400, withVariables('1e400')],
  'extensions as an array': [400, `{"query": "{ __typename }", "extensions": ${nested(10_000)}}`],
  'a query in __proto__': [400, `{"__proto__": ${QUESTION}}`],
};

describe('a hostile body', () => {
  it.each(Object.entries(REFUSED))(
    '(%s) is refused, unpaid and unrepeated',
    async (_, [status, body, headers]) => {
      const server = await startServer();
      await expectHeld(server, () => postTo(server, body, headers), { status, code: 'BAD_REQUEST' });
    },
  );

  it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const)(
    'nor is an operation taken by %s',
    async method => {
      const server = await startServer({ env: { CORS_ORIGINS: 'https://app.example.com' } });
      const path = `/graphql?query=${encodeURIComponent(`mutation { ${MARK} }`)}&variables={}`;
      const send = () => server.http(path, { method, headers: { 'apollo-require-preflight': MARK } });
      if (method === 'HEAD') expect((await send()).status).toBe(405);
      else await expectHeld(server, send, { status: 405, code: 'BAD_REQUEST' });
      expect((await send()).headers['allow']).toBe('POST');
    },
  );

  it.each([
    ['no origin', { 'access-control-request-method': 'POST' }],
    ['no method', { origin: 'https://app.example.com' }],
  ])('nor is OPTIONS with %s a preflight', async (_, headers: Record<string, string>) => {
    const server = await startServer({ env: { CORS_ORIGINS: 'https://app.example.com' } });
    const options = (path: string) => () => server.http(path, { method: 'OPTIONS', headers });
    await expectHeld(server, options('/graphql'), { status: 405, code: 'BAD_REQUEST' });
    await expectHeld(server, options('/elsewhere'), { status: 404, code: 'BAD_REQUEST' });
  });
});

/** JSON that is one, with variables that try to be more than they are. All of them ask verifyMobile. */
const INPUT = JSON.stringify(mobileInput());
const REJECTED: Record<string, [variables: string, fields: string[]]> = {
  'variables 10 000 deep': [`{"input": ${nested(10_000)}}`, ['input TYPE']],
  'a field 10 000 deep': [
    `{"input": {"nationalId": ${nested(10_000)}, "mobileNumber": "09120000000"}}`,
    ['input.nationalId TYPE'],
  ],
  'huge numbers': [
    `{"input": {"nationalId": 1e400, "mobileNumber": ${'9'.repeat(5000)}, "maxAgeSeconds": 1e308}}`,
    ['input.nationalId TYPE', 'input.mobileNumber TYPE', 'input.maxAgeSeconds TYPE'],
  ],
  'a huge text': [
    `{"input": {"nationalId": "${'9'.repeat(200_000)}", "mobileNumber": "09120000000"}}`,
    ['input.nationalId LENGTH'],
  ],
  'the input twice, the bad one last': [
    `{"input": ${INPUT}, "input": {"nationalId": "9990000018"}}`,
    ['input.mobileNumber REQUIRED'],
  ],
  'a field twice, the bad one last': [
    `{"input": {"nationalId": "9990000018", "nationalId": "9990000019", "mobileNumber": "09120000000"}}`,
    ['input.nationalId CHECKSUM'],
  ],
  '__proto__ beside the input': [
    `{"__proto__": {"input": ${INPUT}}, "input": ${INPUT}}`,
    ['variables UNKNOWN_FIELD'],
  ],
  'the input in __proto__': [
    `{"__proto__": {"input": ${INPUT}}}`,
    ['input REQUIRED', 'variables UNKNOWN_FIELD'],
  ],
  'fields in __proto__': [
    `{"input": {"__proto__": ${INPUT}}}`,
    ['input UNKNOWN_FIELD', 'input.nationalId REQUIRED', 'input.mobileNumber REQUIRED'],
  ],
  'a constructor': [
    `{"input": {"constructor": {"prototype": {"isMatched": true}}, "nationalId": "9990000018", "mobileNumber": "09120000000"}}`,
    ['input UNKNOWN_FIELD'],
  ],
  'a field of a name of Object': [
    `{"input": {"toString": "${MARK}", "nationalId": "9990000018", "mobileNumber": "09120000000"}}`,
    ['input UNKNOWN_FIELD'],
  ],
  'a value with a toString': [
    `{"input": {"nationalId": {"toString": "9990000018"}, "mobileNumber": "09120000000"}}`,
    ['input.nationalId TYPE'],
  ],
  'lone surrogates': [
    `{"input": {"nationalId": "\\ud800${'\\udfff'.repeat(9)}", "mobileNumber": "09120000000"}}`,
    ['input.nationalId CHARACTERS'],
  ],
};

describe('hostile variables', () => {
  it.each(Object.entries(REJECTED))(
    '(%s) are told by their place and never repeated',
    async (_, [variables, fields]) => {
      const server = await startServer();
      const send = () => postTo(server, withVariables(variables));
      const marks = ['9990000019', 'isMatched', 'toString', 'constructor', '__proto__'];
      const { body } = await expectHeld(server, send, { status: 200, code: 'BAD_USER_INPUT', marks });
      const told = body.errors[0].extensions.fields.map((field: any) => `${field.path} ${field.code}`);
      expect(told.toSorted()).toEqual(fields.toSorted());
      expect(({} as any).isMatched).toBeUndefined();
    },
  );

  it('of 60 000 ids under 29 aliases make one short refusal', async () => {
    const server = await startServer();
    const lists = (count: number, id: unknown) =>
      postTo(
        server,
        JSON.stringify({
          query: `query ($i: [ID!]!) { ${Array.from({ length: 29 }, (_, n) => `a${n}: verifications(ids: $i) { id }`).join(' ')} }`,
          variables: { i: Array(count).fill(id) },
        }),
      );
    for (const [count, id] of [
      [60_000, 0.5],
      [60_000, 'a'],
      [10_001, 1],
    ] as const) {
      const reply = await expectHeld(server, () => lists(count, id), { status: 200, code: 'BAD_USER_INPUT' });
      expect(reply.text.length).toBeLessThan(100_000);
      expect(reply.body.errors[0].extensions.fields[0]).toMatchObject({ path: 'ids', code: 'LENGTH' });
    }
    const wrong = await expectHeld(server, () => lists(300, 0.5), { status: 200, code: 'BAD_USER_INPUT' });
    expect(wrong.body.errors[0].extensions.fields).toHaveLength(200);
    await expectHeld(server, () => lists(300, 'a'), { status: 200, code: null });
  });
});

describe('their neighbours, which are no attack,', () => {
  const paid = (server: TestServer, body: string | Buffer, headers?: Record<string, string>) =>
    expectHeld(server, () => postTo(server, body, headers), { status: 200, code: null, paid: 1 });

  const BODIES: [string, string, Record<string, string>?][] = [
    ['of exactly the limit', QUESTION.padEnd(256 * 1024)],
    ['that names UTF-8', QUESTION, { 'content-type': 'application/json; charset=utf-8' }],
    ['that names utf8 in quotes', QUESTION, { 'content-type': 'Application/JSON;Charset="UTF8"' }],
    ['that says identity', QUESTION, { 'content-encoding': 'identity' }],
    ['with a byte order mark', `\ufeff${QUESTION}`],
    ['with fields that nobody reads', JSON.stringify({ ...JSON.parse(QUESTION), constructor: 1, id: MARK })],
    [
      'with deep variables that nobody declared',
      withVariables(`{"input": ${INPUT}, "other": ${nested(10_000)}}`),
    ],
    [
      'with a field twice, the good one last',
      withVariables(`{"input": {"nationalId": "1", ${INPUT.slice(1)}}`),
    ],
  ];
  it.each(BODIES.map(([what, ...sent]) => ({ what, sent })))(
    '(a body $what) are answered',
    async ({ sent }) => {
      await paid(await startServer(), ...sent);
    },
  );
});
