import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The built server with its sandbox Paystar, in a process of its own on a free port. */
export async function startSandbox(): Promise<{ url: string; close(): void }> {
  const sandbox = spawn(
    process.execPath,
    [fileURLToPath(new URL('../dist/sandbox/main.js', import.meta.url))],
    { env: { ...process.env, PORT: '0' }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return { url: await urlOf(sandbox.stdout), close: () => void sandbox.kill() };
}

/** Where the sandbox listens; it is read on after that, or a full pipe would stop it. */
function urlOf(output: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines = createInterface(output);
    lines.on('line', line => {
      const url = /http:\/\/\S+\/graphql/.exec(line)?.[0];
      if (url) resolve(url);
    });
    lines.on('close', () => reject(new Error('the sandbox ended')));
  });
}
