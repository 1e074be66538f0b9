import { beforeAll, describe, expect, it } from '@jest/globals';
import { exportSPKI, importJWK, SignJWT } from 'jose';
import type { CryptoKey } from 'jose';
import { createHash } from 'node:crypto';
import { AUDIENCE, createSigningKey, createToken, ISSUER, startIssuer } from '../support/issuer.ts';
import type { SigningKey } from '../support/issuer.ts';
import { TOKEN_STATUS, VERIFY_MOBILE, mobileInput } from '../support/questions.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';

let rsa: SigningKey;
let ec: SigningKey;
let ed: SigningKey;
let stranger: SigningKey;

beforeAll(async () => {
  [rsa, ec, ed] = await Promise.all(['RS256', 'ES256', 'EdDSA'].map(alg => createSigningKey(alg)));
  stranger = await createSigningKey('RS256', rsa.kid);
});

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const ask = (server: TestServer, token: string, number = 0) =>
  server.gql(VERIFY_MOBILE, { input: mobileInput(number) }, bearer(token));
const codeOf = (reply: { body: any }) => reply.body.errors?.[0].extensions.code ?? 'OK';
const requestLines = (server: TestServer) =>
  server.logs.map(line => JSON.parse(line)).filter(({ event }) => event === 'request');

async function start(env: Record<string, string> = {}, keys = [rsa, ec, ed]) {
  const issuer = await startIssuer(keys);
  return { issuer, server: await startServer({ env: { ...issuer.env, ...env } }) };
}

describe('a token of the issuer', () => {
  it.each(['RS256', 'ES256', 'EdDSA'])(
    'signed with %s is believed, and its keys are fetched once',
    async alg => {
      const { issuer, server } = await start();
      const key = [rsa, ec, ed].find(candidate => candidate.alg === alg)!;
      const replies = await Promise.all(
        [0, 1, 2].map(async n => ask(server, await createToken(key, { jti: `${n}` }), n)),
      );
      expect(replies.map(({ body }) => body.data?.verifyMobile?.isMatched)).toEqual([true, true, true]);
      expect(issuer.fetches).toBe(1);
      expect(requestLines(server).map(({ caller }) => caller)).toEqual(Array(3).fill('jwt:app'));
    },
  );

  it('may have several audiences, and a clock that is a little ahead', async () => {
    const { server } = await start();
    const now = Math.floor(Date.now() / 1000);
    expect(
      codeOf(await ask(server, await createToken(rsa, { aud: ['other', AUDIENCE], nbf: now + 3 }))),
    ).toBe('OK');
  });

  it('without a kid is held against every key of its kind, as while an issuer rotates', async () => {
    const next = await createSigningKey('RS256', 'next');
    const { server } = await start({}, [rsa, next]);
    expect(codeOf(await ask(server, await createToken(next, {}, { kid: undefined })))).toBe('OK');
    expect(codeOf(await ask(server, await createToken(stranger, {}, { kid: undefined })))).toBe(
      'UNAUTHENTICATED',
    );
    expect(server.sandbox.ledger.paidCalls()).toBe(1);
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    ['both scopes', { scope: 'openid verify status' }, 'OK', 'OK'],
    ['verify only', { scope: 'verify' }, 'OK', 'FORBIDDEN'],
    ['status only', { scope: 'status' }, 'FORBIDDEN', 'OK'],
    ['a list of scopes', { scope: ['status', 'verify'] }, 'OK', 'OK'],
    ['no scope', { scope: undefined }, 'FORBIDDEN', 'FORBIDDEN'],
    ['an empty scope', { scope: '' }, 'FORBIDDEN', 'FORBIDDEN'],
    ['similar scopes', { scope: 'verify:read Verify statuses' }, 'FORBIDDEN', 'FORBIDDEN'],
    ['a scope that is no text', { scope: { verify: true } }, 'FORBIDDEN', 'FORBIDDEN'],
    ['scopes in another claim', { scope: undefined, scp: 'verify status' }, 'FORBIDDEN', 'FORBIDDEN'],
  ])('with %s may do what it says', async (_what, claims, verify, status) => {
    const { server } = await start();
    const token = await createToken(rsa, claims);
    expect(codeOf(await ask(server, token))).toBe(verify);
    expect(codeOf(await server.gql(TOKEN_STATUS, {}, bearer(token)))).toBe(status);
    expect(server.sandbox.ledger.paidCalls()).toBe(verify === 'OK' ? 1 : 0);
  });
});

