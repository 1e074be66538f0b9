import type { Store, StoreClaim, StoreEntry, Unit, UsedUp } from './store.ts';

/** About 100 MB of records at most; the oldest go first. */
const MAX_RECORDS = 200_000;
/** A map steps over what was deleted at its front, so its front is looked at once for so many writes. */
const SWEEP_EVERY_WRITES = 256;
/** Kinds of keys that may be dropped: losing one costs a repeated question, never a second payment for the same one. */
const DROPPABLE = new Set(['record', 'answer']);

/**
 * The embedded store: one process, nothing kept across a restart. Not on Keyv, as the others are: its way to a map took
 * 6.5 µs for each of a question's operations, and the map, which must be bounded and keep counters, is our own anyhow.
 */
export class MemoryStore implements Store {
  readonly kind = 'memory';
  readonly #map: BoundedMap;

  constructor(now: () => number = Date.now, maxRecords = MAX_RECORDS) {
    this.#map = new BoundedMap(now, maxRecords);
  }

  async get(key: string): Promise<string | undefined> {
    return this.#map.read(key);
  }

  async getMany(keys: readonly string[]): Promise<(string | undefined)[]> {
    return keys.map(key => this.#map.read(key));
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    this.#map.write(key, value, ttlMs);
  }

  async delete(key: string): Promise<void> {
    this.#map.drop(key);
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

  async conclude(entries: readonly StoreEntry[], claim: StoreClaim | null): Promise<void> {
    for (const { key, value, ttlMs } of entries) this.#map.write(key, value, ttlMs);
    if (claim && this.#map.read(claim.key) === claim.value) this.#map.drop(claim.key);
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
    return this.takeNow(units);
  }

  /** `take`, without a wait: for what every request takes. */
  takeNow(units: readonly Unit[]): UsedUp | null {
    const counters = units.map(({ key }) => this.#map.find(key));
    for (const [index, { key, limit, ttlMs }] of units.entries()) {
      const counter = counters[index];
      if (Number(counter?.value ?? 0) >= limit)
        return { key, resetMs: counter ? this.#map.lifeLeft(counter) : ttlMs };
    }
    for (const [index, { key, ttlMs }] of units.entries()) {
      const counter = counters[index];
      // A counter keeps the life that its first unit gave it.
      if (counter) counter.value = String(Number(counter.value) + 1);
      else this.#map.write(key, '1', ttlMs);
    }
    return null;
  }

  async giveBack(units: readonly Unit[]): Promise<void> {
    for (const { key } of units) {
      const counter = this.#map.find(key);
      if (counter) counter.value = String(Math.max(0, Number(counter.value) - 1));
    }
  }

  health() {
    return { kind: this.kind, ok: true } as const;
  }

  async close(): Promise<void> {}
}

interface Entry {
  value: string;
  readonly expires: number;
}

/**
 * A map for each kind of key (the part before the first colon). All keys of a kind live equally long, so a kind's
 * oldest entry is its first to expire, and looking at the front is all the sweeping there is.
 */
class BoundedMap {
  readonly #kinds = new Map<string, Map<string, Entry>>();
  readonly #now: () => number;
  readonly #maxRecords: number;
  readonly #sweepEvery: number;
  #writes = 0;

  constructor(now: () => number, maxRecords: number) {
    this.#now = now;
    this.#maxRecords = maxRecords;
    this.#sweepEvery = Math.min(SWEEP_EVERY_WRITES, Math.ceil(maxRecords / SWEEP_EVERY_WRITES));
  }

  /** undefined for what has lived its time, too. */
  find(key: string): Entry | undefined {
    const kind = this.#kinds.get(kindOf(key));
    const entry = kind?.get(key);
    if (!entry || entry.expires > this.#now()) return entry;
    kind!.delete(key);
    return undefined;
  }

  read(key: string): string | undefined {
    return this.find(key)?.value;
  }

  write(key: string, value: string, ttlMs: number): void {
    const name = kindOf(key);
    let kind = this.#kinds.get(name);
    if (!kind) this.#kinds.set(name, (kind = new Map()));
    const now = this.#now();
    const entry = { value, expires: now + ttlMs };
    const size = kind.size;
    kind.set(key, entry);
    if (kind.size === size) {
      kind.delete(key); // what is written again lives longest, so it goes to the end
      kind.set(key, entry);
    }
    this.#writes += 1;
    if (this.#writes % this.#sweepEvery === 0) this.#sweep(now);
  }

  /** In ms. */
  lifeLeft(entry: Entry): number {
    return entry.expires - this.#now();
  }

  drop(key: string): boolean {
    return this.#kinds.get(kindOf(key))?.delete(key) ?? false;
  }

  #sweep(now: number): void {
    for (const [name, kind] of this.#kinds)
      sweep(kind, now, DROPPABLE.has(name) ? this.#maxRecords : Infinity);
  }
}

function sweep(kind: Map<string, Entry>, now: number, limit: number): void {
  for (const [key, entry] of kind) {
    if (entry.expires > now && kind.size <= limit) return;
    kind.delete(key);
  }
}

function kindOf(key: string): string {
  return key.slice(0, key.indexOf(':'));
}
