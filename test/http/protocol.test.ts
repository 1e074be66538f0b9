import { describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { VERIFY_MOBILE, mobileInput } from '../support/questions.ts';
import { startServer } from '../support/server.ts';
import type { Reply, TestServer } from '../support/server.ts';

const GRAPHQL = 'application/graphql-response+json';
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;
/** Stands in inputs and documents that are refused; nothing may repeat it. */
const MARK = 'zzsecretzz';

interface Sent {
  readonly accept?: string | undefined;
  readonly type?: string;
  readonly headers?: Record<string, string>;
}

function post(
  server: TestServer,
  body: string | Buffer,
  { accept, type = 'application/json', headers }: Sent = {},
) {
  const given = { ...(type && { 'content-type': type }), ...(accept && { accept }), ...headers };
  return server.http('/graphql', { method: 'POST', headers: given, body });
}

/** In the shape of DESIGN 3, with the id of the reply in every place for it. */
function expectError(reply: Reply, code: string): any {
  const { errors, extensions } = reply.body;
  const id = reply.headers['x-request-id'];
  expect(errors.map((error: any) => error.extensions.code)).toEqual([code]);
  expect([extensions.requestId, errors[0].extensions.requestId]).toEqual([id, id]);
  expect(reply.headers['content-type']).toMatch(/^application\/(graphql-response\+)?json; charset=utf-8$/);
  expect(reply.text).not.toMatch(/stack|node_modules|Did you mean/);
  expect(reply.text.toLowerCase()).not.toContain(MARK);
  return errors[0].extensions;
}

const query = (text: string, variables?: unknown) => JSON.stringify({ query: text, variables });
const REFUSED: Record<string, [code: string, body: string]> = {
  'a document that does not parse': ['GRAPHQL_PARSE_FAILED', query(`{ tokenStatus { ${MARK} `)],
  'an unknown field': ['GRAPHQL_VALIDATION_FAILED', query(`{ tokenStatuz${MARK} { state } }`)],
  'an unknown operation name': [
    'OPERATION_RESOLUTION_FAILURE',
    JSON.stringify({ query: 'query A { __typename } query B { __typename }', operationName: MARK }),
  ],
  'a bad literal': [
    'BAD_USER_INPUT',
    query(`mutation { verifyMobile(input: { nationalId: "${MARK}", mobileNumber: "1" }) { id } }`),
  ],
  'a bad variable': ['BAD_USER_INPUT', query(VERIFY_MOBILE, { input: mobileInput(0, { nationalId: MARK }) })],
};

const ACCEPTED: [accept: string | undefined, status: number][] = [
  ['application/json', 200],
  [undefined, 200],
  ['*/*', 200],
  [GRAPHQL, 400],
  [`${GRAPHQL}, application/json;q=0.9`, 400],
];

describe('a request that is refused', () => {
  it.each(Object.entries(REFUSED))(
    'for %s gets 200, and 400 where its media type says so',
    async (_, [code, body]) => {
      const server = await startServer();
      for (const [accept, status] of ACCEPTED) {
        const reply = await post(server, body, { accept });
        expect([accept, reply.status]).toEqual([accept, status]);
        expect(reply.body).not.toHaveProperty('data');
        expect(expectError(reply, code).charged).toBe('NO');
      }
      expect(server.sandbox.ledger.count()).toBe(0);
      expect(server.logs.join('')).not.toContain(MARK);
    },
  );

  it('for its checks or its credential is a GraphQL answer, HTTP 200 in either media type', async () => {
    const { nationalId, mobileNumber } = mobileInput();
    const asked = [1, 2, 3, 4, 5, 6].map(
      n =>
        `a${n}: verifyMobile(input: { nationalId: "${nationalId}", mobileNumber: "${mobileNumber}" }) { id }`,
    );
    const body = query(`mutation { ${asked.join(' ')} }`);
    const open = await startServer();
    const closed = await startServer({ env: { AUTH_API_KEYS: `app:${'0'.repeat(64)}` } });
    for (const accept of ['application/json', GRAPHQL]) {
      const [limited, unknown] = await Promise.all([
        post(open, body, { accept }),
        post(closed, body, { accept }),
      ]);
      expect([limited.status, unknown.status]).toEqual([200, 200]);
      expectError(limited, 'TOO_MANY_CHECKS');
      expectError(unknown, 'UNAUTHENTICATED');
    }
  });
});

describe('a body that is no GraphQL request', () => {
  const BODIES: Record<string, [status: number, body: string | Buffer, sent?: Sent]> = {
    'bad JSON': [400, `{"query": "${MARK}`],
    'an empty body': [400, ''],
    'a text': [400, `"${MARK}"`],
    null: [400, 'null'],
    'an object without a query': [400, `{"${MARK}": 1}`],
    'a query that is no text': [400, `{"query": ["${MARK}"]}`],
    'variables that are no object': [400, JSON.stringify({ query: '{ __typename }', variables: [MARK] })],
    'an operation name that is no text': [
      400,
      JSON.stringify({ query: '{ __typename }', operationName: { MARK } }),
    ],
    'a batch of ten': [
      400,
      `[${Array(10)
        .fill(query(`{ __typename ${MARK} }`))
        .join(',')}]`,
    ],
    'a persisted query': [
      400,
      JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: MARK } } }),
    ],
    '2 MB': [413, query(`{ __typename } # ${'x'.repeat(2_000_000)}`)],
    'text/plain': [415, query('{ __typename }'), { type: 'text/plain' }],
    'no media type': [415, query('{ __typename }'), { type: '' }],
    'a form': [415, `query=${MARK}`, { type: 'application/x-www-form-urlencoded' }],
    multipart: [415, `--b\r\n\r\n${MARK}\r\n--b--`, { type: 'multipart/form-data; boundary=b' }],
    'application/graphql': [415, `{ ${MARK} }`, { type: 'application/graphql' }],
    'a compressed body': [
      415,
      gzipSync(query('{ __typename }')),
      { headers: { 'content-encoding': 'gzip' } },
    ],
  };

  it('gets a 4xx in the shape of a GraphQL error, and leaves the server serving', async () => {
    const server = await startServer();
    const statuses: Record<string, number> = {};
    for (const [what, [, body, sent]] of Object.entries(BODIES)) {
      for (const accept of ['application/json', GRAPHQL]) {
        const reply = await post(server, body, { ...sent, accept });
        statuses[what] = reply.status;
        const { class: errorClass, actor, displayMessage } = expectError(reply, 'BAD_REQUEST');
        expect([errorClass, actor, displayMessage]).toEqual(['VALIDATION', 'CALLER', null]);
      }
    }
    expect(statuses).toEqual(
      Object.fromEntries(Object.entries(BODIES).map(([what, [status]]) => [what, status])),
    );
    expect(server.logs.join('').toLowerCase()).not.toContain(MARK);
    const { body } = await server.gql(VERIFY_MOBILE, { input: mobileInput() });
    expect(body.data.verifyMobile.isMatched).toBe(true);
  });

  it('nor is any operation by GET or another method: 405', async () => {
    const server = await startServer();
    const url = `/graphql?query=${encodeURIComponent('{ tokenStatus { state } }')}`;
    for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const) {
      const reply = await server.http(url, { method, headers: { 'apollo-require-preflight': 'yes' } });
      expect([method, reply.status, reply.headers['allow']]).toEqual([method, 405, 'POST']);
      if (method !== 'HEAD') expectError(reply, 'BAD_REQUEST');
    }
  });

  it('nor is a path that cannot be decoded: 400, which does not repeat it', async () => {
    const server = await startServer();
    const reply = await server.http(`/${MARK}%ff`);
    expect(reply.status).toBe(400);
    expectError(reply, 'BAD_REQUEST');
  });

  it('nor is another path: 404', async () => {
    const server = await startServer();
    const reply = await server.http(`/${MARK}`);
    expect(reply.status).toBe(404);
    expectError(reply, 'BAD_REQUEST');
  });
});

