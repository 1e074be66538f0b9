// npm run bench: what a request costs this server, as a multiple of a bare pass-through (the floor), beside what others
// cost. All contenders in turn and repeatedly, so that a machine that slows down slows them all; each has one core, the
// load generator, the upstream and Redis have the other. Writes bench/results.md, and keeps what stands there by hand.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, spawnOurs, spawnServer } from './measure.mjs';
import { fillRedis, fillSqlite } from './fill.mjs';
import { writeResults } from './report.mjs';
import { startUpstream } from './upstream.mjs';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 7);
const SHARE = Number(process.env.BENCH_SHARE ?? 1); // of the questions, for a quick look
const WARM_UP_SECONDS = 10 * SHARE;
const SERVERS_CORE = ['taskset', '-c', '0'];
const OTHERS_CORE = ['taskset', '-c', '1'];
const MANY_RECORDS = Math.round(1_000_000 * SHARE);

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const path = name => fileURLToPath(new URL(name, import.meta.url));
const upstream = await startUpstream(OTHERS_CORE);
const [emptyRedis, fullRedis] = [await startRedis(), await startRedis()];
const generator = fork(path('load.mjs'), { execPath: 'taskset', execArgv: ['-c', '1', process.execPath] });
generator.on('exit', code => code && process.exit(code)); // what it met stands above
const stores = {
  sqlite: `sqlite:${join(folder, 'empty.sqlite')}`,
  sqliteFull: `sqlite:${join(folder, 'full.sqlite')}`,
  redis: `redis://127.0.0.1:${emptyRedis.port}`,
  redisFull: `redis://127.0.0.1:${fullRedis.port}`,
};
const servers = {};
const ours = (env, wrap = SERVERS_CORE) => spawnOurs(upstream, env, wrap);
let asked = 0;

try {
  await startContenders();
  const lanes = lanesOf();
  await warmUp(lanes);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const lane of lanes) lane.rounds.push(await measure(lane));
    process.stderr.write(`round ${round + 1} of ${ROUNDS}\n`);
  }
  for (const server of Object.values(servers)) Object.assign(server, await server.usage());
  const scaling = await scale();
  writeResults({ rounds: ROUNDS, lanes, servers, scaling, records: MANY_RECORDS });
} finally {
  for (const { child } of Object.values(servers)) child.kill('SIGKILL');
  generator.kill();
  emptyRedis.child.kill('SIGKILL');
  fullRedis.child.kill('SIGKILL');
  upstream.close();
  rmSync(folder, { recursive: true, force: true });
}

async function startContenders() {
  const env = { PAYSTAR_BASE_URL: upstream.baseUrl, NODE_ENV: 'production' };
  for (const name of ['floor', 'mercurius', 'apollo'])
    servers[name] = await spawnServer(path(`contenders/${name}.mjs`), env, SERVERS_CORE);
  servers.memory = await ours({});
  servers.uncompiled = await ours({ COMPILED_OPERATIONS: 'false' });
  for (const name of ['sqlite', 'redis']) servers[name] = await ours({ STORE_URL: stores[name] });
  fillSqlite(stores.sqliteFull, MANY_RECORDS);
  await fillRedis(fullRedis.port, MANY_RECORDS);
  for (const name of ['sqliteFull', 'redisFull']) servers[name] = await ours({ STORE_URL: stores[name] });
}

/** Which server is asked what, over how many connections; `over` is the lane of the floor that its cost is divided by. */
function lanesOf() {
  const lane = (server, kind, connections, questions) => ({
    server,
    kind,
    connections,
    questions: Math.round(questions * SHARE),
    rounds: [],
  });
  return [
    ...['floor', 'memory', 'uncompiled', 'mercurius', 'sqlite', 'redis', 'sqliteFull', 'redisFull'].map(
      name => lane(name, 'live', 64, 6000),
    ),
    lane('apollo', 'live', 64, 3000),
    ...['record', 'refused', 'tokenStatus'].map(kind => lane('memory', kind, 64, 8000)),
    ...['sqlite', 'redis'].map(name => lane(name, 'record', 64, 6000)),
    ...[1, 8, 512].flatMap(connections =>
      ['floor', 'memory', 'mercurius'].map(name =>
        lane(name, 'live', connections, connections === 1 ? 2000 : 5000),
      ),
    ),
  ];
}

