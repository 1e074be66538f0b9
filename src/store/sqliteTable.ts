import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { KeyvStorageEntry } from 'keyv';
import type { Adapter } from './keyvStore.ts';
import { StoreAway } from './store.ts';

/** Expired rows are cleared a few at a time, every so many writes: no pause ever grows with the file. */
const SWEEP_EVERY_WRITES = 256;
const SWEEP_ROWS = 512;

const SCHEMA = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA busy_timeout = 200;
CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value TEXT NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entries_expires ON entries (expires);`;

const CHANGES = {
  add: `INSERT INTO entries VALUES (:key, :value, :expires)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires = excluded.expires WHERE entries.expires <= :now`,
  replace:
    'UPDATE entries SET value = :value, expires = :expires WHERE key = :key AND value = :expected AND expires > :now',
  remove: 'DELETE FROM entries WHERE key = :key AND value = :expected',
  setWhile: `INSERT OR REPLACE INTO entries SELECT :key, :value, :expires
    WHERE EXISTS (SELECT 1 FROM entries WHERE key = :lockKey AND value = :token AND expires > :now)`,
  count: `INSERT INTO entries VALUES (:key, '1', :expires) ON CONFLICT (key) DO UPDATE SET
    value = iif(entries.expires <= :now, '1', CAST(entries.value + 1 AS TEXT)),
    expires = iif(entries.expires <= :now, excluded.expires, entries.expires)`,
  uncount:
    'UPDATE entries SET value = CAST(value - 1 AS TEXT) WHERE key = :key AND CAST(value AS INTEGER) > 0',
  set: 'INSERT OR REPLACE INTO entries VALUES (:key, :value, :expires)',
  delete: 'DELETE FROM entries WHERE key = :key',
  sweep: 'DELETE FROM entries WHERE key IN (SELECT key FROM entries WHERE expires <= :now LIMIT :rows)',
} as const;

/** The one table of the file, and all that is done with it. */
export class Table implements Adapter {
  readonly capabilities = { expires: true } as Adapter['capabilities'] & object;
  readonly #database: DatabaseSync;
  readonly #now: () => number;
  readonly #select: StatementSync;
  readonly #changes: Record<keyof typeof CHANGES, StatementSync>;
  #writes = 0;

  constructor(database: DatabaseSync, now: () => number) {
    database.exec(SCHEMA);
    this.#database = database;
    this.#now = now;
    this.#select = database.prepare('SELECT value, expires FROM entries WHERE key = ? AND expires > ?');
    const prepared = Object.entries(CHANGES).map(([name, sql]) => [name, database.prepare(sql)]);
    this.#changes = Object.fromEntries(prepared);
    for (const name of ['replace', 'add', 'setWhile'] as const)
      this.#changes[name].setAllowUnknownNamedParameters(true);
  }

  life(ttlMs: number): { expires: number; now: number } {
    return { expires: this.#now() + ttlMs, now: this.#now() };
  }

  /** Whether a row was changed. Throws `StoreAway`: disk full, file locked, database damaged. */
  change(name: keyof typeof CHANGES, values: Record<string, string | number>): boolean {
    this.#writes += 1;
    if (this.#writes % SWEEP_EVERY_WRITES === 0) this.change('sweep', { now: this.#now(), rows: SWEEP_ROWS });
    try {
      return this.#changes[name].run(values).changes > 0;
    } catch (error) {
      throw new StoreAway({ cause: error });
    }
  }

  /** One transaction, which costs as much as one change alone. Throws `StoreAway`; then nothing has changed. */
  atomically<T>(work: () => T): T {
    this.#rollBack(); // what an earlier one could not undo
    this.#run('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#run('COMMIT');
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  /** Quietly: what failed before it is what there is to tell. */
  #rollBack(): void {
    if (!this.#database.isTransaction) return;
    try {
      this.#database.exec('ROLLBACK');
    } catch {
      // tried again before the next transaction
    }
  }

  #run(sql: string): void {
    try {
      this.#database.exec(sql);
    } catch (error) {
      throw new StoreAway({ cause: error });
    }
  }

  close(): void {
    this.#database.close();
  }

  /** Throws `StoreAway`. */
  row(key: string): { value: string; expires: number } | undefined {
    try {
      return this.#select.get(key, this.#now()) as { value: string; expires: number } | undefined;
    } catch (error) {
      throw new StoreAway({ cause: error });
    }
  }

  async get<Value>(key: string): Promise<Value | undefined> {
    return this.row(key)?.value as Value | undefined;
  }

  async getMany<Value>(keys: string[]): Promise<(Value | undefined)[]> {
    return Promise.all(keys.map(key => this.get<Value>(key)));
  }

  async set(key: string, value: unknown, expires = Number.MAX_SAFE_INTEGER): Promise<boolean> {
    return this.change('set', {
      key,
      value: value as string,
      expires: Math.trunc(expires - Date.now() + this.#now()),
    });
  }

  async setMany<Value>(entries: KeyvStorageEntry<Value>[]): Promise<boolean[]> {
    return Promise.all(entries.map(entry => this.set(entry.key, entry.value, entry.expires)));
  }

  async delete(key: string): Promise<boolean> {
    return this.change('delete', { key });
  }

  async deleteMany(keys: string[]): Promise<boolean[]> {
    return Promise.all(keys.map(key => this.delete(key)));
  }

  async clear(): Promise<void> {
    this.#database.exec('DELETE FROM entries');
  }

  async has(key: string): Promise<boolean> {
    return (await this.get(key)) !== undefined;
  }

  async hasMany(keys: string[]): Promise<boolean[]> {
    return Promise.all(keys.map(key => this.has(key)));
  }
}
