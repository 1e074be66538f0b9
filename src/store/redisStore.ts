import { hash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import KeyvRedis, { createClient } from '@keyv/redis';
import type { KeyvStorageEntry } from 'keyv';
import { KeyvStore } from './keyvStore.ts';
import type { Adapter } from './keyvStore.ts';
import { StoreAway } from './store.ts';
import type { StoreClaim, StoreEntry, Unit, UsedUp } from './store.ts';

const PREFIX = 'paystar-identity';

/** Values that keep a Redis in trouble from holding anything up; found by killing, freezing and filling one. */
const CONNECTION = {
  disableOfflineQueue: true, // while it is away, fail at once instead of queueing without end
  pingInterval: 500,
  // Its timer for each command covers only the time before the command is written, and took 10 µs of a question in a
  // profile. GuardedStore waits no longer than its own, and sends nothing more then but one probe at a time; all that
  // waits ends with the connection.
  commandOptions: { timeout: 0 },
  socket: {
    connectTimeout: 400,
    socketTimeout: 1500, // a frozen server answers no ping: the connection is given up, and made anew
    reconnectStrategy: (retries: number) => Math.min(100 * retries, 1000),
  },
};

const FIRST_CONNECTION_MS = 1000;

/** A script of ours, and the name under which Redis keeps it. */
interface Script {
  readonly text: string;
  readonly sha1: string;
}

function script(text: string): Script {
  return { text, sha1: hash('sha1', text) };
}

const REPLACE = script(`if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('set', KEYS[1], ARGV[2], 'PX', ARGV[3]) return 1`);
const REMOVE = script(`if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('del', KEYS[1])`);
/** The claim goes first: a Redis that is full would refuse a script that begins by setting, and none that has deleted. */
const CONCLUDE = script(`local entries = math.floor(#ARGV / 2)
if #KEYS > entries and redis.call('get', KEYS[#KEYS]) == ARGV[#ARGV] then redis.call('del', KEYS[#KEYS]) end
for i = 1, entries do redis.call('set', KEYS[i], ARGV[2 * i - 1], 'PX', ARGV[2 * i]) end
return 1`);
const SET_WHILE = script(`if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('set', KEYS[2], ARGV[2], 'PX', ARGV[3]) return 1`);
/** Looks at all counters before it touches one. */
const TAKE = script(`for i, key in ipairs(KEYS) do
  if tonumber(redis.call('get', key) or '0') >= tonumber(ARGV[2 * i - 1]) then return {i, redis.call('pttl', key)} end
end
for i, key in ipairs(KEYS) do
  if redis.call('incr', key) == 1 then redis.call('pexpire', key, ARGV[2 * i]) end
end
return false`);
const GIVE_BACK = script(`for _, key in ipairs(KEYS) do
  if tonumber(redis.call('get', key) or '0') > 0 then redis.call('decr', key) end
end
return 1`);

type Client = ReturnType<typeof createClient>;

/** The store that instances share: Redis or Valkey, through @keyv/redis. Keeps what Redis itself keeps. */
export class RedisStore extends KeyvStore {
  readonly kind = 'redis';
  readonly #client: Client;

  /** Connects behind; until it is connected, and whenever it is not, everything rejects at once. */
  constructor(url: string) {
    const client = createClient({ url, ...CONNECTION }) as unknown as Client;
    client.on('error', () => {}); // each failed operation tells, and the client reconnects by itself
    client.connect().catch(() => {}); // the same
    super(
      withoutEvents(
        new KeyvRedis(client, { throwOnErrors: true, namespace: PREFIX, keyPrefixSeparator: ':' }),
      ),
    );
    this.#client = client;
  }

  /** Waits for the first connection, but not for a Redis that is away: then it is taken up when it comes. */
  async connected(): Promise<void> {
    if (this.#client.isReady) return;
    await Promise.race([
      new Promise(resolve => this.#client.once('ready', resolve)),
      sleep(FIRST_CONNECTION_MS, undefined, { ref: false }),
    ]);
  }

  async add(key: string, value: string, ttlMs: number): Promise<boolean> {
    return (
      (await away(this.#client.set(prefixed(key), value, { condition: 'NX', expiration: px(ttlMs) }))) ===
      'OK'
    );
  }

  async replace(key: string, expected: string, value: string, ttlMs: number): Promise<boolean> {
    return this.#run(REPLACE, [key], [expected, value, String(ttlMs)]);
  }

  async remove(key: string, expected: string): Promise<boolean> {
    return this.#run(REMOVE, [key], [expected]);
  }

  async conclude(entries: readonly StoreEntry[], claim: StoreClaim | null): Promise<void> {
    const keys = entries.map(({ key }) => key);
    const args = entries.flatMap(({ value, ttlMs }) => [value, String(ttlMs)]);
    await this.#run(CONCLUDE, claim ? [...keys, claim.key] : keys, claim ? [...args, claim.value] : args);
  }

  async setWhile(
    lockKey: string,
    token: string,
    key: string,
    value: string,
    ttlMs: number,
  ): Promise<boolean> {
    return this.#run(SET_WHILE, [lockKey, key], [token, value, String(ttlMs)]);
  }

  async take(units: readonly Unit[]): Promise<UsedUp | null> {
    const args = units.flatMap(({ limit, ttlMs }) => [String(limit), String(Math.ceil(ttlMs))]);
    const found = await this.#eval(TAKE, keysOf(units), args);
    if (found === null) return null;
    const [position, lifeMs] = found as [number, number];
    const { key, ttlMs } = units[position - 1]!;
    return { key, resetMs: lifeMs > 0 ? lifeMs : ttlMs };
  }

  async giveBack(units: readonly Unit[]): Promise<void> {
    await this.#eval(GIVE_BACK, keysOf(units), []);
  }

  health() {
    return { kind: this.kind, ok: this.#client.isReady } as const;
  }

  override async close(): Promise<void> {
    this.#client.destroy();
  }

  async #run(script: Script, keys: string[], args: string[]): Promise<boolean> {
    return (await this.#eval(script, keys, args)) === 1;
  }

  /** By its digest: Redis has to be sent, and to digest, each script once only. */
  #eval({ text, sha1 }: Script, keys: string[], args: string[]): Promise<unknown> {
    const options = { keys: keys.map(prefixed), arguments: args };
    return away(
      this.#client.evalSha(sha1, options).catch((error: unknown) => {
        if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
        return this.#client.eval(text, options); // nothing has run yet
      }),
    );
  }
}

function keysOf(units: readonly Unit[]): string[] {
  return units.map(({ key }) => key);
}

function px(ttlMs: number) {
  return { type: 'PX', value: ttlMs } as const;
}

function prefixed(key: string): string {
  return `${PREFIX}:${key}`;
}

async function away<T>(operation: Promise<T>): Promise<T> {
  try {
    return await operation;
  } catch (error) {
    throw new StoreAway({ cause: error });
  }
}

/** Keyv passes an adapter's connection errors on as its own; ours must only tell of operations (see `KeyvStore`). */
function withoutEvents(redis: KeyvRedis<string>): Adapter {
  return {
    capabilities: redis.capabilities,
    get: key => redis.get(key),
    getMany: <Value>(keys: string[]) => redis.getMany<Value>(keys),
    set: (key, value, expires) => redis.set(key, value as string, expires),
    setMany: <Value>(entries: KeyvStorageEntry<Value>[]) => redis.setMany(entries),
    has: key => redis.has(key),
    hasMany: keys => redis.hasMany(keys),
    delete: key => redis.delete(key),
    deleteMany: keys => redis.deleteMany(keys),
    clear: () => redis.clear(),
  };
}
