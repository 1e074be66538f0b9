import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** What a block ends with that is to go on while the next ones are run. */
const SERVER = /(npm run sandbox|dist\/main\.js.*)$/;
/** Their ports in the documents; here each session has its own. */
const PORTS = ['4000', '9464'] as const;

/** A person at a shell in the project's folder who pastes one block after the other. */
export class Session {
  readonly folder = mkdtempSync(join(tmpdir(), 'docs-'));
  readonly #env: Record<string, string>;
  readonly #ports = new Map<string, number>();
  readonly #servers: ChildProcess[] = [];

  constructor(env: Record<string, string> = {}) {
    const bin = join(this.folder, '.bin');
    this.#env = { PATH: `${bin}:${root}node_modules/.bin:${process.env['PATH']}`, HOME: this.folder, ...env };
    for (const name of [
      'dist',
      'node_modules',
      'package.json',
      'package-lock.json',
      'schema',
      'src',
      'deploy',
    ]) {
      symlinkSync(join(root, name), join(this.folder, name));
    }
    mkdirSync(bin);
    writeFileSync(join(bin, 'npm'), NPM());
    chmodSync(join(bin, 'npm'), 0o755);
  }

  async open(): Promise<void> {
    for (const port of PORTS) this.#ports.set(port, await freePort());
  }

  /** Runs a block; its stdout. Rejects with stderr when a command of it fails. `typed` answers its prompts. */
  async run(text: string, typed: readonly string[] = []): Promise<string> {
    const isServer = SERVER.test(text);
    const child = spawn('bash', ['-euo', 'pipefail', '-c', this.#here(text)], {
      cwd: this.folder,
      env: {
        ...this.#env,
        PORT: String(this.#ports.get('4000')),
        METRICS_PORT: String(this.#ports.get('9464')),
        SHUTDOWN_DELAY_MS: '0',
      },
      detached: isServer,
      ...(isServer ? {} : { timeout: 20_000, killSignal: 'SIGKILL' as const }),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    child.stdout.on('data', chunk => (output += String(chunk)));
    child.stderr.on('data', chunk => (errors += String(chunk)));
    child.stdin.on('error', () => {}); // a command that reads nothing may have ended by now
    child.stdin.end(typed.map(line => `${line}\n`).join(''));
    if (isServer) {
      this.#servers.push(child);
      await this.#listening(child, () => errors);
      return output;
    }
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`exit code ${code}: ${errors}\n${text}`);
    return output;
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  async close(): Promise<void> {
    for (const child of this.#servers) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      process.kill(-child.pid!, 'SIGTERM');
      await ended;
    }
    rmSync(this.folder, { recursive: true });
  }

  #here(text: string): string {
    return PORTS.reduce(
      (all, port) => all.replaceAll(`127.0.0.1:${port}`, `127.0.0.1:${this.#ports.get(port)}`),
      text,
    );
  }

  async #listening(child: ChildProcess, errors: () => string): Promise<void> {
    const url = `http://127.0.0.1:${this.#ports.get('4000')}/health/live`;
    while (child.exitCode === null) {
      if (await fetch(url).then(reply => reply.ok, () => false)) return; // prettier-ignore
      await sleep(25);
    }
    throw new Error(`the server ended: ${errors()}`);
  }
}

/** npm as the documents use it, without building or installing what the tests run from. */
function NPM(): string {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const direct = (name: string) => `exec ${scripts[name].replace('npm run --silent build && ', '')} "$@"`;
  return `#!/bin/sh
[ "$1" = ci ] && exit 0
[ "$1" = run ] && shift
[ "$1" = --silent ] && shift
name=$1; shift
[ "$1" = -- ] && shift
case "$name" in
  build) exit 0 ;;
  start) ${direct('start')} ;;
  sandbox) ${direct('sandbox')} ;;
  keys:create) ${direct('keys:create')} ;;
  sbom) PATH="${root}node_modules/.bin:$\{PATH#*:*:}" && cd ${root} && ${direct('sbom')} ;;
  *) echo "the documents' tests do not know npm run $name" >&2; exit 1 ;;
esac
`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}
