// npm run bench:store: what each store adds to a live question, in CPU of the server process and in time. One run, the
// stores in turn and repeatedly, so that a machine that slows down slows them all. Writes bench/store.md.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONNECTIONS, freePort, inTurn, median, startPaystar, startServer } from './measure.mjs';

const ROUNDS = 5;
const QUESTIONS = 2000;

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const paystar = await startPaystar();
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

try {
  const servers = {};
  for (const [name, STORE_URL] of Object.entries(stores))
    servers[name] = await startServer(paystar, { AUTH_DISABLED: 'true', STORE_URL });
  report(await inTurn(servers, { rounds: ROUNDS, questions: QUESTIONS, warmUp: 2000 }));
  for (const server of Object.values(servers)) server.child.kill('SIGTERM');
} finally {
  redis.kill();
  await paystar.close();
  rmSync(folder, { recursive: true, force: true });
}

function report(figures) {
  const rows = Object.entries(figures).map(([name, rounds]) => {
    const middle = figure => median(rounds.map(round => round[figure]));
    const ratio = median(rounds.map((round, index) => round.cpu / figures.memory[index].cpu));
    return `| ${name} | ${middle('cpu').toFixed(0)} | ${ratio.toFixed(2)} | ${middle('p50').toFixed(2)} | ${middle('p99').toFixed(2)} |`;
  });
  const text = [
    '# What each store adds',
    '',
    `Written by \`npm run bench:store\`: live questions, all different, ${CONNECTIONS} connections, ${ROUNDS} rounds of ${QUESTIONS} for each`,
    `store in turn, medians; ${cpus().length} cores, Node ${process.versions.node}. Load generator, Paystar and Redis share the cores`,
    'with the server: read the ratios, not the absolute times.',
    '',
    '| store | CPU µs a question, server process | ratio to memory | p50 ms | p99 ms |',
    '| ----- | --------------------------------- | --------------- | ------ | ------ |',
    ...rows,
    '',
  ].join('\n');
  writeFileSync(new URL('store.md', import.meta.url), text);
  process.stdout.write(text);
}
