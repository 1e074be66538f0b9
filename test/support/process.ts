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
const running = new Set<Spawned>();

afterEach(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await Promise.all([...running].map(({ exited }) => exited));
});

/** A server process of the built code, listening; killed with the test. Rejects with its output if it ends before. */
export async function startProcess(options: ProcessOptions): Promise<TestProcess> {
  const { child, output, exited, onLine } = spawnServer(options);
  const origin = await new Promise<string>((resolve, reject) => {
    onLine(line => {
      const url = /http:\/\/[\w.:[\]]+(?=\/graphql)/.exec(line)?.[0];
      if (url) resolve(url);
    });
    void exited.then(() => reject(new Error(`it ended before it listened:\n${output.join('\n')}`)));
  });
  const agent = new Agent({ connections: 256 });
  void exited.then(() => agent.destroy());
  return {
    pid: child.pid!,
    origin,
    output,
    exited,
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
}

/** The same for a process that is to end by itself; killed with the test if it does not. */
export async function runProcess(options: ProcessOptions) {
  const { output, exited } = spawnServer(options);
  return { output, ...(await exited) };
}

type Spawned = ReturnType<typeof spawnServer>;

function spawnServer({ env, entry = 'main.js' }: ProcessOptions) {
  const child = spawn(process.execPath, [dist + entry], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  const stdout = createInterface(child.stdout).on('line', line => output.push(line));
  createInterface(child.stderr).on('line', line => output.push(line));
  // 'close' and not 'exit': only then has everything that it printed been read.
  const exited = once(child, 'close').then(([code, signal]: (number | NodeJS.Signals | null)[]) => {
    running.delete(spawned);
    return { code: code as number | null, signal: signal as NodeJS.Signals | null };
  });
  const spawned = {
    child,
    output,
    exited,
    onLine: (seen: (line: string) => void) => stdout.on('line', seen),
  };
  running.add(spawned);
  return spawned;
}
