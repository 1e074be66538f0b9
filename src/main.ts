import { setFlagsFromString } from 'node:v8';
import { ListenError, buildApp } from './app.ts';
import type { App } from './app.ts';
import { ConfigError, readConfig } from './config.ts';
import type { Config } from './config.ts';
import { describeError } from './log.ts';
import { createLog } from './pinoLog.ts';
import { StoreSettingError } from './store/openStore.ts';

/** sysexits.h: EX_CONFIG. */
const EXIT_CONFIG = 78;

// V8 puts objects among the old ones from the start when it has seen others from the same place grow old. In compiled
// operations it is mistaken, and each then holds its whole finished request until the next full collection: without this
// a collection of the young takes four times as long, a question 15 % more CPU, the process 120 MB more.
setFlagsFromString('--no-allocation-site-pretenuring');

const config = readOrExit();
const log = createLog(config.logLevel);
for (const warning of config.warnings) log.warn('server', warning);
const { app, port } = await startOrExit();
// Before anybody is told that we listen: a signal that comes at once must find its handler.
let stopping = false;
process.on('SIGTERM', () => stop('SIGTERM', 0));
process.on('SIGINT', () => stop('SIGINT', 0));
process.on('uncaughtException', error => crash(error));
process.on('unhandledRejection', error => crash(error));

log.info('server', 'listening', { url: `http://${config.host}:${port}/graphql` });
const metricsPort = app.metricsPort();
if (metricsPort !== null) {
  log.info('server', 'metrics are open to all on a port of their own', {
    url: `http://${config.host}:${metricsPort}/metrics`,
  });
}

/** Drains, then exits with `code`; a second signal exits at once. */
function stop(reason: string, code: number): void {
  if (stopping) process.exit(code || 130);
  stopping = true;
  log.info('server', 'stopping; a second signal stops at once', { state: reason });
  app.close().then(
    () => process.exit(code),
    () => process.exit(1),
  );
}

/** A state that nobody foresaw cannot be trusted for long, but what was paid for is still answered and recorded. */
function crash(error: unknown): void {
  log.error('server', 'an uncaught fault; please report it. Draining.', { cause: describeError(error) });
  if (!stopping) stop('uncaught', 1);
}

async function startOrExit(): Promise<{ app: App; port: number }> {
  try {
    const app = await buildApp(config, { log });
    return { app, port: await app.listen() };
  } catch (error) {
    if (!(error instanceof StoreSettingError || error instanceof ListenError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
}

function readOrExit(): Config {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
}
