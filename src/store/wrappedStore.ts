import type { Store, StoreClaim, StoreEntry, StoreHealth, Unit, UsedUp } from './store.ts';

/** A store whose every operation runs through one method of the wrapper's. */
export abstract class WrappedStore implements Store {
  readonly kind: Store['kind'];
  protected readonly inner: Store;

  constructor(inner: Store) {
    this.kind = inner.kind;
    this.inner = inner;
  }

  /** Runs `operation`; `undo` gets the result of one that came after it was reported as failed. */
  protected abstract around<T>(
    name: keyof Store,
    operation: () => Promise<T>,
    undo?: (late: T) => unknown,
  ): Promise<T>;
  abstract health(): StoreHealth;
  abstract close(): Promise<void>;

  get(key: string): Promise<string | undefined> {
    return this.around('get', () => this.inner.get(key));
  }

  getMany(keys: readonly string[]): Promise<(string | undefined)[]> {
    return this.around('getMany', () => this.inner.getMany(keys));
  }

  set(key: string, value: string, ttlMs: number): Promise<void> {
    return this.around('set', () => this.inner.set(key, value, ttlMs));
  }

  delete(key: string): Promise<void> {
    return this.around('delete', () => this.inner.delete(key));
  }

  /** What is reported as failed must not stand: an add that gets through too late is taken back. */
  add(key: string, value: string, ttlMs: number): Promise<boolean> {
    const undo = (added: boolean) => (added ? this.inner.remove(key, value).catch(() => false) : false);
    return this.around('add', () => this.inner.add(key, value, ttlMs), undo);
  }

  replace(key: string, expected: string, value: string, ttlMs: number): Promise<boolean> {
    return this.around('replace', () => this.inner.replace(key, expected, value, ttlMs));
  }

  remove(key: string, expected: string): Promise<boolean> {
    return this.around('remove', () => this.inner.remove(key, expected));
  }

  conclude(entries: readonly StoreEntry[], claim: StoreClaim | null): Promise<void> {
    return this.around('conclude', () => this.inner.conclude(entries, claim));
  }

  setWhile(lockKey: string, token: string, key: string, value: string, ttlMs: number): Promise<boolean> {
    return this.around('setWhile', () => this.inner.setWhile(lockKey, token, key, value, ttlMs));
  }

  take(units: readonly Unit[]): Promise<UsedUp | null> {
    const undo = (usedUp: UsedUp | null) => (usedUp ? undefined : this.inner.giveBack(units).catch(() => {}));
    return this.around('take', () => this.inner.take(units), undo);
  }

  giveBack(units: readonly Unit[]): Promise<void> {
    return this.around('giveBack', () => this.inner.giveBack(units));
  }
}
