// args: rounds questions kinds variant...   variant = name|distdir|v8flags|STORE_URL|ENV=.. or floor / mercurius
import { fork, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { freePort, spawnServer } from './measure.mjs';
import { startUpstream } from './upstream.mjs';
process.on('uncaughtException', e => { console.error(e); process.exit(1); });
const [rounds, questions, kinds, ...variants] = process.argv.slice(2);
const KEY = 'a-caller-of-the-benchmark-0123456789';
const upstream = await startUpstream(['taskset', '-c', '1']);
const generator = fork(new URL('load.mjs', import.meta.url).pathname, { execPath: 'taskset', execArgv: ['-c', '1', process.execPath] });
generator.on('exit', c => c && process.exit(c));
const high = '1000000000';
const servers = [];
for (const v of variants) {
  const [name, dist = '', flags = '', store = '', extra = ''] = v.split('|');
  if (name === 'floor' || name === 'mercurius') {
    servers.push({ name, s: await spawnServer(`bench/contenders/${name}.mjs`, { PAYSTAR_BASE_URL: upstream.baseUrl, NODE_ENV: 'production' }, ['taskset', '-c', '0']) });
    continue;
  }
  const env = { NODE_ENV: 'production', LOG_LEVEL: 'info', AUTH_API_KEYS: `bench:${createHash('sha256').update(KEY).digest('hex')}`,
    STORE_SECRET: 'of-the-benchmark-only-0123456789-0123456789', RATE_LIMIT_PER_MINUTE: high, SUBJECT_LIMIT_PER_DAY: high, DAILY_BUDGET: high, DAILY_BUDGET_PER_CALLER: high,
    PAYSTAR_BASE_URL: upstream.baseUrl, PAYSTAR_REFRESH_URL: upstream.refreshUrl, PAYSTAR_APPLICATION_ID: 'bench', PAYSTAR_ACCESS_PASSWORD: 'bench-password', PAYSTAR_REFRESH_TOKEN: 'bench-refresh-token',
    ...(store && { STORE_URL: store }), ...Object.fromEntries(extra.split(',').filter(Boolean).map(x => x.split('='))) };
  // flags go before --import: wrap is command + args up to execPath; use a shim
  const wrap = ['taskset', '-c', '0'];
  const s = flags ? await withFlags(flags, `${dist || 'dist'}/main.js`, env, wrap) : await spawnServer(`${dist || 'dist'}/main.js`, env, wrap, `Bearer ${KEY}`);
  servers.push({ name, s });
}
async function withFlags(flags, script, env, wrap) {
  const saved = process.execPath;
  // ["env", "node", flags...] : wrap ends with node + flags, execPath becomes first flag
  const list = flags.split(' ');
  process.execPath = list.pop();
  try { return await spawnServer(script, env, [...wrap, saved, ...list], `Bearer ${KEY}`); } finally { process.execPath = saved; }
}
let asked = 0;
async function ask(s, kind, count) {
  const from = kind === 'live' ? 1000 + asked : 0;
  if (kind === 'live') asked += count;
  const before = (await s.usage()).cpuUs;
  generator.send({ port: s.port, authorization: s.authorization, kind, from, count, connections: 64 });
  await once(generator, 'message');
  return ((await s.usage()).cpuUs - before) / count;
}
const list = kinds.split(',');
for (const { s } of servers) { for (let i = 0; i < 12; i += 1) await ask(s, 'live', 1000);
  if (list.includes('record') && s.authorization) { generator.send({ port: s.port, authorization: s.authorization, kind: 'live', from: 0, count: 1000, connections: 64 }); await once(generator, 'message'); }
  for (const k of list) if (s.authorization || k === 'live') for (let i = 0; i < 3; i += 1) await ask(s, k, 2000); }
const out = {};
for (let r = 0; r < rounds; r += 1)
  for (const k of list) for (const { name, s } of servers) if (s.authorization || k === 'live') ((out[k] ??= {})[name] ??= []).push(await ask(s, k, +questions));
for (const [k, by] of Object.entries(out)) {
  const base = Object.values(by)[0];
  for (const [name, v] of Object.entries(by)) {
    const sorted = v.toSorted((a, b) => a - b);
    const ratios = v.map((x, i) => x / base[i]).toSorted((a, b) => a - b);
    console.log(k.padEnd(12), name.padEnd(24), 'med', sorted[sorted.length >> 1].toFixed(1), 'min', sorted[0].toFixed(1), 'ratio', ratios[ratios.length >> 1].toFixed(3));
  }
}
for (const { name, s } of servers) console.log(name, 'rss', (await s.usage()).peakRssMb.toFixed(0));
for (const { s } of servers) s.child.kill('SIGKILL');
generator.kill(); upstream.close(); process.exit(0);