describe('a bad token', () => {
  const seconds = (offset: number) => Math.floor(Date.now() / 1000) + offset;
  const bodyOf = (claims: object) => Buffer.from(JSON.stringify(claims)).toString('base64url');
  const good = () => ({ iss: ISSUER, aud: AUDIENCE, client_id: 'app', scope: 'verify', exp: seconds(60) });
  const swapped = async (part: 0 | 1 | 2, text: string) =>
    (await createToken(rsa)).split('.').with(part, text).join('.');
  const hmac = async (secret: string) =>
    new SignJWT(good()).setProtectedHeader({ alg: 'HS256', kid: rsa.kid }).sign(Buffer.from(secret));

  it.each<[string, string, () => Promise<string> | string]>([
    ['expired', 'ERR_JWT_EXPIRED', () => createToken(rsa, { exp: seconds(-10) })],
    ['for ever', 'ERR_JWT_CLAIM_VALIDATION_FAILED exp', () => createToken(rsa, { exp: undefined })],
    ['not valid yet', 'ERR_JWT_CLAIM_VALIDATION_FAILED nbf', () => createToken(rsa, { nbf: seconds(30) })],
    [
      'of another issuer',
      'ERR_JWT_CLAIM_VALIDATION_FAILED iss',
      () => createToken(rsa, { iss: `${ISSUER}x` }),
    ],
    ['of no issuer', 'ERR_JWT_CLAIM_VALIDATION_FAILED iss', () => createToken(rsa, { iss: undefined })],
    ['for another audience', 'ERR_JWT_CLAIM_VALIDATION_FAILED aud', () => createToken(rsa, { aud: 'shop' })],
    ['for no audience', 'ERR_JWT_CLAIM_VALIDATION_FAILED aud', () => createToken(rsa, { aud: undefined })],
    ['forged', 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED', () => createToken(stranger)],
    ['of an unknown key', 'ERR_JWKS_NO_MATCHING_KEY', () => createToken(stranger, {}, { kid: 'nobody' })],
    [
      'changed',
      'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
      () => swapped(1, bodyOf({ ...good(), client_id: 'bank' })),
    ],
    ['of alg none', 'UNKNOWN_KEY', () => `${bodyOf({ alg: 'none' })}.${bodyOf(good())}.`],
    [
      'of alg none with a signature',
      'ERR_JOSE_ALG_NOT_ALLOWED',
      () => swapped(0, bodyOf({ alg: 'none', kid: rsa.kid })),
    ],
    [
      'of HS256 with the public key as PEM',
      'ERR_JOSE_ALG_NOT_ALLOWED',
      async () => hmac(await exportSPKI((await importJWK(rsa.jwk)) as CryptoKey)),
    ],
    ['of HS256 with the public key as JSON', 'ERR_JOSE_ALG_NOT_ALLOWED', () => hmac(JSON.stringify(rsa.jwk))],
    [
      'with its own key in it',
      'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
      () => createToken(stranger, {}, { jwk: stranger.jwk }),
    ],
    [
      'with another algorithm for the key',
      'ERR_JWKS_NO_MATCHING_KEY',
      () => createToken(ec, {}, { kid: rsa.kid }),
    ],
    ['without a caller', 'NO_USABLE_CALLER_NAME', () => createToken(rsa, { client_id: undefined })],
    [
      'whose caller is a number',
      'NO_USABLE_CALLER_NAME',
      () => createToken(rsa, { client_id: 7, sub: 'app' }),
    ],
    ['whose caller is empty', 'NO_USABLE_CALLER_NAME', () => createToken(rsa, { client_id: '', sub: 'app' })],
    ['whose caller ends the line', 'NO_USABLE_CALLER_NAME', () => createToken(rsa, { client_id: 'a\nb' })],
    [
      'whose caller turns the text',
      'NO_USABLE_CALLER_NAME',
      () => createToken(rsa, { client_id: 'a\u202eb' }),
    ],
    ['whose caller is long', 'NO_USABLE_CALLER_NAME', () => createToken(rsa, { client_id: 'n'.repeat(129) })],
    ['of three junk parts', 'ERR_JWS_INVALID', () => 'aaaa.bbbb.cccc'],
    ['whose header is a list', 'ERR_JWS_INVALID', () => swapped(0, bodyOf([]))],
    ['whose body is no JSON', 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED', () => swapped(1, 'AAAA')],
    ['of two parts', 'UNKNOWN_KEY', () => 'aaaa.bbbb'],
    ['of five parts', 'UNKNOWN_KEY', () => 'a.b.c.d.e'],
    ['of 15 kB', 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED', () => swapped(2, 'A'.repeat(15_000))],
    ['of 15 kB of header', 'ERR_JWS_INVALID', () => swapped(0, 'A'.repeat(15_000))],
  ])('%s is UNAUTHENTICATED, costs nothing and is told to nobody', async (_what, reason, make) => {
    const { server } = await start();
    const token = await make();
    const reply = await ask(server, token);
    expect(reply.status).toBe(200);
    expect(reply.body.errors).toHaveLength(1);
    expect(reply.body.errors[0].extensions).toMatchObject({
      code: 'UNAUTHENTICATED',
      class: 'AUTHENTICATION',
      retryable: false,
      charged: 'NO',
      actor: 'CALLER',
    });
    expect(reply.body.data ?? null).toBeNull();
    expect(requestLines(server)).toMatchObject([{ code: 'UNAUTHENTICATED', reason }]);
    expect(server.sandbox.ledger.count()).toBe(0);
    const told = reply.text + JSON.stringify(reply.headers) + server.logs.join('');
    for (const part of token.split('.').filter(text => text.length > 3)) expect(told).not.toContain(part);
    expect(told).not.toMatch(/client_id|login\.example/);
  });

  it('larger than all headers may be is refused before it is looked at', async () => {
    const { server } = await start();
    const reply = await ask(server, 'x'.repeat(40_000));
    expect(reply.status).toBe(431);
    expect(reply.text).not.toContain('xxxx');
    expect(codeOf(await ask(server, await createToken(rsa)))).toBe('OK');
  });
});

describe('the caller of a token', () => {
  const nameIn = async (claims: Record<string, unknown>, env: Record<string, string> = {}) => {
    const { server } = await start(env);
    const reply = await ask(server, await createToken(rsa, { client_id: undefined, ...claims }));
    return requestLines(server)[0]!.caller ?? codeOf(reply);
  };

  it('is client_id, else azp, else sub', async () => {
    const claims = { client_id: 'a', azp: 'b', sub: 'auth0|c@d.example' };
    expect(await nameIn(claims)).toBe('jwt:a');
    expect(await nameIn({ ...claims, client_id: undefined })).toBe('jwt:b');
    expect(await nameIn({ sub: claims.sub })).toBe('jwt:auth0|c@d.example');
  });

  it('is AUTH_CALLER_CLAIM, and then nothing else', async () => {
    const env = { AUTH_CALLER_CLAIM: 'https://login.example/tenant' };
    expect(await nameIn({ 'https://login.example/tenant': 'فروشگاه', client_id: 'a' }, env)).toBe(
      'jwt:فروشگاه',
    );
    expect(await nameIn({ client_id: 'a', sub: 'a' }, env)).toBe('UNAUTHENTICATED');
    expect(await nameIn({}, { AUTH_CALLER_CLAIM: 'constructor' })).toBe('UNAUTHENTICATED');
  });

  it('sees nothing of an API key of the same name, nor of another token', async () => {
    const key = 'key-of-the-app-0123456789';
    const { server } = await start({
      AUTH_API_KEYS: `app:${createHash('sha256').update(key).digest('hex')}`,
    });
    const credentials = [key, await createToken(rsa), await createToken(ec, { client_id: 'other' })];
    const ids: string[] = [];
    for (const credential of credentials) ids.push((await ask(server, credential)).body.data.verifyMobile.id);
    expect(new Set(ids).size).toBe(3);
    expect(server.sandbox.ledger.paidCalls()).toBe(3);
    for (const [index, credential] of credentials.entries()) {
      const query = 'query ($ids: [ID!]!) { verifications(ids: $ids) { id } }';
      const { body } = await server.gql(query, { ids }, bearer(credential));
      expect(body.data.verifications).toEqual(ids.map((id, at) => (at === index ? { id } : null)));
    }
  });

  it('is the same through all of its tokens', async () => {
    const { server } = await start();
    const { id } = (await ask(server, await createToken(rsa))).body.data.verifyMobile;
    const query = 'query ($id: ID!) { verification(id: $id) { id } }';
    const { body } = await server.gql(query, { id }, bearer(await createToken(ed, { jti: 'another' })));
    expect(body.data.verification).toEqual({ id });
  });
});

it('an API key that looks like a token is an API key', async () => {
  const key = 'aaaa.bbbb.cccc';
  const { issuer, server } = await start({
    AUTH_API_KEYS: `shop:${createHash('sha256').update(key).digest('hex')}`,
  });
  expect(codeOf(await ask(server, key))).toBe('OK');
  expect(issuer.fetches).toBe(0);
});
