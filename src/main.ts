import { buildApp } from './app.ts';
import type { App } from './app.ts';
import { ConfigError, readConfig } from './config.ts';
import type { Config } from './config.ts';
import { createLog } from './pinoLog.ts';
import { StoreSettingError } from './store/openStore.ts';

/** sysexits.h: EX_CONFIG. */
const EXIT_CONFIG = 78;

const config = readOrExit();
const log = createLog(config.logLevel);
for (const warning of config.warnings) log.warn('server', warning);
if (config.auth.disabled) {
  log.warn(
    'server',
    'AUTH_DISABLED=true: whoever reaches this server may ask, and every question costs money',
  );
}
const app = await buildOrExit();
const port = await app.listen();
log.info('server', 'listening', { url: `http://${config.host}:${port}/graphql` });

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    log.info('server', 'stopping', { state: signal });
    app.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
}

async function buildOrExit(): Promise<App> {
  try {
    return await buildApp(config, { log });
  } catch (error) {
    if (!(error instanceof StoreSettingError)) throw error;
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
