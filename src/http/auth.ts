import { hash as digest, timingSafeEqual } from 'node:crypto';
import type { Config } from '../config.ts';
import { ownError } from '../errors/identityError.ts';
import type { Caller, Scope } from '../graphql/context.ts';
import type { IssuerKeysTools } from './issuerKeys.ts';
import { createVerifyJwt, looksLikeJwt } from './jwt.ts';

const ALL_SCOPES: ReadonlySet<Scope> = new Set<Scope>(['verify', 'status']);
const ANONYMOUS: Caller = { name: 'anonymous', scopes: ALL_SCOPES };

/** The names that are known before anybody has asked; all tokens together are `jwt`. */
export function knownCallers({ disabled, apiKeys, jwt }: Config['auth']): readonly string[] {
  if (disabled) return [ANONYMOUS.name];
  return [...(jwt ? ['jwt'] : []), ...apiKeys.map(({ name }) => name)];
}

/**
 * Who sends this Authorization header: null without one. Throws UNAUTHENTICATED for one that is not known, OVERLOADED
 * for a token that cannot be checked now.
 */
export type Authenticate = (
  authorization: string | undefined,
  /** What it came on, which has often shown the same API key before. */
  connection: object,
) => Promise<Caller | null> | Caller | null;

export function createAuthenticate(
  { auth, requestTimeoutMs }: Pick<Config, 'auth' | 'requestTimeoutMs'>,
  tools: IssuerKeysTools,
): Authenticate {
  if (auth.disabled) return () => ANONYMOUS;
  const keys = auth.apiKeys.map(({ name, sha256 }) => ({
    caller: { name, scopes: ALL_SCOPES },
    hash: Buffer.from(sha256, 'hex'),
  }));
  const verifyJwt = auth.jwt && createVerifyJwt(auth.jwt, requestTimeoutMs, tools);
  const shown = new WeakMap<object, { authorization: string; caller: Caller }>();
  return (authorization, connection) => {
    if (authorization === undefined) return null;
    const before = shown.get(connection);
    if (before && isSame(before.authorization, authorization)) return before.caller;
    const token = /^Bearer ([\x21-\x7e]+)$/i.exec(authorization)?.[1];
    if (token === undefined) throw ownError('UNAUTHENTICATED', { reason: 'NO_BEARER_TOKEN' });
    const hash = digest('sha256', token, 'buffer');
    const known = keys.filter(key => timingSafeEqual(key.hash, hash));
    if (known[0]) {
      shown.set(connection, { authorization, caller: known[0].caller });
      return known[0].caller;
    }
    // Keys come first, so one that happens to have three parts is still a key.
    if (verifyJwt && looksLikeJwt(token)) return verifyJwt(token, hash);
    throw ownError('UNAUTHENTICATED', { reason: 'UNKNOWN_KEY' });
  };
}

/** In a time that does not depend on where they differ. Cheaper than a hash, which took 7 µs of a request. */
function isSame(known: string, given: string): boolean {
  if (known.length !== given.length) return false;
  let difference = 0;
  for (let index = 0; index < known.length; index += 1)
    difference |= known.charCodeAt(index) ^ given.charCodeAt(index);
  return difference === 0;
}
