import { afterEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect as createConnectionTo, createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { adviceFor } from '../../src/errors/advice.ts';
import { STATUS_TABLE } from '../../src/paystar/status.ts';
import { SANDBOX_CREDENTIALS } from '../../src/sandbox/paystar.ts';
import type { RefreshBehaviour } from '../../src/sandbox/paystar.ts';
import { runProcess, startProcess } from '../support/process.ts';
import { VERIFY_MOBILE, mobileInput } from '../support/questions.ts';
import { freePort, hasRedis, startRedis } from '../support/redis.ts';
import { environment, startSandbox } from '../support/server.ts';

const SECRET = 'a-store-secret-of-the-tests-only-0123456789';
const PROXY_PASSWORD = 'p-of-the-proxy';
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function doctor(env: Record<string, string>) {
  const { output, code } = await runProcess({ entry: 'doctor/main.js', env });
  const text = output.join('\n');
  const { accessPassword, refreshToken } = SANDBOX_CREDENTIALS;
  for (const secret of [accessPassword, refreshToken, SECRET, PROXY_PASSWORD])
    expect(text).not.toContain(secret);
  expect(text).not.toMatch(/^\s+at /m);
  return { code, text, failed: output.filter(line => line.startsWith('FAIL')) };
}

/** Listens for the test; gives the port. */
async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

it('finds nothing wrong when all is well: one refresh, no paid call, exit code 0', async () => {
  const sandbox = await startSandbox();
  const { code, text, failed } = await doctor(environment(sandbox));
  expect(failed).toEqual([]);
  expect(code).toBe(0);
  for (const name of ['settings', 'store', 'DNS', 'TCP', 'credentials']) {
    expect(text).toMatch(new RegExp(`^ok +${name} `, 'm'));
  }
  expect(text).toMatch(/may end the key of running instances/);
  expect([sandbox.ledger.refreshes(), sandbox.ledger.paidCalls()]).toEqual([1, 0]);
  expect(text).not.toContain(sandbox.control.currentKey);
});

describe('what Paystar answers to the refresh', () => {
  const refused = [2, 3, 6, 7, 12, 13].map(status => [STATUS_TABLE[status].code, { status }] as const);
  const broken: [string, RefreshBehaviour][] = [['PAYSTAR_RESPONSE_INVALID', 'html']];
  it.each<readonly [string, RefreshBehaviour]>([...refused, ...broken])(
    'is explained: %s',
    async (name, behaviour) => {
      const sandbox = await startSandbox();
      sandbox.control.refreshBehaviour = behaviour;
      const { code, failed } = await doctor(environment(sandbox));
      expect(code).toBe(1);
      expect(failed).toHaveLength(1);
      expect(failed[0]).toMatch(new RegExp(`^FAIL +credentials +${name}`));
      expect(failed[0]).toContain(adviceFor(name).en);
      expect(sandbox.ledger.refreshes()).toBe(1);
    },
  );

  it.each<[RefreshBehaviour, RegExp]>([
    ['hang', /PAYSTAR_UNREACHABLE: TIMEOUT\. Nothing came back in time: let/],
    ['drop', /PAYSTAR_UNREACHABLE: (?:ECONNRESET|UND_ERR_SOCKET)\. The connection was cut: a firewall/],
  ])('is explained when nothing comes: %s', async (behaviour, told) => {
    const sandbox = await startSandbox();
    sandbox.control.refreshBehaviour = behaviour;
    const { code, failed } = await doctor(environment(sandbox, { PAYSTAR_TIMEOUT_MS: '1500' }));
    expect([code, failed.length]).toEqual([1, 1]);
    expect(failed[0]).toMatch(told);
  });
});

describe('a fault on the way to Paystar is found where it is, and no refresh is tried', () => {
  async function expectFault(env: Record<string, string>, told: RegExp): Promise<void> {
    const sandbox = await startSandbox();
    const { code, text, failed } = await doctor(
      environment(sandbox, { PAYSTAR_CONNECT_TIMEOUT_MS: '3000', ...env }),
    );
    expect([code, failed.length]).toEqual([1, 1]);
    expect(failed[0]).toMatch(told);
    expect(text).toMatch(/^- +credentials +not checked/m);
    expect(sandbox.ledger.count()).toBe(0);
  }
  const at = (port: number) => ({ PAYSTAR_BASE_URL: `https://127.0.0.1:${port}/api/open-banking` });

  it('a name without an address', () =>
    expectFault(
      { PAYSTAR_BASE_URL: 'http://paystar.invalid/api' },
      /^FAIL +DNS +paystar\.invalid: (?:ENOTFOUND\. The name has no address: look|EAI_AGAIN\. No DNS server answers: check)/,
    ));

  it('a port where nobody listens', async () =>
    expectFault(
      at(await freePort()),
      /^FAIL +TCP +127\.0\.0\.1:\d+: ECONNREFUSED\. Nobody listens .*: check host and port/,
    ));

  it('no TLS where there should be', async () =>
    expectFault(
      at(await listen(createHttpServer())),
      /^FAIL +TLS .*\. No TLS is spoken at that port: check the port/,
    ));

  it('silence where there should be TLS', async () =>
    expectFault(
      at(await listen(createServer(socket => void open.push(() => socket.destroy())))),
      /^FAIL +TLS .*TIMEOUT\. Nothing came back in time/,
    ));

  it('a certificate that nobody vouches for', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'doctor-'));
    open.push(() => rmSync(dir, { recursive: true }));
    const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
    const args = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=127.0.0.1 -days 2 -keyout ${key} -out ${cert}`;
    expect(spawnSync('openssl', args.split(' ')).status).toBe(0);
    const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) });
    server.on('tlsClientError', () => {});
    await expectFault(
      at(await listen(server)),
      /^FAIL +TLS .*DEPTH_ZERO_SELF_SIGNED_CERT\. .*NODE_EXTRA_CA_CERTS/,
    );
  });

  it.each([
    [407, /^FAIL +proxy +to 127\.0\.0\.1:\d+: PROXY_407\. .*user and a password/],
    [403, /^FAIL +proxy +to 127\.0\.0\.1:\d+: PROXY_REFUSED\. .*allow this host/],
  ])('a proxy that answers %p', async (status, told) => {
    const proxy = createServer(
      socket => void socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`),
    );
    const url = `http://user:${PROXY_PASSWORD}@127.0.0.1:${await listen(proxy)}`;
    await expectFault({ PAYSTAR_PROXY_URL: url }, told);
  });

  it('a proxy that is not there', async () =>
    expectFault({ PAYSTAR_PROXY_URL: `http://127.0.0.1:${await freePort()}` }, /^FAIL +TCP .*ECONNREFUSED/));
});

