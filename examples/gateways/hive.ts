import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { composeSupergraph } from './apollo.ts';
import { FORWARDED } from './serve.ts';
import type { Running, Subgraphs } from './serve.ts';

/** Half a gigabyte, and so not in package.json: `npm run hive:install` puts it there. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = join(ROOT, 'node_modules/.cache/hive/node_modules/.bin/hive-gateway');

/** Hive Gateway, in a process of its own, over the same supergraph as Apollo's. */
export async function startHive(subgraphs: Subgraphs, port = 0): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), 'hive-'));
  const [supergraph, config] = [join(folder, 'supergraph.graphql'), join(folder, 'gateway.config.mjs')];
  await writeFile(supergraph, await composeSupergraph(subgraphs));
  await writeFile(config, CONFIG);
  const chosen = port || (await freePort());
  const options = ['--host', '127.0.0.1', '--port', String(chosen), '--config-path', config];
  const child = spawn(process.execPath, [PROGRAM, 'supergraph', supergraph, ...options], {
    cwd: folder,
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exited = once(child, 'exit');
  const close = async () => {
    child.kill('SIGKILL');
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  const ended = exited.then(() => Promise.reject(new Error('Hive Gateway ended; run npm run hive:install?')));
  await Promise.race([listening(child.stdout), ended]);
  return { url: `http://127.0.0.1:${chosen}/graphql`, close };
}

const CONFIG = `export const gatewayConfig = {
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }) =>
      Object.fromEntries(${JSON.stringify(FORWARDED)}.map(name => [name, request.headers.get(name) ?? undefined])),
  },
};
`;

/** Reads on after that, or a full pipe would stop the gateway. */
function listening(output: NodeJS.ReadableStream): Promise<void> {
  return new Promise(resolve => {
    createInterface(output).on('line', line => /listening on/i.test(line) && resolve());
  });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
