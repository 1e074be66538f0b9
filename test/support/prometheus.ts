import { afterEach } from '@jest/globals';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { freePort } from './redis.ts';

/** Whether Debian's prometheus is there. Without it the tests skip with a loud line, and in CI they fail. */
export const hasPrometheus = ['prometheus', 'promtool'].every(
  name => spawnSync(name, ['--version']).status === 0,
);
if (!hasPrometheus) {
  if (process.env['CI'] === 'true') throw new Error('prometheus is missing: apt-get install prometheus');
  console.warn('SKIPPED: the tests that need a real Prometheus; install prometheus to run them');
}

export interface TestPrometheus {
  /** GET of its API; `data` of the answer. Throws for an answer that is an error. */
  api(path: string, query?: Record<string, string>): Promise<any>;
  /** Resolves when it has scraped every target with success, and evaluated its rules, at least twice more. */
  caughtUp(): Promise<void>;
  /** When it last evaluated its rules; ms since the epoch. */
  evaluatedAt(): Promise<number>;
}

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(close => close()));
});

/**
 * A real Prometheus on a private port, with the text of a rule file, that scrapes these jobs (name to host:port) and
 * evaluates four times a second; ends with the test.
 */
export async function startPrometheus(jobs: Record<string, string>, rules: string): Promise<TestPrometheus> {
  const dir = mkdtempSync(join(tmpdir(), 'prometheus-'));
  const port = await freePort();
  const config = {
    global: { scrape_interval: '250ms', scrape_timeout: '250ms', evaluation_interval: '250ms' },
    rule_files: ['rules.yml'],
    scrape_configs: Object.entries(jobs).map(([name, target]) => ({
      job_name: name,
      static_configs: [{ targets: [target] }],
    })),
  };
  writeFileSync(join(dir, 'rules.yml'), rules);
  writeFileSync(join(dir, 'prometheus.yml'), JSON.stringify(config)); // JSON is YAML
  const args = [`--config.file=${join(dir, 'prometheus.yml')}`, `--storage.tsdb.path=${join(dir, 'data')}`];
  const child = spawn('prometheus', [...args, `--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  open.push(async () => {
    child.kill('SIGKILL');
    await exited;
    rmSync(dir, { recursive: true, force: true });
  });
  const origin = `http://127.0.0.1:${port}`;
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`prometheus ended with ${child.exitCode}`);
    return (await request(`${origin}/-/ready`).catch(() => null))?.statusCode === 200;
  });
  const api: TestPrometheus['api'] = async (path, query = {}) => {
    const reply = await request(`${origin}/api/v1/${path}`, { query });
    const { status, error, data } = (await reply.body.json()) as {
      status: string;
      error?: string;
      data: any;
    };
    if (status !== 'success') throw new Error(`${path} ${JSON.stringify(query)}: ${error}`);
    return data;
  };
  const value = async (query: string) => Number((await api('query', { query })).result[0]?.value[1] ?? 0);
  const scrapes = () => value('min(sum_over_time(up[1h]))');
  const evaluatedAt = async () => Date.parse((await api('rules')).groups[0]?.lastEvaluation ?? 0);
  return {
    api,
    evaluatedAt,
    caughtUp: async () => {
      const before = await scrapes();
      const startedAt = Date.now();
      await until(async () => (await scrapes()) >= before + 2 && (await evaluatedAt()) > startedAt + 500);
    },
  };
}

/** Asks until it is so; there is nothing else that would tell. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(50);
}
