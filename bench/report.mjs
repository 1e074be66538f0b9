// What `npm run bench` writes: medians, and the median of each round's ratio to the floor over as many connections.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { spawnSync } from 'node:child_process';
import { median } from './measure.mjs';

const FILE = new URL('results.md', import.meta.url);
const BY_HAND = '<!-- below: by hand, kept by the benchmark -->';
const NAMES = {
  floor: 'floor: bare `node:http` + undici',
  memory: 'this server, memory',
  uncompiled: 'this server, memory, COMPILED_OPERATIONS=false',
  sqlite: 'this server, SQLite',
  redis: 'this server, Redis',
  sqliteFull: 'this server, SQLite, a million records',
  redisFull: 'this server, Redis, a million records',
  mercurius: 'Mercurius + JIT, doing none of our work',
  apollo: 'Apollo standalone + fetch, doing none of our work',
};
const KINDS = {
  live: 'live question',
  record: 'answered from a record',
  refused: 'refused input',
  tokenStatus: 'tokenStatus',
};

export function writeResults({ rounds, lanes, servers, scaling, records }) {
  const floors = new Map(
    lanes.filter(({ server }) => server === 'floor').map(lane => [lane.connections, lane]),
  );
  const ratio = lane =>
    median(lane.rounds.map(({ cpu }, round) => cpu / floors.get(lane.connections).rounds[round].cpu));
  const find = (server, kind, connections = 64) =>
    lanes.find(lane => lane.server === server && lane.kind === kind && lane.connections === connections);
  const of = (...which) => ratio(find(...which));
  const full = kind =>
    median(
      find(`${kind}Full`, 'live').rounds.map(({ cpu }, round) => cpu / find(kind, 'live').rounds[round].cpu),
    );
  const scaled = figure => median(scaling.map(figure));
  const peak = servers.memory.peakRssMb / servers.floor.peakRssMb;
  const ready = servers.memory.ready.cpuUs / 1e6;
  const targets = [
    ['live question, memory', of('memory', 'live'), 1.5],
    ['live question over Mercurius + JIT in the same run', of('memory', 'live') / of('mercurius', 'live'), 1],
    ['live question, COMPILED_OPERATIONS=false', of('uncompiled', 'live'), 2.2],
    ['live question, Redis', of('redis', 'live'), 2],
    ['answered from a record', of('memory', 'record'), 1],
    ['refused input', of('memory', 'refused'), 0.7],
    [`${records} records in SQLite, over none`, full('sqlite'), 1.1],
    [`${records} records in Redis, over none`, full('redis'), 1.1],
    ['peak RSS over the floor’s', peak, 1.3],
    ['ready, CPU seconds', ready, 1],
  ];
  const text = `# What a request costs

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${versions()}. ${rounds} rounds,
all contenders in turn in each; every server alone on one core, load generator, upstream and Redis on the other. CPU is
user + system of the server's process; ratios are medians over the rounds of the ratio to the floor over as many
connections in the same round. Read ratios, not microseconds. In every run of a lane the upstream's count of calls was
the number of questions.

## Targets

| what | measured | at most | holds |
| --- | --- | --- | --- |
${targets.map(([what, is, most]) => `| ${what} | ${is.toFixed(2)} | ${most.toFixed(2)} | ${is <= most ? 'yes' : '**no**'} |`).join('\n')}

## All lanes

| server | asked | connections | × floor | CPU µs | requests/s | p50 ms | p99 ms |
| --- | --- | --- | --- | --- | --- | --- | --- |
${lanes.map(row).join('\n')}

## Start and memory

| server | CPU s to ready | RSS when ready, MB | peak RSS, MB |
| --- | --- | --- | --- |
${Object.entries(NAMES)
  .map(([key, name]) => [name, servers[key]])
  .map(
    ([name, { ready: at, peakRssMb }]) =>
      `| ${name} | ${(at.cpuUs / 1e6).toFixed(2)} | ${at.rssMb.toFixed(0)} | ${peakRssMb.toFixed(0)} |`,
  )
  .join('\n')}

## Two processes behind one Redis

One process with two cores at hand: ${scaled(({ one }) => one.rps).toFixed(0)} questions/s, ${scaled(({ one }) => one.cpu).toFixed(0)} µs of CPU a question; two processes:
${scaled(({ two }) => two.rps).toFixed(0)}/s, ${scaled(({ two }) => two.cpu).toFixed(0)} µs. On these two cores, which load generators, upstream and Redis need as well, that is
${scaled(({ one, two }) => two.rps / one.rps).toFixed(2)} times as many; by what a question costs, two processes with a core for each would do ${scaled(({ one, two }) => (2 * one.cpu) / two.cpu).toFixed(2)} times
as many as one.

${BY_HAND}
${byHand()}`;
  writeFileSync(FILE, text);
  spawnSync('npx', ['prettier', '--log-level', 'warn', '--write', FILE.pathname], { stdio: 'inherit' });
  process.stdout.write(readFileSync(FILE, 'utf8').split(BY_HAND)[0]);

  function row(lane) {
    const figure = name => median(lane.rounds.map(round => round[name]));
    const cells = [
      NAMES[lane.server],
      KINDS[lane.kind],
      lane.connections,
      ratio(lane).toFixed(2),
      figure('cpu').toFixed(0),
      figure('rps').toFixed(0),
      figure('p50').toFixed(1),
      figure('p99').toFixed(1),
    ];
    return `| ${cells.join(' | ')} |`;
  }
}

function byHand() {
  try {
    return (readFileSync(FILE, 'utf8').split(BY_HAND)[1] ?? '').trimStart();
  } catch {
    return '';
  }
}

function versions() {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  );
  const of = name => `${name} ${dependencies[name] ?? devDependencies[name]}`;
  return [
    `Node ${process.versions.node}, ${cpus().length} cores (${cpus()[0].model.trim()})`,
    ...['@apollo/server', 'fastify', 'graphql', 'graphql-jit', 'mercurius', 'undici'].map(of),
    spawnSync('nginx', ['-v'], { encoding: 'utf8' }).stderr.trim().replace('nginx version: ', ''),
  ].join(', ');
}
