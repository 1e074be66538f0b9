/**
 * What the server keeps outside a request: keys and values that are text, each with a life of its own.
 * Keyv does the plain half; the atomic half is what Keyv lacks and locks and claims stand on.
 * Every method rejects with `StoreAway` when the store does not answer in time; a rejection never means "absent".
 */
export interface Store {
  readonly kind: 'memory' | 'sqlite' | 'redis';
  get(key: string): Promise<string | undefined>;
  /** In the order of `keys`, in one read. */
  getMany(keys: readonly string[]): Promise<(string | undefined)[]>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
  delete(key: string): Promise<void>;
  /** Sets only what is absent; false when it is there. */
  add(key: string, value: string, ttlMs: number): Promise<boolean>;
  /** Sets only over `expected`; false when something else, or nothing, is there. */
  replace(key: string, expected: string, value: string, ttlMs: number): Promise<boolean>;
  /** Deletes only `expected`; false when something else, or nothing, is there. */
  remove(key: string, expected: string): Promise<boolean>;
  /** Sets all of `entries` and removes `claim`, if its text is still there: at once, and in one trip. */
  conclude(entries: readonly StoreEntry[], claim: StoreClaim | null): Promise<void>;
  /** Sets `key` only while `lockKey` holds `token`: what a holder that lost its lock wanted to write is refused. */
  setWhile(lockKey: string, token: string, key: string, value: string, ttlMs: number): Promise<boolean>;
  /** One unit of each, or, when one of them is used up, none: the first that is. Atomic across instances. */
  take(units: readonly Unit[]): Promise<UsedUp | null>;
  /** Undoes one `take`. Counters that ended meanwhile stay ended. */
  giveBack(units: readonly Unit[]): Promise<void>;
  health(): StoreHealth;
  close(): Promise<void>;
}

export interface StoreEntry {
  readonly key: string;
  readonly value: string;
  readonly ttlMs: number;
}

export interface StoreClaim {
  readonly key: string;
  readonly value: string;
}

/** One unit of what is limited, such as a caller's requests in a minute or a day's budget. */
export interface Unit {
  readonly key: string;
  /** How many units there are until the counter ends. */
  readonly limit: number;
  /** The counter's life, from its first unit. */
  readonly ttlMs: number;
}

export interface UsedUp {
  readonly key: string;
  /** Until the counter ends. */
  readonly resetMs: number;
}

export interface StoreHealth {
  readonly kind: Store['kind'];
  readonly ok: boolean;
}

/** The store did not answer, or not in time. What it was asked to do may or may not have happened. */
export class StoreAway extends Error {
  constructor(options?: ErrorOptions) {
    super('the store does not answer', options);
    this.name = 'StoreAway';
  }
}
