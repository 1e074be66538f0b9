import { fileURLToPath } from 'node:url';
import { build, preview } from 'vite';
import type { InlineConfig } from 'vite';
import { startSandbox } from '../sandbox.ts';

/**
 * `npm run example:page`: the page, and behind its `/graphql` the sandbox, until Ctrl-C. With IDENTITY_ORIGIN, such as
 * http://127.0.0.1:4000, another server is behind it instead.
 */
const sandbox = process.env['IDENTITY_ORIGIN'] ? null : await startSandbox();
const target = process.env['IDENTITY_ORIGIN'] ?? new URL(sandbox!.url).origin;
const config: InlineConfig = {
  root: fileURLToPath(new URL('.', import.meta.url)),
  configFile: false,
  logLevel: 'warn',
  // One origin for the page and the server: no CORS to set.
  preview: { host: '127.0.0.1', port: Number(process.env['PORT'] ?? 4200), proxy: { '/graphql': target } },
};
await build(config);
const server = await preview(config);
process.stdout.write(`The page is at ${server.resolvedUrls?.local[0]}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    sandbox?.close();
    process.exit(0);
  });
}
