import { expect, it } from '@jest/globals';
import fastify from 'fastify';
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { request } from 'undici';
import { requireScope } from '../../src/http/requireScope.ts';
import { readSamples, sum } from '../support/metrics.ts';
import { startProcess } from '../support/process.ts';
import { VERIFY_MOBILE, mobileInput } from '../support/questions.ts';
import { environment, startSandbox, startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';

const KEY = 'test-key-of-the-first-app';
const CALLERS = { AUTH_API_KEYS: `first-app:${createHash('sha256').update(KEY).digest('hex')}` };
const TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/** GET /metrics at METRICS_PORT. */
async function ownPort(server: TestServer, path = '/metrics') {
  const reply = await request(`http://127.0.0.1:${server.app.metricsPort()}${path}`);
  return { status: reply.statusCode, headers: reply.headers, text: await reply.body.text() };
}

it('on PORT, metrics need a credential', async () => {
  const server = await startServer({ env: CALLERS });
  expect(server.app.metricsPort()).toBeNull();
  for (const authorization of [undefined, 'Bearer of-nobody', 'Basic YTpi', '']) {
    const headers = authorization === undefined ? {} : { authorization };
    const reply = await server.http('/metrics', { headers });
    expect(reply.status).toBe(401);
    expect(reply.headers['www-authenticate']).toBe('Bearer');
    expect(reply.body.errors[0].extensions).toMatchObject({
      code: 'UNAUTHENTICATED',
      requestId: reply.headers['x-request-id'],
    });
    expect(reply.text).not.toContain('graphql_');
    expect((await server.http('/metrics', { method: 'HEAD', headers })).status).toBe(401);
  }
  const reply = await server.http('/metrics', { headers: { authorization: `Bearer ${KEY}` } });
  expect(reply.status).toBe(200);
  expect(reply.headers).toMatchObject({ 'content-type': TEXT, 'cache-control': 'no-store' });
  readSamples(reply.text);
});

it('a caller without the scope is refused with 403', async () => {
  const app = fastify();
  const verifier = () => ({ name: 'first-app', scopes: new Set(['verify'] as const) });
  app.get('/', { onRequest: requireScope(verifier, 'status', 'full') }, async () => 'inside');
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  try {
    const reply = await request(origin);
    const text = await reply.body.text();
    expect(reply.statusCode).toBe(403);
    expect(JSON.parse(text).errors[0].extensions.code).toBe('FORBIDDEN');
  } finally {
    await app.close();
  }
});

it('on METRICS_PORT they are open to all, nothing else is there, and on PORT there are none', async () => {
  const server = await startServer({ env: { ...CALLERS, METRICS_PORT: '0' } });
  const reply = await ownPort(server);
  expect(reply.status).toBe(200);
  expect(reply.headers).toMatchObject({ 'content-type': TEXT, 'cache-control': 'no-store' });
  readSamples(reply.text);
  for (const path of ['/', '/graphql', '/health/live', '/metrics/']) {
    expect((await ownPort(server, path)).status).toBe(404);
  }
  const headers = { authorization: `Bearer ${KEY}` };
  expect((await server.http('/metrics', { headers })).status).toBe(404);
  expect((await server.http('/metrics')).status).toBe(404);
});

it('a drain can be watched on METRICS_PORT to its end, which takes the port down', async () => {
  const server = await startServer({ env: { METRICS_PORT: '0', SHUTDOWN_TIMEOUT_MS: '10000' } });
  const release = server.sandbox.control.hold();
  const asked = server.gql(VERIFY_MOBILE, { input: mobileInput() });
  await server.sandbox.control.whenHeld(1);
  const closed = server.close();
  const reply = await ownPort(server);
  expect(sum(readSamples(reply.text), 'paystar_calls_active')).toBe(1);
  release();
  expect((await asked).body.data.verifyMobile.isMatched).toBe(true);
  const port = server.app.metricsPort();
  await closed;
  await expect(request(`http://127.0.0.1:${port}/metrics`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

it('on PORT they are answered as long as a draining server accepts', async () => {
  const server = await startServer({ env: { SHUTDOWN_DELAY_MS: '1500' } });
  const closed = server.close();
  const [health, metrics] = await Promise.all([server.http('/health/ready'), server.http('/metrics')]);
  expect([health.status, metrics.status]).toEqual([503, 200]);
  await closed;
});

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
if (!hasPromtool) console.warn('SKIPPED: promtool check metrics; install prometheus to run it');

it('a process tells its METRICS_PORT, Node’s own metrics, and ends at once although somebody stays connected', async () => {
  const env = environment(await startSandbox(), { METRICS_PORT: '0' });
  const server = await startProcess({ env });
  const url = /http:[\w.:/]+\/metrics/.exec(await server.line(/\/metrics/))![0];
  await server.gql(VERIFY_MOBILE, { input: mobileInput() });
  const text = await (await request(url)).body.text(); // over a connection that is kept
  const names = new Set(readSamples(text).map(({ name }) => name));
  expect(names).toContain('nodejs_eventloop_lag_p99_seconds');
  expect(names).toContain('process_cpu_seconds_total');
  if (hasPromtool) {
    const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  }
  const startedAt = performance.now();
  server.signal('SIGTERM');
  expect(await server.exited).toEqual({ code: 0, signal: null });
  expect(performance.now() - startedAt).toBeLessThan(5000);
});
