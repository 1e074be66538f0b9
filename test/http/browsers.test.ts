import { describe, expect, it } from '@jest/globals';
import { VERIFY_MOBILE, mobileInput } from '../support/questions.ts';
import { startServer } from '../support/server.ts';
import type { Reply, TestServer } from '../support/server.ts';

const APP = 'https://app.example.com';
const CORS = { CORS_ORIGINS: `${APP},https://admin.example.com` };
const JSON_TYPE = { 'content-type': 'application/json' };

function preflight(server: TestServer, origin: string, headers = 'content-type,authorization,x-request-id') {
  return server.http('/graphql', {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': headers,
    },
  });
}

const allowed = (reply: Reply) => reply.headers['access-control-allow-origin'];

describe('a page of another origin', () => {
  it.each([
    'https://evil.example',
    `${APP}.evil.example`,
    'http://app.example.com',
    `${APP}:8443`,
    'https://example.com',
    'null',
  ])('(%s) that CORS_ORIGINS does not name is allowed nothing', async origin => {
    const server = await startServer({ env: CORS });
    const asked = await preflight(server, origin);
    const sent = await server.gql('{ __typename }', {}, { origin });
    expect([allowed(asked), allowed(sent)]).toEqual([undefined, undefined]);
  });

  it('that CORS_ORIGINS names may POST, with its credential in a header and never in a cookie', async () => {
    const server = await startServer({ env: CORS });
    const asked = await preflight(server, APP);
    expect(asked.status).toBeLessThan(300);
    expect(allowed(asked)).toBe(APP);
    expect(String(asked.headers['access-control-allow-methods']).split(/, */)).toEqual(['POST']);
    const headers = String(asked.headers['access-control-allow-headers']).toLowerCase().split(/, */);
    expect(headers.toSorted()).toEqual(['authorization', 'content-type', 'x-request-id']);
    const sent = await server.gql(VERIFY_MOBILE, { input: mobileInput() }, { origin: APP });
    expect(sent.body.data.verifyMobile.isMatched).toBe(true);
    expect(allowed(sent)).toBe(APP);
    for (const reply of [asked, sent]) {
      expect(String(reply.headers['vary'])).toMatch(/\borigin\b/i); // else a cache gives one origin's reply to another
      expect(reply.headers['access-control-allow-credentials']).toBeUndefined();
    }
    expect(sent.headers['access-control-expose-headers']).toMatch(/x-request-id/i);
  });

  it('that CORS_ORIGINS names can read why it was refused', async () => {
    const server = await startServer({ env: { ...CORS, AUTH_API_KEYS: `app:${'0'.repeat(64)}` } });
    const post = (body: string, type = 'application/json') =>
      server.http('/graphql', { method: 'POST', headers: { 'content-type': type, origin: APP }, body });
    const replies = await Promise.all([
      server.gql(VERIFY_MOBILE, { input: mobileInput() }, { origin: APP }),
      server.gql('{ __typename }', {}, { origin: APP, authorization: 'Bearer nobody' }),
      post('{'),
      post('x'.repeat(2_000_000)),
      post('{ __typename }', 'text/plain'),
    ]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 400, 413, 415]);
    expect(replies.map(allowed)).toEqual(replies.map(() => APP));
  });

  it('is allowed nothing when CORS_ORIGINS is not set', async () => {
    const server = await startServer();
    expect(allowed(await preflight(server, APP))).toBeUndefined();
    expect(allowed(await server.gql('{ __typename }', {}, { origin: APP }))).toBeUndefined();
  });

  it('of any origin is allowed under CORS_ORIGINS=*, without credentials', async () => {
    const server = await startServer({ env: { CORS_ORIGINS: '*' } });
    const asked = await preflight(server, APP);
    expect(allowed(asked)).toBe('*');
    expect(asked.headers['access-control-allow-credentials']).toBeUndefined();
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=b', undefined])(
    'cannot ask a question without a preflight, as %s',
    async type => {
      const server = await startServer();
      const reply = await server.http('/graphql', {
        method: 'POST',
        headers: { origin: APP, ...(type && { 'content-type': type }) },
        body: JSON.stringify({ query: VERIFY_MOBILE, variables: { input: mobileInput() } }),
      });
      expect(reply.status).toBe(415);
      expect(server.sandbox.ledger.count()).toBe(0);
    },
  );
});

describe('the landing page', () => {
  const directives = (reply: Reply) =>
    new Map(
      String(reply.headers['content-security-policy'])
        .split(/; */)
        .map(text => text.split(/ (.*)/s))
        .map(([name, value]) => [name, value] as const),
    );

  it('is Apollo Sandbox on our own endpoint, under a policy that lets it load and nothing else', async () => {
    const server = await startServer();
    const page = await server.http('/');
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    const policy = directives(page);
    const nonce = /'nonce-([\w+/=]{16,})'/.exec(policy.get('script-src')!)![1];
    expect(Object.fromEntries(policy)).toMatchObject({
      'default-src': "'none'",
      'script-src': `'nonce-${nonce}' https://embeddable-sandbox.cdn.apollographql.com`,
      'frame-src': 'https://sandbox.embed.apollographql.com',
      'connect-src': "'self'",
      'frame-ancestors': "'none'",
    });
    expect(String(page.headers['content-security-policy'])).not.toMatch(/unsafe|\*/);
    const tags = page.text.match(/<(?:script|style)\b[^>]*>/g)!;
    expect(tags.filter(tag => !tag.includes(`nonce="${nonce}"`))).toEqual([]);
    expect(page.text).not.toMatch(/ on\w+="| style="|javascript:/);
    expect(page.text).toContain('/graphql');
  });

  it('has a nonce of its own each time', async () => {
    const server = await startServer();
    const [one, other] = await Promise.all([server.http('/'), server.http('/')]);
    expect(directives(one).get('script-src')).not.toBe(directives(other).get('script-src'));
  });

  it.each([{ NODE_ENV: 'production' }, { LANDING_PAGE: 'off' }])('is absent with %j', async env => {
    const server = await startServer({ env });
    const reply = await server.http('/', { headers: { accept: 'text/html' } });
    expect(reply.status).toBe(404);
    expect(reply.body.errors[0].extensions.code).toBe('BAD_REQUEST');
  });

  it('is shown in production when LANDING_PAGE says so', async () => {
    const server = await startServer({ env: { NODE_ENV: 'production', LANDING_PAGE: 'sandbox' } });
    expect((await server.http('/')).status).toBe(200);
  });
});

it('every reply, good or bad, tells browsers and caches to do nothing with it', async () => {
  const server = await startServer();
  const replies = await Promise.all([
    server.gql('{ __typename }'),
    server.gql('{ nothing }'),
    server.http('/graphql'),
    server.http('/nothing'),
    server.http('/health/ready'),
    server.http('/graphql', { method: 'POST', headers: JSON_TYPE, body: '{' }),
    server.http('/graphql', { method: 'POST', headers: JSON_TYPE, body: 'x'.repeat(2_000_000) }),
    server.http('/'),
  ]);
  for (const { headers } of replies) {
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': expect.stringMatching(/max-age=\d{7,}/),
      'content-security-policy': expect.stringMatching(/default-src 'none'.*frame-ancestors 'none'/),
    });
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('server');
  }
});
