// npm run bench:store: what each store adds to a live question, in CPU of the server process and in time. One run, the
// stores in turn and repeatedly, so that a machine that slows down slows them all. Writes bench/store.md.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Pool } from 'undici';
import { SANDBOX_CREDENTIALS, startSandboxPaystar } from '../dist/sandbox/paystar.js';

const ROUNDS = 5;
const QUESTIONS = 2000;
const WARM_UP = 1000;
const CONNECTIONS = 8;
const TICK_US = 10_000; // USER_HZ is 100 on Linux

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const paystar = await startSandboxPaystar({ endsOldKeyOnRefresh: false }); // each store's server has a key of its own
paystar.ledger.keep = false;
const redisPort = await freePort();
const redis = spawn(
  'redis-server',
  ['--port', `${redisPort}`, '--bind', '127.0.0.1', '--save', '', '--dir', folder],
  { stdio: 'ignore' },
);
const stores = {
  memory: 'memory:',
  sqlite: `sqlite:${join(folder, 'store.sqlite')}`,
  redis: `redis://127.0.0.1:${redisPort}`,
};
const query =
  'mutation V($input: VerifyMobileInput!) { verifyMobile(input: $input) { id isMatched checkedAt source livemode } }';
let asked = 0;

try {
  const servers = {};
  for (const [name, url] of Object.entries(stores)) servers[name] = await start(url);
  for (const server of Object.values(servers)) await run(server, WARM_UP);
  const figures = Object.fromEntries(Object.keys(stores).map(name => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, server] of Object.entries(servers)) figures[name].push(await run(server, QUESTIONS));
  }
  report(figures);
  for (const server of Object.values(servers)) server.child.kill('SIGTERM');
} finally {
  redis.kill();
  await paystar.close();
  rmSync(folder, { recursive: true, force: true });
}

async function start(storeUrl) {
  const env = {
    PORT: '0',
    AUTH_DISABLED: 'true',
    LOG_LEVEL: 'info',
    STORE_URL: storeUrl,
    STORE_SECRET: 'of-the-benchmark-only-0123456789-0123456789',
    SUBJECT_LIMIT_PER_DAY: '1000000000',
    RATE_LIMIT_PER_MINUTE: '1000000000',
    PAYSTAR_APPLICATION_ID: SANDBOX_CREDENTIALS.applicationId,
    PAYSTAR_ACCESS_PASSWORD: SANDBOX_CREDENTIALS.accessPassword,
    PAYSTAR_REFRESH_TOKEN: SANDBOX_CREDENTIALS.refreshToken,
    PAYSTAR_BASE_URL: paystar.url,
  };
  const child = spawn(process.execPath, ['dist/main.js'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const origin = await new Promise(resolve => {
    createInterface(child.stdout).on('line', line => {
      const url = /http:\/\/[\d.:]+(?=\/graphql)/.exec(line)?.[0];
      if (url) resolve(url);
    });
  });
  return { child, pool: new Pool(origin, { connections: CONNECTIONS }) };
}

/** CPU µs a question of the server process, and the median and 99th percentile of the time in ms. */
async function run({ child, pool }, count) {
  const times = [];
  const before = cpuTicks(child.pid);
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
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables: { input } }),
      });
      if (!(await reply.body.text()).includes('"isMatched":true')) throw new Error('a question failed');
      times.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, lane));
  times.sort((a, b) => a - b);
  const cpu = ((cpuTicks(child.pid) - before) * TICK_US) / count;
  return { cpu, p50: times[Math.floor(count / 2)], p99: times[Math.floor(count * 0.99)] };
}

function cpuTicks(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

function report(figures) {
  const middle = (name, figure) =>
    figures[name].map(round => round[figure]).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)];
  const ratio = name =>
    figures[name].map((round, index) => round.cpu / figures.memory[index].cpu).sort((a, b) => a - b)[
      Math.floor(ROUNDS / 2)
    ];
  const rows = Object.keys(figures).map(
    name =>
      `| ${name} | ${middle(name, 'cpu').toFixed(0)} | ${ratio(name).toFixed(2)} | ${middle(name, 'p50').toFixed(2)} | ${middle(name, 'p99').toFixed(2)} |`,
  );
  const text = [
    '# What each store adds',
    '',
    `Written by \`npm run bench:store\`: live questions, all different, ${CONNECTIONS} connections, ${ROUNDS} rounds of ${QUESTIONS} for each`,
    `store in turn, medians; ${cpus().length} cores (${cpus()[0].model}), Node ${process.versions.node}. Load generator, Paystar and Redis share the cores`,
    'with the server: read the ratios, not the absolute times.',
    '',
    '| store | CPU µs a question, server process | ratio to memory | p50 ms | p99 ms |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
  writeFileSync(new URL('store.md', import.meta.url), text);
  process.stdout.write(text);
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  return port;
}
