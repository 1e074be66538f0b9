import type { Caller } from '../graphql/context.ts';

/** So long is a token believed without a look at its issuer's keys. */
const TRUST_MS = 60_000;
const MAX_TOKENS = 10_000;

interface Entry {
  readonly caller: Caller;
  readonly until: number;
}

/**
 * Callers by the SHA-256 of a token that was found right, never by the token. Callers send one
 * token for many questions; to check an RS256 signature takes some 130 µs of CPU, and to find it here, hash and all, 10.
 */
export class TokenCache {
  readonly #entries = new Map<string, Entry>();

  get(key: string, now: number): Caller | null {
    const entry = this.#entries.get(key);
    if (!entry) return null;
    if (now < entry.until) return entry.caller;
    this.#entries.delete(key);
    return null;
  }

  add(key: string, caller: Caller, expiresAt: number, now: number): void {
    // The oldest goes: its time is over first.
    if (this.#entries.size >= MAX_TOKENS) this.#entries.delete(this.#entries.keys().next().value!);
    this.#entries.set(key, { caller, until: Math.min(expiresAt, now + TRUST_MS) });
  }
}
