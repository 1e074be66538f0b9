import { afterEach } from '@jest/globals';
import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Agent, request } from 'undici';
import { compiledOff } from './compiled.ts';

export interface TestProcess {
  readonly pid: number;
  /** http://127.0.0.1:PORT, once it listens. */
  readonly origin: string;
  /** Everything it printed, line by line. */
  readonly output: string[];
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  signal(name: NodeJS.Signals): void;
  /** Resolves with the first line that matches, printed already or to come; rejects with the output if it ends before. */
  line(pattern: RegExp): Promise<string>;
  gql(query: string, variables?: Record<string, unknown>, headers?: Record<string, string>): Promise<any>;
  /** The page of its counters; null once it has ended. */
  metrics(): Promise<string | null>;
}

export interface ProcessOptions {
  readonly env: Record<string, string>;
  /** A file of dist: `main.js`, or `sandbox/main.js`. */
  readonly entry?: string;
  /** Of the program. */
  readonly args?: readonly string[];
  /** Options of node itself. */
  readonly nodeOptions?: readonly string[];
  /** Under a terminal of its own, made by `script` of util-linux. */
  readonly terminal?: boolean;
}

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const LISTENING = /http:\/\/[\w.:[\]]+(?=\/graphql)/;
const running = new Set<Spawned>();

afterEach(async () => {
  for (const { child } of running) child.kill('SIGKILL');
  await Promise.all([...running].map(({ exited }) => exited));
});

/** A server process of the built code, listening; killed with the test. Rejects with its output if it ends before. */
export async function startProcess(options: ProcessOptions): Promise<TestProcess> {
  const { child, output, exited, line } = spawnServer(options);
  const origin = LISTENING.exec(await line(LISTENING))![0];
  const agent = new Agent({ connections: 1024 });
  let ended = false;
  void exited.then(() => {
    ended = true;
    return agent.destroy();
  });
  return {
    pid: child.pid!,
    origin,
    output,
    exited,
    line,
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
    metrics: async () =>
      ended ? null : (await request(`${origin}/metrics`, { dispatcher: agent })).body.text(),
  };
}

/** The same for a process that is to end by itself; killed with the test if it does not. */
export async function runProcess(options: ProcessOptions) {
  const { output, exited } = spawnServer(options);
  return { output, ...(await exited) };
}

type Spawned = ReturnType<typeof spawnServer>;

function spawnServer({ env, entry = 'main.js', args = [], nodeOptions = [], terminal }: ProcessOptions) {
  const command = [process.execPath, ...nodeOptions, dist + entry, ...args];
  const quoted = command.map(word => `'${word}'`).join(' ');
  const [file = '', ...rest] = terminal ? ['script', '-qec', `exec ${quoted}`, '/dev/null'] : command;
  const child = spawn(file, rest, {
    env: { PATH: process.env['PATH'], COMPILED_OPERATIONS: String(!compiledOff), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  const printed = new EventEmitter();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', text => {
      output.push(text);
      printed.emit('line', text);
    });
  }
  // 'close' and not 'exit': only then has everything that it printed been read.
  const exited: TestProcess['exited'] = once(child, 'close').then(([code, signal]) => {
    running.delete(spawned);
    return { code, signal };
  });
  const line = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = (text: string) => pattern.test(text) && resolve(text);
      printed.on('line', look);
      output.forEach(look);
      void exited.then(() => reject(new Error(`it ended without ${pattern}:\n${output.join('\n')}`)));
    });
  const spawned = { child, output, exited, line };
  running.add(spawned);
  return spawned;
}