describe('the request id', () => {
  it('is the caller’s own when it is plain', async () => {
    const server = await startServer();
    for (const id of ['a', 'Order-7.of_9', 'x'.repeat(64)]) {
      const reply = await server.gql(VERIFY_MOBILE, { input: mobileInput() }, { 'x-request-id': id });
      expect([reply.headers['x-request-id'], reply.body.extensions.requestId]).toEqual([id, id]);
      expect(
        server.logs.map(line => JSON.parse(line)).findLast(({ event }) => event === 'request').requestId,
      ).toBe(id);
    }
  });

  it('is a new one when the caller’s is odd', async () => {
    const server = await startServer();
    for (const odd of [
      '',
      'x'.repeat(65),
      'x'.repeat(10_000),
      'two words',
      'semi;colon',
      '"quoted"',
      '<b>',
      'é',
      'a\tb',
    ]) {
      const reply = await server.gql(
        '{ __typename }',
        {},
        { 'x-request-id': Buffer.from(odd).toString('latin1') },
      );
      expect(reply.headers['x-request-id']).toMatch(UUID);
      expect(reply.body.extensions.requestId).toBe(reply.headers['x-request-id']);
    }
  });

  it('is a new one for each request without, and stands in answers, errors, refusals and pages alike', async () => {
    const server = await startServer();
    const replies = await Promise.all([
      server.gql('{ __typename }'),
      server.gql('{ nothing }'),
      post(server, '{'),
      server.http('/graphql'),
      server.http('/'),
      server.http('/nothing'),
    ]);
    const ids = replies.map(({ headers }) => headers['x-request-id'] as string);
    expect(ids.filter(id => !UUID.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(replies.length);
  });
});

describe('a fault of the server itself', () => {
  it('leaves as INTERNAL_SERVER_ERROR without its words, and stands in the log by its names and frames', async () => {
    const random = () => {
      throw new RangeError(`a bug that knows ${MARK}`, { cause: new TypeError(MARK) });
    };
    const server = await startServer({ overrides: { random } });
    const reply = await server.gql(VERIFY_MOBILE, { input: mobileInput() });
    expect(reply.status).toBe(200);
    const extensions = expectError(reply, 'INTERNAL_SERVER_ERROR');
    expect(extensions).toMatchObject({
      class: 'INTERNAL',
      retryable: false,
      charged: 'UNKNOWN',
      actor: 'OPERATOR',
    });
    const line = server.logs.map(text => JSON.parse(text)).find(({ level }) => level === 'error');
    expect(line).toMatchObject({
      requestId: extensions.requestId,
      cause: { name: 'RangeError', cause: { name: 'TypeError' } },
    });
    expect(line.cause.stack[0]).toMatch(/protocol\.test\.ts/);
    expect(server.logs.join('')).not.toContain(MARK);
  });
});
