// npm run bench:profile [-- KIND]: where the CPU time of a request goes, by package, from a CPU profile of the server under
// the load of `npm run bench`. STORE_URL and other settings of the environment are passed on.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnOurs } from './measure.mjs';
import { startUpstream } from './upstream.mjs';

const kind = process.argv[2] ?? 'live';
const [WARM_UP, QUESTIONS, CONNECTIONS] = [10_000, 30_000, 64];
const folder = mkdtempSync(join(tmpdir(), 'profile-'));
const upstream = await startUpstream(['taskset', '-c', '1']);
const generator = fork(fileURLToPath(new URL('load.mjs', import.meta.url)));
const { STORE_URL = 'memory:', COMPILED_OPERATIONS = 'true' } = process.env;
const env = { STORE_URL, COMPILED_OPERATIONS, NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` };
const server = await spawnOurs(upstream, env, ['taskset', '-c', '0']);

async function ask(order) {
  generator.send({
    port: server.port,
    authorization: server.authorization,
    connections: CONNECTIONS,
    ...order,
  });
  await once(generator, 'message');
}
await ask({ kind: 'live', from: 0, count: WARM_UP });
if (kind !== 'live') await ask({ kind, from: 0, count: WARM_UP });
const before = (await server.usage()).cpuUs;
await ask({ kind, from: WARM_UP, count: QUESTIONS });
const spent = (await server.usage()).cpuUs - before;
server.child.kill('SIGTERM');
await once(server.child, 'exit');
generator.kill();
upstream.close();

const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, readdirSync(folder)[0]), 'utf8'));
rmSync(folder, { recursive: true });
const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
const packages = new Map();
const functions = new Map();
// From the end: the last questions are those that were measured, in a server that is warm.
let left = spent;
for (let index = samples.length - 1; index >= 0 && left > 0; index -= 1) {
  const { functionName, url } = frames.get(samples[index]);
  if (functionName === '(idle)' || functionName === '(program)') continue;
  left -= timeDeltas[index];
  const name = packageOf(url, functionName);
  packages.set(name, (packages.get(name) ?? 0) + timeDeltas[index]);
  const label = `${functionName || '(anonymous)'} ${name}`;
  functions.set(label, (functions.get(label) ?? 0) + timeDeltas[index]);
}
print('by package', packages, 25);
print('by function', functions, Number(process.env.TOP ?? 40));
process.stdout.write(`${(spent / QUESTIONS).toFixed(0)} us of CPU a request, profiler on\n`);

function packageOf(url, functionName) {
  if (url === '') return functionName === '(garbage collector)' ? 'garbage collection' : 'V8 and native';
  if (url.startsWith('node:')) return `node: ${url.slice(5).split('/').slice(0, 3).join('/')}`;
  const parts = url.split('/node_modules/');
  if (parts.length > 1)
    return parts
      .at(-1)
      .split('/')
      .slice(0, parts.at(-1).startsWith('@') ? 2 : 1)
      .join('/');
  return `ours: ${url.split('/dist/')[1] ?? url}`;
}

function print(title, times, most) {
  const total = [...times.values()].reduce((sum, value) => sum + value, 0);
  process.stdout.write(`${title}\n`);
  const sorted = [...times].toSorted((a, b) => b[1] - a[1]).slice(0, most);
  for (const [name, value] of sorted)
    process.stdout.write(
      `${((100 * value) / total).toFixed(1).padStart(5)} %  ${(value / QUESTIONS).toFixed(1).padStart(6)} us  ${name}\n`,
    );
}
