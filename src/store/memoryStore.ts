import type { KeyvStorageAdapter, KeyvStorageEntry } from 'keyv';
import { KeyvStore } from './keyvStore.ts';
import type { Adapter } from './keyvStore.ts';
import type { Unit, UsedUp } from './store.ts';

/** About 100 MB of records at most; the oldest go first. */
const MAX_RECORDS = 200_000;
/** Kinds of keys that may be dropped: losing one costs a repeated question, never a second payment for the same one. */
const DROPPABLE = new Set(['record', 'answer']);

/** The embedded store: one process, nothing kept across a restart. */
export class MemoryStore extends KeyvStore {
  readonly kind = 'memory';
  readonly #map: BoundedMap;

  constructor(now: () => number = Date.now, maxRecords = MAX_RECORDS) {
    const map = new BoundedMap(now, maxRecords);
    super(map);
    this.#map = map;
  }

  async add(key: string, value: string, ttlMs: number): Promise<boolean> {
    if (this.#map.read(key) !== undefined) return false;
    this.#map.write(key, value, ttlMs);
    return true;
  }

  async replace(key: string, expected: string, value: string, ttlMs: number): Promise<boolean> {
    if (this.#map.read(key) !== expected) return false;
    this.#map.write(key, value, ttlMs);
    return true;
  }

  async remove(key: string, expected: string): Promise<boolean> {
    return this.#map.read(key) === expected && this.#map.drop(key);
  }

  async setWhile(
    lockKey: string,
    token: string,
    key: string,
    value: string,
    ttlMs: number,
  ): Promise<boolean> {
    if (this.#map.read(lockKey) !== token) return false;
    this.#map.write(key, value, ttlMs);
    return true;
  }

  async take(units: readonly Unit[]): Promise<UsedUp | null> {
    for (const { key, limit, ttlMs } of units) {
      if (Number(this.#map.read(key) ?? 0) >= limit)
        return { key, resetMs: this.#map.lifeLeft(key) ?? ttlMs };
    }
    for (const { key, ttlMs } of units) this.#map.count(key, 1, ttlMs);
    return null;
  }

  async giveBack(units: readonly Unit[]): Promise<void> {
    for (const { key, ttlMs } of units) this.#map.count(key, -1, ttlMs);
  }

  health() {
    return { kind: this.kind, ok: true } as const;
  }
}

interface Entry {
  readonly value: string;
  readonly expires: number;
}

/**
 * A map for each kind of key (the part before the first colon). All keys of a kind live equally long, so a kind's
 * oldest entry is its first to expire, and looking at the front is all the sweeping there is.
 */
class BoundedMap implements Adapter {
  readonly capabilities = { expires: true } as KeyvStorageAdapter['capabilities'] & object;
  readonly #kinds = new Map<string, Map<string, Entry>>();
  readonly #now: () => number;
  readonly #maxRecords: number;

  constructor(now: () => number, maxRecords: number) {
    this.#now = now;
    this.#maxRecords = maxRecords;
  }

  read(key: string): string | undefined {
    const kind = this.#kinds.get(kindOf(key));
    const entry = kind?.get(key);
    if (!entry) return undefined;
    if (entry.expires > this.#now()) return entry.value;
    kind!.delete(key);
    return undefined;
  }

  write(key: string, value: string, ttlMs: number): void {
    this.#put(key, value, this.#now() + ttlMs);
  }

  /** Adds to a counter, which keeps the life that its first unit gave it. */
  count(key: string, by: 1 | -1, ttlMs: number): void {
    const value = this.read(key);
    if (value === undefined) {
      if (by > 0) this.write(key, '1', ttlMs);
      return;
    }
    const kind = this.#kinds.get(kindOf(key))!;
    kind.set(key, { value: String(Math.max(0, Number(value) + by)), expires: kind.get(key)!.expires });
  }

  /** In ms; undefined for what is not there. */
  lifeLeft(key: string): number | undefined {
    const entry = this.#kinds.get(kindOf(key))?.get(key);
    return entry && entry.expires - this.#now();
  }

  drop(key: string): boolean {
    return this.#kinds.get(kindOf(key))?.delete(key) ?? false;
  }

  #put(key: string, value: string, expires: number): void {
    const name = kindOf(key);
    let kind = this.#kinds.get(name);
    if (!kind) this.#kinds.set(name, (kind = new Map()));
    kind.delete(key);
    kind.set(key, { value, expires });
    this.#sweep(kind, DROPPABLE.has(name) ? this.#maxRecords : Infinity);
  }

  #sweep(kind: Map<string, Entry>, limit: number): void {
    const now = this.#now();
    for (const [key, entry] of kind) {
      if (entry.expires > now && kind.size <= limit) return;
      kind.delete(key);
    }
  }

  async get<Value>(key: string): Promise<Value | undefined> {
    return this.read(key) as Value | undefined;
  }

  async getMany<Value>(keys: string[]): Promise<(Value | undefined)[]> {
    return keys.map(key => this.read(key) as Value | undefined);
  }

  async set(key: string, value: unknown, expires = Infinity): Promise<boolean> {
    // Keyv reckons with the system's clock; this map may live by another.
    this.#put(key, value as string, expires - Date.now() + this.#now());
    return true;
  }

  async setMany<Value>(entries: KeyvStorageEntry<Value>[]): Promise<boolean[]> {
    return Promise.all(entries.map(entry => this.set(entry.key, entry.value, entry.expires)));
  }

  async delete(key: string): Promise<boolean> {
    return this.drop(key);
  }

  async deleteMany(keys: string[]): Promise<boolean[]> {
    return keys.map(key => this.drop(key));
  }

  async clear(): Promise<void> {
    this.#kinds.clear();
  }

  async has(key: string): Promise<boolean> {
    return this.read(key) !== undefined;
  }

  async hasMany(keys: string[]): Promise<boolean[]> {
    return keys.map(key => this.read(key) !== undefined);
  }
}

function kindOf(key: string): string {
  return key.slice(0, key.indexOf(':'));
}