it('goes through a proxy that tunnels', async () => {
  const sandbox = await startSandbox();
  const proxy = createHttpServer();
  const asked: (string | undefined)[] = [];
  proxy.on('connect', (request, socket) => {
    asked.push(request.headers['proxy-authorization']);
    const onward = new URL(`http://${request.url}`);
    const other = createConnectionTo(Number(onward.port));
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    socket.pipe(other).pipe(socket);
    for (const end of [socket, other]) end.on('error', () => {});
  });
  const env = { PAYSTAR_PROXY_URL: `http://user:${PROXY_PASSWORD}@127.0.0.1:${await listen(proxy)}` };
  const { code, failed } = await doctor(environment(sandbox, env));
  expect([code, failed]).toEqual([0, []]);
  expect(asked.length).toBeGreaterThanOrEqual(2);
  expect(new Set(asked)).toEqual(
    new Set([`Basic ${Buffer.from(`user:${PROXY_PASSWORD}`).toString('base64')}`]),
  );
});

describe('the new key', () => {
  it('is taken up by a running server that shares the store, which refreshes nothing itself', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'doctor-'));
    open.push(() => rmSync(dir, { recursive: true }));
    const sandbox = await startSandbox();
    const env = environment(sandbox, { STORE_URL: `sqlite:${join(dir, 'store.db')}`, STORE_SECRET: SECRET });
    const server = await startProcess({ env });
    const ask = async (n: number) =>
      (await server.gql(VERIFY_MOBILE, { input: mobileInput(n) })).data.verifyMobile.isMatched;
    expect(await ask(1)).toBe(true);
    const old = sandbox.control.currentKey;
    expect((await doctor(env)).code).toBe(0);
    expect(sandbox.control.currentKey).not.toBe(old);
    expect(await ask(2)).toBe(true);
    expect(sandbox.ledger.refreshes()).toBe(2);
  });

  it('is not asked for with --no-refresh, nor while the store is away, where nobody would find it', async () => {
    const sandbox = await startSandbox();
    const away = { STORE_URL: `redis://127.0.0.1:${await freePort()}`, STORE_SECRET: SECRET };
    const { code, text, failed } = await doctor(environment(sandbox, away));
    expect(code).toBe(1);
    expect(failed).toEqual([expect.stringContaining(adviceFor('STORE_UNAVAILABLE').en)]);
    expect(text).toMatch(/^- +credentials +not checked/m);
    const { output, code: without } = await runProcess({
      entry: 'doctor/main.js',
      args: ['--no-refresh'],
      env: environment(sandbox),
    });
    expect(without).toBe(0);
    expect(output.join('\n')).toMatch(/^- +credentials +not checked: --no-refresh/m);
    expect(sandbox.ledger.count()).toBe(0);
  });

  (hasRedis ? it : it.skip)('goes into Redis; a key of another STORE_SECRET there is told of', async () => {
    const [redis, sandbox] = [await startRedis(), await startSandbox()];
    const env = environment(sandbox, { STORE_URL: redis.url, STORE_SECRET: SECRET });
    expect((await doctor(env)).code).toBe(0);
    const { code, failed } = await doctor({ ...env, STORE_SECRET: SECRET.toUpperCase() });
    expect(code).toBe(1);
    expect(failed.join('\n')).toMatch(/store +it holds an API key of another STORE_SECRET: give/);
  });
});

it('exits with 78 when settings are wrong, and with 64 for arguments that it does not know', async () => {
  const none = await doctor({});
  expect(none.code).toBe(78);
  expect(none.text).toContain('PAYSTAR_APPLICATION_ID');
  const sandbox = await startSandbox();
  const env = environment(sandbox, { STORE_URL: 'sqlite:/no/such/folder/x.db', STORE_SECRET: SECRET });
  const noFile = await doctor(env);
  expect(noFile.code).toBe(78);
  expect(noFile.text).toMatch(/STORE_URL: .*ENOENT/);
  expect((await runProcess({ entry: 'doctor/main.js', args: ['--now'], env: {} })).code).toBe(64);
  expect(sandbox.ledger.count()).toBe(0);
});
