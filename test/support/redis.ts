import { afterEach } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface TestRedis {
  readonly url: string;
  readonly port: number;
  /** Sends a signal: SIGKILL, SIGSTOP, SIGCONT. */
  signal(name: NodeJS.Signals): void;
  /** Starts it again on the same port, with what it kept. */
  restart(): Promise<void>;
  /** Runs redis-cli; gives what it prints. */
  cli(...args: string[]): string;
  close(): Promise<void>;
}

const open = new Set<TestRedis>();
afterEach(async () => {
  await Promise.all([...open].map(redis => redis.close()));
});

/** Whether redis-server is there. Without it the tests skip with a loud line, and in CI they fail. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
if (!hasRedis) {
  if (process.env['CI'] === 'true') throw new Error('redis-server is missing: apt-get install redis-server');
  console.warn('SKIPPED: the tests that need a real Redis; install redis-server to run them');
}

/** A redis-server of our own on a private port; ends with the test. `args` are its options. */
export async function startRedis(...args: string[]): Promise<TestRedis> {
  return startRedisOn(await freePort(), ...args);
}

export async function startRedisOn(port: number, ...args: string[]): Promise<TestRedis> {
  const dir = mkdtempSync(join(tmpdir(), 'redis-'));
  let server = await start(port, dir, args);
  const redis: TestRedis = {
    url: `redis://127.0.0.1:${port}`,
    port,
    signal: name => void server.kill(name),
    restart: async () => {
      await stop(server);
      server = await start(port, dir, args);
    },
    cli: (...command) =>
      spawnSync('redis-cli', ['-p', String(port), ...command], { encoding: 'utf8' }).stdout,
    close: async () => {
      open.delete(redis);
      await stop(server);
      rmSync(dir, { recursive: true, force: true });
    },
  };
  open.add(redis);
  return redis;
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

async function start(port: number, dir: string, args: string[]): Promise<ChildProcess> {
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', '', ...args];
  const server = spawn('redis-server', options, { stdio: 'ignore' });
  for (;;) {
    if (await accepts(port)) return server;
    if (server.exitCode !== null) throw new Error(`redis-server ended with ${server.exitCode}`);
    await sleep(10); // polls for readiness, which redis-server tells in no other way
  }
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill('SIGKILL');
  await once(server, 'exit');
}

function accepts(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
}
