import { afterEach, expect, it } from '@jest/globals';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore } from '../../src/store/openStore.ts';
import type { Store } from '../../src/store/store.ts';
import { freePort, hasRedis, startRedis } from '../support/redis.ts';
import { silentLog } from '../support/silentLog.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** What stands between a server and its Redis; `vanish` swallows all that comes over the connections there are. */
async function startNetwork(redisPort: number) {
  const open = new Set<Socket>();
  let connections = 0;
  const network = createServer(client => {
    connections += 1;
    const redis = connect(redisPort, '127.0.0.1');
    client.pipe(redis).pipe(client);
    for (const socket of [client, redis]) {
      open.add(socket);
      socket.on('error', () => {});
    }
  });
  const port = await freePort();
  await new Promise<void>(resolve => void network.listen(port, '127.0.0.1', resolve));
  ends.push(() => {
    for (const socket of open) socket.destroy();
    network.close();
  });
  return {
    url: `redis://127.0.0.1:${port}`,
    connections: () => connections,
    vanish: () => {
      for (const socket of open) {
        socket.unpipe();
        socket.resume();
      }
    },
  };
}

/** Whether `condition` comes true within `ms`. */
async function comes(condition: () => boolean, ms: number): Promise<boolean> {
  const until = performance.now() + ms;
  while (!condition() && performance.now() < until) await sleep(10);
  return condition();
}

(hasRedis ? it : it.skip)(
  'a Redis that has gone silent, as when its host lost power and another took its address, is left and taken up anew',
  async () => {
    const redis = await startRedis();
    const network = await startNetwork(redis.port);
    const store: Store = await openStore(
      { kind: 'redis', url: network.url, secret: 'unused' },
      silentLog,
      Date.now,
    );
    ends.unshift(() => store.close());
    expect(await comes(() => store.health().ok, 5000)).toBe(true);
    await store.set('record:1', 'kept', 60_000);
    network.vanish();
    await expect(store.get('record:1')).rejects.toThrow();
    expect(store.health().ok).toBe(false);
    expect(await comes(() => store.health().ok, 8000)).toBe(true);
    expect(await store.get('record:1')).toBe('kept');
    expect(network.connections()).toBe(2);
  },
);
