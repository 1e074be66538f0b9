import type { Config } from '../config.ts';
import { describeError } from '../log.ts';
import type { Log } from '../log.ts';
import { GuardedStore } from './guardedStore.ts';
import { MemoryStore } from './memoryStore.ts';
import { RedisStore } from './redisStore.ts';
import { RequestStore } from './requestStore.ts';
import { SqliteStore } from './sqliteStore.ts';
import type { Store } from './store.ts';

/** The store that STORE_URL names. Throws `StoreSettingError` for a file that cannot be used; Redis may come later. */
export async function openStore(config: Config['store'], log: Log, now: () => number): Promise<Store> {
  if (config.kind === 'memory') return new MemoryStore(now);
  const store = config.kind === 'redis' ? await openRedis(config.url) : openFile(config.url, now);
  return new GuardedStore(store, (ok, cause) => {
    if (ok) log.info('store', 'the store answers again', { state: 'up' });
    else log.warn('store', LOST, { state: 'down', cause: describeError(cause) });
  });
}

/** The store as one request is to use it. The embedded ones answer within the call, so there is no wait to bound. */
export function perRequest(store: Store): Store {
  return store.kind === 'redis' ? new RequestStore(store) : store;
}

const LOST =
  'the store does not answer, or takes no writes: questions with an idempotencyKey are refused, others go on without it. Is it up, and has it room?';

/** The file of STORE_URL cannot be used: something that whoever set it must mend. */
export class StoreSettingError extends Error {}

async function openRedis(url: string): Promise<RedisStore> {
  const store = new RedisStore(url);
  await store.connected();
  return store;
}

function openFile(url: string, now: () => number): SqliteStore {
  const path = url.slice('sqlite:'.length);
  try {
    return new SqliteStore(path, now);
  } catch (cause) {
    const { code = 'unknown' } = cause as { code?: string };
    const advice = 'Its folder must exist, and the server must be allowed to write there.';
    throw new StoreSettingError(
      `STORE_URL: expected an SQLite file that can be opened; received an error (${code}). ${advice}`,
      {
        cause,
      },
    );
  }
}
