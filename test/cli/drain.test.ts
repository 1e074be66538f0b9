import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { SECRET, askFresh, failures, startInstance } from '../support/cluster.ts';
import type { TestProcess } from '../support/process.ts';
import { VERIFY_MOBILE, mobileInput } from '../support/questions.ts';
import { startSandbox } from '../support/server.ts';

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach(folder => rmSync(folder, { recursive: true, force: true })));

function sqlite(): string {
  const folder = mkdtempSync(join(tmpdir(), 'drain-'));
  folders.push(folder);
  return `sqlite:${join(folder, 'store.sqlite')}`;
}

const drainStarted = (server: TestProcess) => server.line(/a second signal stops at once/);
const post = (body: string) =>
  [
    'POST /graphql HTTP/1.1',
    'Host: server',
    'Content-Type: application/json',
    `Content-Length: ${body.length + 1}`,
    '',
    body,
  ].join('\r\n');

/** A connection that has sent `text`, and waits. */
function send(server: TestProcess, text: string): Promise<void> {
  const { hostname, port } = new URL(server.origin);
  return new Promise(resolve => {
    const socket = connect(Number(port), hostname, () => socket.write(text, () => resolve()));
    socket.on('error', () => {}); // the server ends it, as it should
  });
}

describe('SIGTERM', () => {
  it('makes the server unready, and it keeps serving for SHUTDOWN_DELAY_MS with every connection closed', async () => {
    const sandbox = await startSandbox();
    const server = await startInstance(sandbox, 'memory:', { SHUTDOWN_DELAY_MS: '700' });
    const client = new Agent();
    const get = (path: string) => request(server.origin + path, { dispatcher: client });
    const ready = await get('/health/ready');
    expect([ready.statusCode, ready.headers['connection']]).toEqual([200, 'keep-alive']);
    await ready.body.dump();
    server.signal('SIGTERM');
    await drainStarted(server);
    for (const [path, code] of [
      ['/health/ready', 503],
      ['/health/live', 200],
    ] as const) {
      const reply = await get(path);
      expect([reply.statusCode, reply.headers['connection']]).toEqual([code, 'close']);
      await reply.body.dump();
    }
    expect(failures([await askFresh(server)])).toEqual([]);
    expect(await server.exited).toEqual({ code: 0, signal: null });
  });

  it('lets a question in flight be answered, and what its client left behind be recorded', async () => {
    const sandbox = await startSandbox();
    const store = sqlite();
    const server = await startInstance(sandbox, store);
    await askFresh(server);
    const release = sandbox.control.hold();
    const waiting = server.gql(VERIFY_MOBILE, { input: mobileInput(1) });
    await sandbox.control.whenHeld(1);
    const leaving = new AbortController();
    const left = fetch(`${server.origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: VERIFY_MOBILE, variables: { input: mobileInput(2) } }),
      signal: leaving.signal,
    }).catch(() => 'left');
    await sandbox.control.whenHeld(2);
    leaving.abort();
    expect(await left).toBe('left');
    server.signal('SIGTERM');
    await drainStarted(server);
    release();
    expect((await waiting).data.verifyMobile.isMatched).toBe(true);
    expect(await server.exited).toEqual({ code: 0, signal: null });
    const next = await startInstance(sandbox, store, { STORE_SECRET: SECRET });
    const before = sandbox.ledger.paidCalls();
    for (const number of [1, 2]) {
      const reply = await next.gql(VERIFY_MOBILE, { input: mobileInput(number, { maxAgeSeconds: 600 }) });
      expect(reply.data.verifyMobile.source).toBe('RECORD');
    }
    expect(sandbox.ledger.paidCalls()).toBe(before);
  });

  it('is not delayed by silent connections and half-sent requests', async () => {
    const server = await startInstance(await startSandbox(), 'memory:', { SHUTDOWN_TIMEOUT_MS: '20000' });
    await askFresh(server); // a connection that is kept alive
    await Promise.all([
      send(server, ''),
      send(server, 'POST /graphql HTTP/1.1\r\nHo'),
      send(server, post('{"query":"{ tokenStatus { state }')),
    ]);
    const startedAt = performance.now();
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });

  it('ends after SHUTDOWN_TIMEOUT_MS, whatever is still under way', async () => {
    const sandbox = await startSandbox();
    const server = await startInstance(sandbox, 'memory:', { SHUTDOWN_TIMEOUT_MS: '300' });
    await askFresh(server);
    sandbox.control.hold();
    const lost = askFresh(server).catch(() => 'lost');
    await sandbox.control.whenHeld(1);
    server.signal('SIGTERM');
    expect((await server.exited).signal).toBeNull();
    expect(await lost).toBe('lost');
  });

  it('a second time ends the process at once', async () => {
    const sandbox = await startSandbox();
    const server = await startInstance(sandbox, 'memory:', { SHUTDOWN_DELAY_MS: '60000' });
    server.signal('SIGTERM');
    await drainStarted(server);
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ code: 130, signal: null });
  });
});

it.each(['throw new Error(9990000017 + 1)', 'Promise.reject(new Error(9990000017 + 1))'])(
  'an uncaught fault (%s) is logged without its message, what is in flight is answered, and the exit code is 1',
  async fault => {
    const sandbox = await startSandbox();
    const hook = `data:text/javascript,process.on('SIGUSR2', () => { ${encodeURIComponent(fault)} })`;
    const server = await startInstance(sandbox, 'memory:', {}, ['--import', hook]);
    await askFresh(server);
    const release = sandbox.control.hold();
    const waiting = askFresh(server);
    await sandbox.control.whenHeld(1);
    server.signal('SIGUSR2');
    await server.line(/an uncaught fault/);
    release();
    expect(failures([await waiting])).toEqual([]);
    expect(await server.exited).toEqual({ code: 1, signal: null });
    expect(server.output.join('\n')).not.toContain('9990000018');
  },
);
