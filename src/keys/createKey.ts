import { createHash, randomBytes } from 'node:crypto';

/** A caller's new API key, and what the server is to know of it. */
export interface NewKey {
  /** 256 random bits; the prefix lets secret scanners find a key that got lost. */
  readonly key: string;
  /** `NAME:sha256hex`, for AUTH_API_KEYS. */
  readonly entry: string;
}

export function createKey(name: string): NewKey {
  const key = `pik_${randomBytes(32).toString('base64url')}`;
  return { key, entry: `${name}:${createHash('sha256').update(key).digest('hex')}` };
}
