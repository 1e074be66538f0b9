import { randomBytes } from 'node:crypto';

export interface IssuedKey {
  key: string;
  /** Epoch milliseconds. */
  expiresAt: number;
}

/** The API keys that Paystar has handed out and still knows. */
export class KeyRing {
  current: IssuedKey | null = null;
  readonly #expiryOf = new Map<string, number>();

  issue(expiresAt: number): IssuedKey {
    const issued = this.issueRejected(expiresAt);
    this.#expiryOf.set(issued.key, expiresAt);
    return issued;
  }

  /** Becomes the current key, yet every call with it gets status 4. */
  issueRejected(expiresAt: number): IssuedKey {
    this.current = { key: randomBytes(32).toString('base64url'), expiresAt };
    return this.current;
  }

  /** Paystar's status for an Authorization header, or null when the key is good. */
  refusal(authorization: string | undefined, now: number): 4 | 5 | null {
    if (!authorization?.startsWith('Bearer ')) return 4;
    const expiresAt = this.#expiryOf.get(authorization.slice(7));
    if (expiresAt === undefined) return 4;
    return expiresAt <= now ? 5 : null;
  }

  revokeAll(): void {
    this.#expiryOf.clear();
  }

  expireAll(): void {
    for (const key of this.#expiryOf.keys()) this.#expiryOf.set(key, Number.NEGATIVE_INFINITY);
  }
}
