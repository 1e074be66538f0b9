import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { KeyvStore } from './keyvStore.ts';
import { Table } from './sqliteTable.ts';
import type { StoreClaim, StoreEntry, Unit, UsedUp } from './store.ts';

/**
 * One instance that keeps its state across restarts, in one file. With WAL and synchronous=NORMAL nothing written is
 * lost when the process is killed; the last moments before a power failure may be.
 */
export class SqliteStore extends KeyvStore {
  readonly kind = 'sqlite';
  readonly #table: Table;

  /** Throws when the file cannot be opened or is no such database. */
  constructor(path: string, now: () => number = Date.now) {
    closeSync(openSync(path, 'a', 0o600)); // nobody else's to read, from the first byte on
    const table = new Table(new DatabaseSync(path), now);
    super(table);
    this.#table = table;
  }

  async add(key: string, value: string, ttlMs: number): Promise<boolean> {
    return this.#table.change('add', { key, value, ...this.#table.life(ttlMs) });
  }

  async replace(key: string, expected: string, value: string, ttlMs: number): Promise<boolean> {
    return this.#table.change('replace', { key, expected, value, ...this.#table.life(ttlMs) });
  }

  async remove(key: string, expected: string): Promise<boolean> {
    return this.#table.change('remove', { key, expected });
  }

  async conclude(entries: readonly StoreEntry[], claim: StoreClaim | null): Promise<void> {
    this.#table.atomically(() => {
      for (const { key, value, ttlMs } of entries)
        this.#table.change('set', { key, value, expires: this.#table.life(ttlMs).expires });
      if (claim) this.#table.change('remove', { key: claim.key, expected: claim.value });
    });
  }

  async setWhile(
    lockKey: string,
    token: string,
    key: string,
    value: string,
    ttlMs: number,
  ): Promise<boolean> {
    return this.#table.change('setWhile', { lockKey, token, key, value, ...this.#table.life(ttlMs) });
  }

  async take(units: readonly Unit[]): Promise<UsedUp | null> {
    const now = this.#table.life(0).now;
    return this.#table.atomically(() => {
      for (const { key, limit, ttlMs } of units) {
        const counter = this.#table.row(key);
        if (Number(counter?.value ?? 0) >= limit)
          return { key, resetMs: counter ? counter.expires - now : ttlMs };
      }
      for (const { key, ttlMs } of units) this.#table.change('count', { key, ...this.#table.life(ttlMs) });
      return null;
    });
  }

  async giveBack(units: readonly Unit[]): Promise<void> {
    this.#table.atomically(() => {
      for (const { key } of units) this.#table.change('uncount', { key });
    });
  }

  health() {
    return { kind: this.kind, ok: true } as const;
  }

  override async close(): Promise<void> {
    this.#table.close();
  }
}
