import { createHash, timingSafeEqual } from 'node:crypto';
import type { AuthConfig } from '../config.ts';
import { ownError } from '../errors/identityError.ts';
import type { Caller, Scope } from '../graphql/context.ts';

const ALL_SCOPES: ReadonlySet<Scope> = new Set<Scope>(['verify', 'status']);
const ANONYMOUS: Caller = { name: 'anonymous', scopes: ALL_SCOPES };

/** Who sends this Authorization header: null without one. Throws UNAUTHENTICATED for one that is not known. */
export type Authenticate = (authorization: string | undefined) => Promise<Caller | null> | Caller | null;

export function createAuthenticate(config: AuthConfig): Authenticate {
  if (config.disabled) return () => ANONYMOUS;
  const keys = config.apiKeys.map(({ name, sha256 }) => ({
    caller: { name, scopes: ALL_SCOPES },
    hash: Buffer.from(sha256, 'hex'),
  }));
  return authorization => {
    if (authorization === undefined) return null;
    const token = /^Bearer ([\x21-\x7e]+)$/i.exec(authorization)?.[1];
    if (token === undefined) throw ownError('UNAUTHENTICATED');
    const hash = createHash('sha256').update(token).digest();
    const known = keys.filter(key => timingSafeEqual(key.hash, hash));
    if (known.length === 0) throw ownError('UNAUTHENTICATED');
    return known[0]!.caller;
  };
}
