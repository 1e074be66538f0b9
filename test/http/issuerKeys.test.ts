import { beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { createClock } from '../support/clock.ts';
import { createSigningKey, createToken, startIssuer } from '../support/issuer.ts';
import type { SigningKey } from '../support/issuer.ts';
import { VERIFY_MOBILE, mobileInput } from '../support/questions.ts';
import { startServer } from '../support/server.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

let first: SigningKey;
let second: SigningKey;

beforeAll(async () => {
  first = await createSigningKey('ES256', 'first');
  second = await createSigningKey('ES256', 'second');
});

async function start(env: Record<string, string> = {}) {
  const clock = createClock();
  const issuer = await startIssuer([first]);
  const server = await startServer({
    env: { ...issuer.env, ...env },
    sandbox: { now: clock.now },
    overrides: { now: clock.now },
  });
  let asked = 0;
  /** A question with a token of its own, so that none is known from before. */
  const ask = async (key: SigningKey, header: Record<string, unknown> = {}) => {
    asked += 1;
    const token = await createToken(key, { jti: String(asked) }, header, clock.ms);
    return askWith(token);
  };
  const askWith = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` };
    const { body } = await server.gql(VERIFY_MOBILE, { input: mobileInput(asked) }, headers);
    return body.errors?.[0].extensions ?? { code: 'OK' };
  };
  const code = async (...args: Parameters<typeof ask>): Promise<string> => (await ask(...args)).code;
  const warnings = () =>
    server.logs
      .map(line => JSON.parse(line))
      .filter(({ event, level }) => event === 'auth' && level === 'warn');
  return { clock, issuer, server, ask, askWith, code, warnings };
}

const broken = (response: ServerResponse) => response.socket!.destroy();

describe('rotation', () => {
  it('a key that the issuer added is found, and made-up key ids do not make us fetch at will', async () => {
    const { clock, issuer, code } = await start();
    expect(await code(first)).toBe('OK');
    issuer.published = [first.jwk, second.jwk];
    expect(await code(second)).toBe('UNAUTHENTICATED'); // within the cooldown
    expect(issuer.fetches).toBe(1);
    clock.advance(10 * SECOND);
    expect(await code(second)).toBe('OK');
    expect(await code(first)).toBe('OK');
    for (const kid of ['x', 'y', 'z']) expect(await code(first, { kid })).toBe('UNAUTHENTICATED');
    expect(issuer.fetches).toBe(2);
  });

  it('a key that the issuer withdrew stops being believed within ten minutes, with nobody waiting', async () => {
    const { clock, issuer, code } = await start();
    expect(await code(first)).toBe('OK');
    issuer.published = [second.jwk];
    clock.advance(10 * MINUTE);
    const held: ServerResponse[] = [];
    issuer.answer = response => void held.push(response);
    expect(await code(first)).toBe('OK'); // while the refresh hangs
    await issuer.fetched(2);
    issuer.answer = null;
    held[0].end(JSON.stringify({ keys: issuer.published }));
    let last = 'OK';
    while (last === 'OK') last = await code(first);
    expect(last).toBe('UNAUTHENTICATED');
    expect(await code(second)).toBe('OK');
    expect(issuer.fetches).toBe(2);
  });
});

it('after a quiet hour, a withdrawn key is not believed even once', async () => {
  const { clock, issuer, code } = await start();
  expect(await code(first)).toBe('OK');
  issuer.published = [second.jwk];
  clock.advance(HOUR);
  expect(await code(first)).toBe('UNAUTHENTICATED');
  expect(await code(second)).toBe('OK');
  expect(issuer.fetches).toBe(2);
});

describe('a token that was found right', () => {
  it('is not checked again for a minute, and never beyond its end', async () => {
    const { clock, issuer, askWith } = await start();
    const long = await createToken(first, {}, {}, clock.ms);
    const short = await createToken(first, { exp: Math.floor(clock.ms / 1000) + 20 }, {}, clock.ms);
    expect([(await askWith(long)).code, (await askWith(short)).code]).toEqual(['OK', 'OK']);
    clock.advance(26 * SECOND); // 20, and 5 of clock tolerance
    expect((await askWith(short)).code).toBe('UNAUTHENTICATED');
    issuer.published = [second.jwk];
    expect((await askWith(await createToken(second, {}, {}, clock.ms))).code).toBe('OK'); // fetches: first is gone
    expect((await askWith(long)).code).toBe('OK');
    clock.advance(34 * SECOND);
    expect((await askWith(long)).code).toBe('UNAUTHENTICATED');
  });
});

describe('while the keys cannot be fetched', () => {
  const UNREACHABLE: [string, (response: ServerResponse) => void][] = [
    ['the connection breaks', broken],
    ['the issuer answers 503', response => void response.writeHead(503).end('{"keys":[]}')],
    ['the issuer answers a web page', response => void response.end('<html>')],
    ['the issuer answers other JSON', response => void response.end('{"key":1}')],
  ];

  it.each(UNREACHABLE)(
    'because %s, a token is answered OVERLOADED and not as if it were forged',
    async (_why, answer) => {
      const { clock, issuer, server, ask, code, warnings } = await start();
      issuer.answer = answer;
      expect(await ask(first)).toMatchObject({
        code: 'OVERLOADED',
        class: 'RESOURCE_LIMIT',
        retryable: true,
        charged: 'NO',
        actor: 'OPERATOR',
        retryAfterSeconds: 5,
      });
      clock.advance(2 * SECOND);
      expect(await ask(first)).toMatchObject({ code: 'OVERLOADED', retryAfterSeconds: 3 });
      expect(issuer.fetches).toBe(1); // nobody waits for a dead issuer at every token
      clock.advance(3 * SECOND);
      expect(await code(first)).toBe('OVERLOADED');
      expect(issuer.fetches).toBe(2);
      expect(server.sandbox.ledger.count()).toBe(0);
      expect(warnings()).toEqual([
        expect.objectContaining({ message: expect.stringContaining('AUTH_JWKS_URL') }),
      ]);
      issuer.answer = null;
      clock.advance(5 * SECOND);
      expect(await code(first)).toBe('OK');
    },
  );

  it('API keys and junk are answered as ever', async () => {
    const hash = createHash('sha256').update('a-key').digest('hex');
    const { issuer, askWith } = await start({ AUTH_API_KEYS: `shop:${hash}` });
    issuer.answer = broken;
    expect((await askWith('a-key')).code).toBe('OK');
    expect((await askWith('another-key')).code).toBe('UNAUTHENTICATED');
    expect((await askWith('a.b.c')).code).toBe('UNAUTHENTICATED');
    expect(issuer.fetches).toBe(0);
  });

  it('the last keys go on serving for a day, and an unknown key id may be new', async () => {
    const { clock, issuer, code, warnings } = await start();
    expect(await code(first)).toBe('OK');
    issuer.answer = broken;
    clock.advance(HOUR);
    expect(await code(first)).toBe('OK');
    expect(await code(second)).toBe('OVERLOADED');
    clock.advance(22 * HOUR);
    expect(await code(first)).toBe('OK');
    clock.advance(HOUR);
    expect(await code(first)).toBe('OVERLOADED');
    expect(warnings()).toHaveLength(1);
  });

  it('a redirect is not followed', async () => {
    const { issuer, code } = await start();
    let followed = 0;
    const other = createServer((_request, response) => {
      followed += 1;
      response.end(JSON.stringify({ keys: [first.jwk] }));
    }).listen(0, '127.0.0.1');
    const { port } = await new Promise<any>(resolve =>
      other.once('listening', () => resolve(other.address())),
    );
    issuer.answer = response =>
      void response.writeHead(302, { location: `http://127.0.0.1:${port}/jwks` }).end();
    expect(await code(first)).toBe('OVERLOADED');
    expect(followed).toBe(0);
    other.close();
  });

  it('an issuer that never answers holds a request no longer than REQUEST_TIMEOUT_MS', async () => {
    const { issuer, code } = await start({ REQUEST_TIMEOUT_MS: '50' });
    issuer.answer = () => {};
    const startedAt = performance.now();
    const codes = await Promise.all([code(first), code(first), code(first)]);
    expect(codes).toEqual(['OVERLOADED', 'OVERLOADED', 'OVERLOADED']);
    expect(performance.now() - startedAt).toBeLessThan(2000); // jose's own limit is 5 s
    expect(issuer.fetches).toBe(1);
  });
});

it('a published RSA key that is too short is the fault of the issuer', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const { issuer, askWith, clock } = await start();
  issuer.published = [{ ...publicKey.export({ format: 'jwk' }), kid: 'short' }, second.jwk];
  const body = (await createToken(second, {}, {}, clock.ms)).split('.')[1];
  const head = Buffer.from(JSON.stringify({ alg: 'RS256', kid: 'short' })).toString('base64url');
  const signature = sign('sha256', Buffer.from(`${head}.${body}`), privateKey).toString('base64url');
  expect((await askWith(`${head}.${body}.${signature}`)).code).toBe('OVERLOADED');
});

it.each<[string, Record<string, unknown>]>([
  ['is broken', { x: 'AAAA' }],
  ['is private', { d: 'AAAA' }],
])('a published key that %s is the fault of the issuer, told once', async (_what, change) => {
  const { issuer, code, warnings } = await start();
  issuer.published = [{ ...first.jwk, ...change }, second.jwk];
  expect([await code(first), await code(first), await code(second)]).toEqual([
    'OVERLOADED',
    'OVERLOADED',
    'OK',
  ]);
  expect(warnings()).toEqual([expect.objectContaining({ message: expect.stringContaining('issuer') })]);
});
