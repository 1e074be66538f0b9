// What the benchmarks share: a Paystar, server processes, and the CPU time of a process from the operating system.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { SANDBOX_CREDENTIALS, startSandboxPaystar } from '../dist/sandbox/paystar.js';

export const CONNECTIONS = 8;
const CPU_TIME = new URL('cpuTime.mjs', import.meta.url).href;
const QUERY =
  'mutation V($input: VerifyMobileInput!) { verifyMobile(input: $input) { id isMatched checkedAt source livemode } }';
const KEY = 'a-caller-of-the-benchmark-0123456789';
let asked = 0;

/** Each server has a key of its own, and one's refresh must not end another's. */
export async function startPaystar() {
  const paystar = await startSandboxPaystar({ endsOldKeyOnRefresh: false });
  paystar.ledger.keep = false;
  return paystar;
}

/** A server process in front of `paystar`; `env` beside what every one of them has. */
export async function startServer(paystar, env, headers = {}) {
  const settings = {
    LOG_LEVEL: 'info',
    STORE_SECRET: 'of-the-benchmark-only-0123456789-0123456789',
    SUBJECT_LIMIT_PER_DAY: '1000000000',
    RATE_LIMIT_PER_MINUTE: '1000000000',
    PAYSTAR_APPLICATION_ID: SANDBOX_CREDENTIALS.applicationId,
    PAYSTAR_ACCESS_PASSWORD: SANDBOX_CREDENTIALS.accessPassword,
    PAYSTAR_REFRESH_TOKEN: SANDBOX_CREDENTIALS.refreshToken,
    PAYSTAR_BASE_URL: paystar.url,
    ...env,
  };
  const { child, usage, origin } = await spawnServer('dist/main.js', settings);
  return { child, usage, headers, pool: new Pool(origin, { connections: CONNECTIONS }) };
}

/** A process of `script` that is up, and tells its CPU time and its memory; `wrap` goes before the command. */
export async function spawnServer(script, env, wrap = [], authorization) {
  const port = await freePort();
  const [command, ...args] = [...wrap, process.execPath, '--import', CPU_TIME, script];
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const usage = async () => {
    child.send('usage');
    return (await once(child, 'message'))[0];
  };
  const origin = `http://127.0.0.1:${port}`;
  const isUp = () =>
    fetch(`${origin}/health/live`).then(
      reply => reply.status < 500,
      () => false,
    );
  while (!(await isUp())) {
    if (child.exitCode !== null) throw new Error(`${script} ended with ${child.exitCode}`);
    await sleep(20);
  }
  return { child, port, origin, authorization, usage, ready: await usage() };
}

/** This server as in production, everything on; the limits are too high to be met. */
export function spawnOurs(upstream, env, wrap) {
  const high = '1000000000';
  const settings = {
    NODE_ENV: 'production',
    LOG_LEVEL: 'info',
    AUTH_API_KEYS: `bench:${createHash('sha256').update(KEY).digest('hex')}`,
    STORE_SECRET: 'of-the-benchmark-only-0123456789-0123456789',
    RATE_LIMIT_PER_MINUTE: high,
    SUBJECT_LIMIT_PER_DAY: high,
    DAILY_BUDGET: high,
    DAILY_BUDGET_PER_CALLER: high,
    PAYSTAR_BASE_URL: upstream.baseUrl,
    PAYSTAR_REFRESH_URL: upstream.refreshUrl,
    PAYSTAR_APPLICATION_ID: 'bench',
    PAYSTAR_ACCESS_PASSWORD: 'bench-password',
    PAYSTAR_REFRESH_TOKEN: 'bench-refresh-token',
    ...env,
  };
  return spawnServer(
    fileURLToPath(new URL('../dist/main.js', import.meta.url)),
    settings,
    wrap,
    `Bearer ${KEY}`,
  );
}

/** Asks `count` different live questions; gives CPU µs a question of the server process, and p50 and p99 in ms. */
export async function run({ usage, headers, pool }, count) {
  const times = [];
  const before = (await usage()).cpuUs;
  let left = count;
  const lane = async () => {
    while (left-- > 0) {
      const startedAt = performance.now();
      const input = {
        nationalId: '9990000018',
        mobileNumber: `0912${String((asked += 1)).padStart(7, '0')}`,
      };
      const reply = await pool.request({
        path: '/graphql',
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query: QUERY, variables: { input } }),
      });
      const text = await reply.body.text();
      if (!text.includes('"isMatched":true')) throw new Error(`a question failed: ${text}`);
      times.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, lane));
  times.sort((a, b) => a - b);
  const cpu = ((await usage()).cpuUs - before) / count;
  return { cpu, p50: times[Math.floor(count / 2)], p99: times[Math.floor(count * 0.99)] };
}

/** Warm-up, then all contenders in turn and repeatedly; a list of figures for each. */
export async function inTurn(servers, { rounds, questions, warmUp }) {
  for (const server of Object.values(servers)) await run(server, warmUp);
  const figures = Object.fromEntries(Object.keys(servers).map(name => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, server] of Object.entries(servers)) figures[name].push(await run(server, questions));
  }
  return figures;
}

export function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  return port;
}
