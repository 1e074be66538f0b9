import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MemoryStore } from '../../src/store/memoryStore.ts';
import { RedisStore } from '../../src/store/redisStore.ts';
import { SqliteStore } from '../../src/store/sqliteStore.ts';
import type { Store } from '../../src/store/store.ts';
import { hasRedis, startRedis } from '../support/redis.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

interface Engine {
  readonly open: () => Promise<Store>;
  /** Lets this much time pass for the store: a clock that is moved, or Redis's own. */
  readonly pass: (ms: number) => Promise<void>;
}

const engines: Record<string, () => Promise<Engine>> = {
  memory: async () => {
    const clock = movable();
    const store = new MemoryStore(clock.now);
    return { open: async () => store, pass: clock.pass };
  },
  sqlite: async () => {
    const clock = movable();
    const path = join(temporaryFolder(), 'store.sqlite');
    return { open: async () => track(new SqliteStore(path, clock.now)), pass: clock.pass };
  },
  redis: async () => {
    const redis = await startRedis();
    return { open: async () => ready(track(new RedisStore(redis.url))), pass: ms => sleep(ms) };
  },
};

describe.each(Object.keys(engines).filter(name => hasRedis || name !== 'redis'))('the %s store', name => {
  const start = () => engines[name]();

  it('keeps a text until it is deleted', async () => {
    const store = await (await start()).open();
    expect(await store.get('record:1')).toBeUndefined();
    await store.set('record:1', 'سلام {"a":1}', 60_000);
    expect(await store.get('record:1')).toBe('سلام {"a":1}');
    await store.delete('record:1');
    expect(await store.get('record:1')).toBeUndefined();
  });

  it('reads many in order, with gaps', async () => {
    const store = await (await start()).open();
    await store.set('record:a', '1', 60_000);
    await store.set('record:c', '3', 60_000);
    expect(await store.getMany(['record:c', 'record:b', 'record:a'])).toEqual(['3', undefined, '1']);
  });

  it('forgets what has lived its time', async () => {
    const engine = await start();
    const store = await engine.open();
    await store.set('record:1', 'x', 40);
    await store.add('claim:1', 'x', 40);
    await engine.pass(60);
    expect(await store.getMany(['record:1', 'claim:1'])).toEqual([undefined, undefined]);
    expect(await store.add('claim:1', 'y', 60_000)).toBe(true);
  });

  it('adds only what is absent', async () => {
    const store = await (await start()).open();
    expect(await store.add('claim:1', 'mine', 60_000)).toBe(true);
    expect(await store.add('claim:1', 'yours', 60_000)).toBe(false);
    expect(await store.get('claim:1')).toBe('mine');
  });

  it.each([
    ['its own claim', 'mine', 'mine', undefined],
    ["somebody else's, which stays", 'theirs', 'mine', 'theirs'],
    ['none', 'mine', null, 'mine'],
  ])('concludes with several entries, or with none, and %s', async (_whose, held, given, left) => {
    const store = await (await start()).open();
    const claim = given === null ? null : { key: 'claim:1', value: given };
    for (const names of [['record:1', 'answer:1'], ['failure:1'], []]) {
      await store.set('claim:1', held, 60_000);
      await store.conclude(
        names.map(key => ({ key, value: `${key} سلام`, ttlMs: 60_000 })),
        claim,
      );
      expect(await store.getMany([...names, 'claim:1'])).toEqual([...names.map(key => `${key} سلام`), left]);
    }
  });

  it('gives one of many who add at once the place', async () => {
    const engine = await start();
    const stores = await Promise.all([engine.open(), engine.open()]);
    const adds = Array.from({ length: 50 }, (_, index) =>
      stores[index % 2].add('claim:1', `${index}`, 60_000),
    );
    expect((await Promise.all(adds)).filter(Boolean)).toHaveLength(1);
  });

  it('replaces and removes only what is expected', async () => {
    const store = await (await start()).open();
    expect(await store.replace('claim:1', 'a', 'b', 60_000)).toBe(false);
    await store.add('claim:1', 'a', 60_000);
    expect(await store.replace('claim:1', 'x', 'b', 60_000)).toBe(false);
    expect(await store.replace('claim:1', 'a', 'b', 60_000)).toBe(true);
    expect(await store.remove('claim:1', 'a')).toBe(false);
    expect(await store.get('claim:1')).toBe('b');
    expect(await store.remove('claim:1', 'b')).toBe(true);
    expect(await store.get('claim:1')).toBeUndefined();
  });

  it('renews the life of what it replaces', async () => {
    const engine = await start();
    const store = await engine.open();
    await store.add('claim:1', 'a', 80);
    await store.replace('claim:1', 'a', 'a', 60_000);
    await engine.pass(120);
    expect(await store.get('claim:1')).toBe('a');
  });

  it('writes under a lock only while the lock is held', async () => {
    const engine = await start();
    const store = await engine.open();
    await store.add('lock:k', 'token', 60);
    expect(await store.setWhile('lock:k', 'other', 'apikey:current', 'no', 60_000)).toBe(false);
    expect(await store.setWhile('lock:k', 'token', 'apikey:current', 'yes', 60_000)).toBe(true);
    await engine.pass(90);
    expect(await store.setWhile('lock:k', 'token', 'apikey:current', 'late', 60_000)).toBe(false);
    expect(await store.get('apikey:current')).toBe('yes');
  });

  it('takes one unit of each counter or of none, and says which is used up for how long', async () => {
    const store = await (await start()).open();
    const units = [
      { key: 'subject:a', limit: 3, ttlMs: 60_000 },
      { key: 'budget:b', limit: 2, ttlMs: 90_000 },
    ];
    expect(await store.take(units)).toBeNull();
    expect(await store.take(units)).toBeNull();
    const usedUp = await store.take(units);
    expect(usedUp?.key).toBe('budget:b');
    expect(usedUp?.resetMs).toBeGreaterThan(80_000);
    expect(usedUp?.resetMs).toBeLessThanOrEqual(90_000);
    expect(await store.take([units[0]])).toBeNull(); // the refusal took nothing
    expect((await store.take([units[0]]))?.key).toBe('subject:a');
    await store.giveBack(units);
    expect(await store.take(units)).toBeNull();
    expect(await store.take([{ key: 'budget:none', limit: 0, ttlMs: 5000 }])).toEqual({
      key: 'budget:none',
      resetMs: 5000,
    });
  });

  it('gives units back without going below nothing, and begins anew when a counter has ended', async () => {
    const engine = await start();
    const store = await engine.open();
    const unit = { key: 'rate:a', limit: 1, ttlMs: 60 };
    await store.giveBack([unit]);
    expect(await store.take([unit])).toBeNull();
    expect(await store.take([unit])).not.toBeNull();
    await engine.pass(90);
    expect(await store.take([unit])).toBeNull();
    await store.giveBack([unit]);
    await store.giveBack([unit]);
    expect([await store.take([unit]), (await store.take([unit]))?.key]).toEqual([null, 'rate:a']);
  });

  it('gives no more units than there are to many who take at once', async () => {
    const engine = await start();
    const stores = await Promise.all([engine.open(), engine.open()]);
    const unit = { key: 'budget:a', limit: 7, ttlMs: 60_000 };
    const taken = await Promise.all(Array.from({ length: 50 }, (_, index) => stores[index % 2].take([unit])));
    expect(taken.filter(usedUp => usedUp === null)).toHaveLength(7);
  });
});

