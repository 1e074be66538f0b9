import { afterEach } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

/** An issuer of tokens, with a real JWKS endpoint on loopback. */
export interface Issuer {
  /** The settings of a server that believes it. */
  readonly env: Record<string, string>;
  /** What it publishes; a test may change it. */
  published: JWK[];
  /** How it answers instead; null for its keys. */
  answer: ((response: ServerResponse) => void) | null;
  /** Fetches of its keys so far. */
  fetches: number;
  /** Resolves when `fetches` has reached `count`. */
  fetched(count: number): Promise<void>;
}

export const ISSUER = 'https://login.example/';
export const AUDIENCE = 'identity';

const open = new Set<ReturnType<typeof createServer>>();
afterEach(() => {
  for (const server of open) server.close().closeAllConnections();
  open.clear();
});

export async function startIssuer(keys: readonly SigningKey[]): Promise<Issuer> {
  const waiting = new Set<() => void>();
  const server = createServer((_request, response) => {
    issuer.fetches += 1;
    waiting.forEach(look => look());
    if (issuer.answer) issuer.answer(response);
    else
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: issuer.published }));
  });
  open.add(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  const issuer: Issuer = {
    env: {
      AUTH_JWKS_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`,
      AUTH_ISSUER: ISSUER,
      AUTH_AUDIENCE: AUDIENCE,
    },
    published: keys.map(({ jwk }) => jwk),
    answer: null,
    fetches: 0,
    fetched: count =>
      new Promise(resolve => {
        const look = () => issuer.fetches >= count && resolve();
        waiting.add(look);
        look();
      }),
  };
  return issuer;
}

export async function createSigningKey(alg: string, kid = `key-${alg}`): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** A good token for the next hour; `claims` and `header` change it, and undefined takes a part away. */
export function createToken(
  key: SigningKey,
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
  nowMs = Date.now(),
): Promise<string> {
  const now = Math.floor(nowMs / 1000);
  const good = {
    iss: ISSUER,
    aud: AUDIENCE,
    client_id: 'app',
    scope: 'verify status',
    iat: now,
    exp: now + 3600,
  };
  return new SignJWT(JSON.parse(JSON.stringify({ ...good, ...claims })))
    .setProtectedHeader(JSON.parse(JSON.stringify({ alg: key.alg, kid: key.kid, ...header })))
    .sign(key.privateKey);
}
