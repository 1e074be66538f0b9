// npm run test:faults, npm run test:soak: every row of the list of faults against real processes, in full length, as a table of figures.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const soak = process.argv[2] === 'soak';
const TABLE = fileURLToPath(new URL(soak ? 'soak.md' : 'faults.md', import.meta.url));
const suites = soak ? ['test/faults/soak'] : ['test/cluster', 'test/faults'];
const folder = mkdtempSync(join(tmpdir(), 'faults-'));
const out = join(folder, 'figures');
writeFileSync(out, '');
const startedAt = Date.now();
const { status } = spawnSync('npx', ['jest', ...suites], {
  stdio: 'inherit',
  env: {
    ...process.env,
    NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
    FAULTS: 'all',
    FAULTS_OUT: out,
  },
});
const lines = readFileSync(out, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map(line => JSON.parse(line));
const figures = [...lines.filter(({ damage }) => !damage), ...overall(lines.filter(({ damage }) => damage))];
rmSync(folder, { recursive: true });
const rows = figures.map(
  ({ fault, expected, measured, ok }) =>
    `| ${fault} | ${expected} | ${measured} | ${ok ? 'yes' : '**no**'} |`,
);
const failed = figures.filter(({ ok }) => !ok).length;
const text = `# ${soak ? 'Soak' : 'Faults'}

Written by \`npm run test:${soak ? 'soak' : 'faults'}\` on ${new Date().toISOString().slice(0, 10)}: Node ${process.version}, ${cpus().length} cores, ${Math.round((Date.now() - startedAt) / 1000)} s.
${figures.length - failed} of ${figures.length} figures as expected; the tests ended with ${status === 0 ? 'no failure' : 'failures'}.

| fault | expected | measured | ok |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
writeFileSync(TABLE, text);
spawnSync('npx', ['prettier', '--log-level', 'warn', '--write', TABLE], { stdio: 'inherit' });
process.stdout.write(`\n${readFileSync(TABLE, 'utf8')}`);
process.exit(status === 0 && failed === 0 ? 0 : 1);

/** The damage of all faults together: each must be nought. */
function overall(audits) {
  const questions = audits.reduce((sum, audit) => sum + audit.questions, 0);
  const count = name => audits.reduce((sum, { damage }) => sum + damage[name], 0);
  return [
    ['paidTwice', 'questions paid twice'],
    ['lost', 'answers lost after payment'],
    ['hung', 'requests hung beyond the deadline'],
    ['unhandled', 'unhandled rejections'],
    ['miscounted', "charges in Paystar's ledger that our counters miss, or the reverse"],
  ].map(([name, fault]) => ({
    fault: `all audited faults, ${questions} questions: ${fault}`,
    expected: '0',
    measured: `${count(name)}`,
    ok: count(name) === 0,
  }));
}