(hasRedis ? it : it.skip)(
  'the redis store sends each script once, and again to a Redis that has forgotten it; none runs twice',
  async () => {
    const redis = await startRedis();
    const store = await ready(track(new RedisStore(redis.url)));
    const unit = { key: 'budget:a', limit: 3, ttlMs: 60_000 };
    expect(await store.take([unit])).toBeNull();
    redis.cli('SCRIPT', 'FLUSH', 'SYNC');
    expect(await Promise.all([store.take([unit]), store.take([unit])])).toEqual([null, null]);
    expect((await store.take([unit]))?.key).toBe('budget:a');
    expect(await store.add('claim:a', 'mine', 60_000)).toBe(true);
    await store.conclude([{ key: 'record:a', value: 'r', ttlMs: 60_000 }], { key: 'claim:a', value: 'mine' });
    expect(await store.getMany(['record:a', 'claim:a'])).toEqual(['r', undefined]);
    const runs = redis.cli('INFO', 'commandstats');
    expect([callsOf(runs, 'eval'), callsOf(runs, 'evalsha'), callsOf(runs, 'incr')]).toEqual([4, 5, 3]);
  },
);

/** Successful or not. */
function callsOf(commandStats: string, command: string): number {
  const line = new RegExp(`cmdstat_${command}:calls=(\\d+).*?rejected_calls=(\\d+)`).exec(commandStats);
  return Number(line?.[1] ?? 0) + Number(line?.[2] ?? 0);
}

it('the memory store drops the oldest records, never a claim', async () => {
  const store = new MemoryStore(() => 0, 10);
  for (let index = 0; index < 100; index += 1) {
    await store.set(`record:${index}`, 'r', 60_000);
    await store.add(`idem:${index}`, 'c', 60_000);
  }
  expect(await store.get('record:89')).toBeUndefined();
  expect(await store.get('record:90')).toBe('r');
  expect(await store.get('idem:0')).toBe('c');
});

it('the sqlite store keeps everything across a reopening, in a file that only its owner reads', async () => {
  const path = join(temporaryFolder(), 'store.sqlite');
  const first = new SqliteStore(path);
  await first.set('record:1', 'kept', 60_000);
  await first.add('claim:1', 'mine', 60_000);
  await first.close();
  const second = track(new SqliteStore(path));
  expect(await second.getMany(['record:1', 'claim:1'])).toEqual(['kept', 'mine']);
});

it('the sqlite store clears expired rows a few at a time', async () => {
  const clock = movable();
  const path = join(temporaryFolder(), 'store.sqlite');
  const store = track(new SqliteStore(path, clock.now));
  for (let index = 0; index < 300; index += 1) await store.set(`record:${index}`, 'x', 1000);
  await clock.pass(2000);
  for (let index = 0; index < 300; index += 1) await store.set(`answer:${index}`, 'x', 1000);
  const { DatabaseSync } = await import('node:sqlite');
  const rows = new DatabaseSync(path).prepare('SELECT count(*) AS n FROM entries').get();
  expect(rows!['n']).toBe(300);
});

function movable() {
  let time = 1_000_000_000_000;
  return { now: () => time, pass: async (ms: number) => void (time += ms) };
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function track<T extends Store>(store: T): T {
  ends.unshift(() => store.close());
  return store;
}

async function ready(store: RedisStore): Promise<RedisStore> {
  while (!store.health().ok) await sleep(5);
  return store;
}
