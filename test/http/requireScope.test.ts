import { beforeAll, expect, it } from '@jest/globals';
import fastify from 'fastify';
import { createHash } from 'node:crypto';
import { createAuthenticate } from '../../src/http/auth.ts';
import { requireScope } from '../../src/http/requireScope.ts';
import { AUDIENCE, createSigningKey, createToken, ISSUER, startIssuer } from '../support/issuer.ts';
import type { Issuer, SigningKey } from '../support/issuer.ts';
import { silentLog } from '../support/silentLog.ts';

const KEY = 'key-of-the-scraper';
let signingKey: SigningKey;
beforeAll(async () => void (signingKey = await createSigningKey('ES256')));

function guardedApp(issuer: Issuer, disabled = false) {
  const sha256 = createHash('sha256').update(KEY).digest('hex');
  const jwt = {
    jwksUrl: issuer.env['AUTH_JWKS_URL'],
    issuer: ISSUER,
    audience: AUDIENCE,
    callerClaim: null,
  };
  const auth = { disabled, apiKeys: [{ name: 'scraper', sha256 }], jwt };
  const authenticate = createAuthenticate(
    { auth, requestTimeoutMs: 1000 },
    { log: silentLog, now: Date.now },
  );
  const app = fastify();
  app.get('/status', { preHandler: requireScope(authenticate, 'status', 'full') }, async () => 'the status');
  return async (credential?: string) => {
    const headers = credential === undefined ? {} : { authorization: credential };
    const reply = await app.inject({ url: '/status', headers });
    const code = reply.headers['content-type']?.includes('json')
      ? reply.json().errors[0].extensions.code
      : 'OK';
    return { status: reply.statusCode, code, text: reply.body, headers: reply.headers };
  };
}

it('a guarded route is open to a key, and to a token with the scope', async () => {
  const get = guardedApp(await startIssuer([signingKey]));
  for (const credential of [KEY, await createToken(signingKey, { scope: 'status' })])
    expect(await get(`Bearer ${credential}`)).toMatchObject({ status: 200, text: 'the status' });
});

it('a guarded route is shut for everybody else, in the shape of GraphQL and with the code of HTTP', async () => {
  const issuer = await startIssuer([signingKey]);
  const get = guardedApp(issuer);
  for (const credential of [undefined, 'Bearer wrong', 'Basic eDp5', 'Bearer a.b.c']) {
    const reply = await get(credential);
    expect(reply).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect(reply.headers['www-authenticate']).toBe('Bearer');
  }
  const token = await createToken(signingKey, { scope: 'verify' });
  expect(await get(`Bearer ${token}`)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
});

it('a guarded route answers 503 when a token cannot be checked', async () => {
  const issuer = await startIssuer([signingKey]);
  issuer.answer = response => void response.writeHead(500).end();
  const reply = await guardedApp(issuer)(`Bearer ${await createToken(signingKey)}`);
  expect(reply).toMatchObject({ status: 503, code: 'OVERLOADED' });
  expect(reply.headers['retry-after']).toBe('5');
});

it('a guarded route is open to all with AUTH_DISABLED', async () => {
  expect(await guardedApp(await startIssuer([signingKey]), true)()).toMatchObject({ status: 200 });
});
