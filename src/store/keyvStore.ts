import Keyv from 'keyv';
import type { KeyvStorageAdapter } from 'keyv';
import { StoreAway } from './store.ts';
import type { Store, StoreClaim, StoreEntry, StoreHealth, Unit, UsedUp } from './store.ts';

/** Keyv's envelope of value and expiry is left out: the adapters keep the expiry, and the atomic half compares texts. */
const PLAIN_TEXT = {
  stringify: (envelope: unknown) => (envelope as { value: string }).value,
  parse: <T>(text: string) => ({ value: text }) as T,
};

/** What an engine gives Keyv; it emits no events, its failures are rejections. */
export type Adapter = Pick<
  KeyvStorageAdapter,
  | 'capabilities'
  | 'get'
  | 'getMany'
  | 'set'
  | 'setMany'
  | 'has'
  | 'hasMany'
  | 'delete'
  | 'deleteMany'
  | 'clear'
>;

/** The plain half of a store, on Keyv; the atomic half is each engine's own. */
export abstract class KeyvStore implements Store {
  abstract readonly kind: Store['kind'];
  readonly #keyv: Keyv<string>;

  constructor(adapter: Adapter) {
    this.#keyv = new Keyv<string>({ store: adapter, serialization: PLAIN_TEXT, checkExpired: false });
    // Keyv turns a failed read into a miss. A miss may be paid for again, so a failure must stay one.
    this.#keyv.on('error', (error: unknown) => {
      throw new StoreAway({ cause: error });
    });
  }

  get(key: string): Promise<string | undefined> {
    return this.#keyv.get(key);
  }

  getMany(keys: readonly string[]): Promise<(string | undefined)[]> {
    return this.#keyv.getMany([...keys]);
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    if (!(await this.#keyv.set(key, value, ttlMs))) throw new StoreAway();
  }

  async delete(key: string): Promise<void> {
    await this.#keyv.delete(key);
  }

  abstract add(key: string, value: string, ttlMs: number): Promise<boolean>;
  abstract replace(key: string, expected: string, value: string, ttlMs: number): Promise<boolean>;
  abstract remove(key: string, expected: string): Promise<boolean>;
  abstract conclude(entries: readonly StoreEntry[], claim: StoreClaim | null): Promise<void>;
  abstract setWhile(
    lockKey: string,
    token: string,
    key: string,
    value: string,
    ttlMs: number,
  ): Promise<boolean>;
  abstract take(units: readonly Unit[]): Promise<UsedUp | null>;
  abstract giveBack(units: readonly Unit[]): Promise<void>;
  abstract health(): StoreHealth;

  async close(): Promise<void> {
    await this.#keyv.disconnect();
  }
}
