// npm run bench:guards: what callers' authentication, the limits and the log cost a live question, in CPU of the server
// process. Authentication and log can be switched off, so they are measured on whole servers in turn; the limits cannot,
// so their two calls are timed alone, in the same run. Writes bench/guards.md.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { MemoryStore } from '../dist/store/memoryStore.js';
import { Hmac } from '../dist/verification/hmac.js';
import { Limits } from '../dist/verification/limits.js';
import { CONNECTIONS, inTurn, median, startPaystar, startServer } from './measure.mjs';

const ROUNDS = 9;
const QUESTIONS = 2000;
const KEY = 'a-caller-of-the-benchmark-0123456789';
const MOST_US = 25;
const MOST_SHARE = 0.15;

const paystar = await startPaystar();
const sha256 = createHash('sha256').update(KEY).digest('hex');
const servers = {
  off: await startServer(paystar, { AUTH_DISABLED: 'true', LOG_LEVEL: 'fatal' }),
  on: await startServer(
    paystar,
    { AUTH_API_KEYS: `bench:${sha256}`, LOG_LEVEL: 'info' },
    { authorization: `Bearer ${KEY}` },
  ),
};
const figures = await inTurn(servers, { rounds: ROUNDS, questions: QUESTIONS, warmUp: 4000 });
for (const server of Object.values(servers)) server.child.kill('SIGTERM');
await paystar.close();
const limits = await limitsUs();

const off = median(figures.off.map(({ cpu }) => cpu));
const guards = median(figures.on.map(({ cpu }, round) => cpu - figures.off[round].cpu));
const all = guards + limits;
const most = Math.max(MOST_US, MOST_SHARE * (off + all));
const text = [
  '# What the guards cost',
  '',
  `Written by \`npm run bench:guards\`: live questions, all different, ${CONNECTIONS} connections, ${ROUNDS} rounds of ${QUESTIONS} for each server`,
  `in turn; ${cpus().length} cores, Node ${process.versions.node}. CPU of the server process; differences are medians of the rounds' differences.`,
  '',
  '| what | CPU µs a question |',
  '| ---- | ----------------- |',
  `| a question without authentication and log | ${off.toFixed(0)} |`,
  `| authentication by API key, and the log at info | ${guards.toFixed(1)} |`,
  `| rate, subject limit and both budgets, in memory, alone | ${limits.toFixed(1)} |`,
  `| guards together; allowed: 25 µs or 15 % | ${all.toFixed(1)} of ${most.toFixed(0)}: ${all <= most ? 'holds' : 'missed'} |`,
  '',
].join('\n');
writeFileSync(new URL('guards.md', import.meta.url), text);
process.stdout.write(text);

async function limitsUs() {
  const store = new MemoryStore();
  const some = 1_000_000_000;
  const limits = new Limits({
    ratePerMinute: some,
    subjectPerDay: some,
    dailyBudgetPerCaller: some,
    dailyBudget: some,
    hmac: new Hmac(Buffer.alloc(32, 7)),
    insurance: store,
    now: Date.now,
  });
  const rounds = [];
  for (let round = 0; round < 7; round += 1) {
    const before = process.cpuUsage();
    for (let question = 0; question < 20_000; question += 1) {
      await limits.request(store, 'caller bench');
      await limits.question(store, 'bench', String(1_000_000_000 + question));
    }
    const { user, system } = process.cpuUsage(before);
    rounds.push((user + system) / 20_000);
  }
  return median(rounds);
}
