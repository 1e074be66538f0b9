import { z } from 'zod';
import { randomUUID } from 'node:crypto';
import { readStored } from '../store/readStored.ts';
import { open, seal } from '../store/seal.ts';
import type { Store } from '../store/store.ts';
import { KEY_LIFE_MS } from './expiry.ts';

/** An API key as it is kept. Times are ms since the epoch. */
export interface ApiKey {
  readonly value: string;
  /** Counts the keys obtained so far, in the whole cluster. */
  readonly generation: number;
  readonly obtainedAt: number;
  readonly expiresAt: number;
}

export type LockAttempt = 'HELD_BY_OTHER' | 'STORE_AWAY' | Lock;

export interface Lock {
  readonly token: string;
}

const KEY = 'apikey:current';
const LOCK = 'lock:apikey';

const Kept = z.object({
  value: z.string().min(1),
  generation: z.int().min(1),
  obtainedAt: z.int(),
  expiresAt: z.int(),
});

/** The cluster's one API key, encrypted, and the lock under which it is replaced. Never throws: away is an answer. */
export class KeyStore {
  readonly #store: Store;
  readonly #secret: Buffer;
  readonly #onForeign: () => void;
  /** The value that has been told of: each is worth one line. */
  #foreign: string | null = null;

  constructor(store: Store, secret: Buffer, onForeign: () => void) {
    this.#store = store;
    this.#secret = secret;
    this.#onForeign = onForeign;
  }

  /** The stored key; null when there is none, the store is away, or the value is not one that we wrote. */
  async read(): Promise<ApiKey | null> {
    const sealed = await this.#store.get(KEY).catch(() => undefined);
    if (sealed === undefined) return null;
    const kept = readStored(Kept, open(this.#secret, KEY, sealed));
    if (!kept && sealed !== this.#foreign) this.#onForeign();
    this.#foreign = kept ? null : sealed;
    return kept;
  }

  async lock(ttlMs: number): Promise<LockAttempt> {
    const token = randomUUID();
    try {
      return (await this.#store.add(LOCK, token, ttlMs)) ? { token } : 'HELD_BY_OTHER';
    } catch {
      return 'STORE_AWAY';
    }
  }

  async unlock(lock: Lock): Promise<void> {
    await this.#store.remove(LOCK, lock.token).catch(() => false);
  }

  /** Stores only while the lock is still held; 'LOST' when it is not. */
  async write(key: ApiKey, lock: Lock): Promise<'STORED' | 'LOST' | 'STORE_AWAY'> {
    const sealed = seal(this.#secret, KEY, JSON.stringify(key));
    try {
      return (await this.#store.setWhile(LOCK, lock.token, KEY, sealed, KEY_LIFE_MS)) ? 'STORED' : 'LOST';
    } catch {
      return 'STORE_AWAY';
    }
  }
}