async function warmUp(lanes) {
  for (const name of new Set(lanes.map(({ server }) => server))) {
    const until = performance.now() + WARM_UP_SECONDS * 1000;
    while (performance.now() < until)
      await ask({ server: name, kind: 'live', connections: 64, questions: 1000 });
  }
  // The first thousand persons are those whose answers are recorded.
  for (const server of new Set(lanes.filter(({ kind }) => kind === 'record').map(lane => lane.server)))
    await load(servers[server], { kind: 'live', from: 0, count: 1000, connections: 64 });
  for (const lane of lanes) await ask({ ...lane, questions: Math.min(lane.questions, 1000) });
}

async function measure(lane) {
  const { cpuUs } = await servers[lane.server].usage();
  const calls = await upstream.calls();
  const figures = await ask(lane);
  const paid = (await upstream.calls()) - calls;
  const expected = lane.kind === 'live' ? lane.questions : 0;
  if (paid !== expected) throw new Error(`${paid} paid calls for ${expected} questions of ${lane.server}`);
  const spent = (await servers[lane.server].usage()).cpuUs - cpuUs;
  return { cpu: spent / lane.questions, rps: lane.questions / figures.seconds, ...figures };
}

/** Each live question is another one. */
function ask({ server, kind, connections, questions }) {
  const from = kind === 'live' ? 1000 + asked : 0;
  if (kind === 'live') asked += questions;
  return load(servers[server], { kind, from, count: questions, connections });
}

async function load({ port, authorization }, order) {
  generator.send({ port, authorization, ...order });
  const [figures] = await once(generator, 'message');
  return figures;
}

/**
 * Requests a second of one process and of two behind one Redis, on all cores, which the others share; and the CPU time
 * of a question in one and in two, which tells what two would do with a core for each.
 */
async function scale() {
  for (const { child } of Object.values(servers)) child.kill('SIGKILL');
  const [first, second] = [
    await ours({ STORE_URL: stores.redis }, []),
    await ours({ STORE_URL: stores.redis }, []),
  ];
  Object.assign(servers, { first, second });
  const other = fork(path('load.mjs'));
  const questions = Math.round(10_000 * SHARE);
  const both = async count => {
    const from = 1000 + asked;
    asked += 2 * count;
    other.send({ ...second, child: undefined, kind: 'live', from: from + count, count, connections: 32 });
    const startedAt = performance.now();
    await Promise.all([load(first, { kind: 'live', from, count, connections: 32 }), once(other, 'message')]);
    return (2 * count) / ((performance.now() - startedAt) / 1000);
  };
  const one = async count => {
    asked += count;
    const { seconds } = await load(first, {
      kind: 'live',
      from: 1000 + asked - count,
      count,
      connections: 64,
    });
    return count / seconds;
  };
  await both(questions);
  const rounds = [];
  const spent = async () => (await first.usage()).cpuUs + (await second.usage()).cpuUs;
  const timed = async work => {
    const before = await spent();
    return { rps: await work(), cpu: ((await spent()) - before) / questions };
  };
  for (let round = 0; round < ROUNDS; round += 1)
    rounds.push({ one: await timed(() => one(questions)), two: await timed(() => both(questions / 2)) });
  other.kill();
  return rounds;
}

async function startRedis() {
  const port = await freePort();
  const args = [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--dir',
    folder,
    '--enable-debug-command',
    'local',
  ];
  const child = spawn('taskset', ['-c', '1', 'redis-server', ...args], { stdio: 'ignore' });
  return { port, child };
}
