import { afterEach } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Agent, request } from 'undici';

export interface TestProcess {
  readonly pid: number;
  /** http://127.0.0.1:PORT, once it listens. */
  readonly origin: string;
  /** Everything it printed, line by line. */
  readonly output: string[];
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  signal(name: NodeJS.Signals): void;
  gql(query: string, variables?: Record<string, unknown>, headers?: Record<string, string>): Promise<any>;
}

export interface ProcessOptions {
  readonly env: Record<string, string>;
  /** A file of dist: `main.js`, or `sandbox/main.js`. */
  readonly entry?: string;
}

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const running = new Set<TestProcess>();

afterEach(async () => {
  for (const child of running) child.signal('SIGKILL');
  await Promise.all([...running].map(child => child.exited));
  running.clear();
});

/** A server process of the built code, listening; killed with the test. */
export async function startProcess(options: ProcessOptions): Promise<TestProcess> {
  const { child, output, exited } = spawnServer(options);
  const origin = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on('line', line => {
      output.push(line);
      const url = /http:\/\/[\w.:[\]]+(?=\/graphql)/.exec(line)?.[0];
      if (url) resolve(url);
    });
    void exited.then(() => reject(new Error(`it ended before it listened:\n${output.join('\n')}`)));
  });
  const agent = new Agent({ connections: 256 });
  const result: TestProcess = {
    pid: child.pid!,
    origin,
    output,
    exited: exited.finally(() => void agent.destroy()),
    signal: name => void child.kill(name),
    gql: async (query, variables, headers = {}) => {
      const reply = await request(`${origin}/graphql`, {
        method: 'POST',
        dispatcher: agent,
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      });
      return reply.body.json();
    },
  };
  running.add(result);
  return result;
}

/** The same for a process that is to end by itself. */
export async function runProcess(options: ProcessOptions) {
  const { child, output, exited } = spawnServer(options);
  createInterface(child.stdout).on('line', line => output.push(line));
  return { output, ...(await exited) };
}

function spawnServer({ env, entry = 'main.js' }: ProcessOptions) {
  const child = spawn(process.execPath, [dist + entry], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  createInterface(child.stderr).on('line', line => output.push(line));
  const exited = once(child, 'exit').then(([code, signal]) => ({ code, signal }) as const);
  return { child, output, exited };
}
