import { ListenError, buildApp } from '../app.ts';
import { ConfigError, readConfig } from '../config.ts';
import type { Config } from '../config.ts';
import { createLog } from '../pinoLog.ts';
import { greeting } from './greeting.ts';
import { SANDBOX_CREDENTIALS, startSandboxPaystar } from './paystar.ts';

const EXIT_CONFIG = 78;
const given = process.env['PAYSTAR_APPLICATION_ID'] || process.env['PAYSTAR_APPLICATION_ID_FILE'];
if (given !== undefined && given !== '' && !given.startsWith('sandbox-')) {
  process.stderr.write(
    'Live credentials are set (PAYSTAR_APPLICATION_ID): the sandbox does not start beside them. Unset them, or run npm start.\n',
  );
  process.exit(EXIT_CONFIG);
}

const paystar = await startSandboxPaystar();
paystar.ledger.keep = false; // nobody reads the bodies here, and a sandbox may run for weeks
const config = readOrExit();
const app = await buildApp(config, { log: createLog(config.logLevel) });
const port = await app.listen().catch(exitUnlessTold);
process.stdout.write(greeting(`http://${config.host}:${port}/graphql`, process.stdout.isTTY));

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void app
      .close()
      .then(() => paystar.close())
      .finally(() => process.exit(0));
  });
}

function exitUnlessTold(error: unknown): never {
  if (!(error instanceof ListenError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(EXIT_CONFIG);
}

function readOrExit(): Config {
  try {
    return readConfig({
      LOG_LEVEL: 'warn',
      // Whoever tries things out asks about the same few people again and again, and pays nothing for it.
      ...(process.env['SUBJECT_LIMIT_PER_DAY_FILE'] ? {} : { SUBJECT_LIMIT_PER_DAY: '1000' }),
      ...process.env,
      PAYSTAR_APPLICATION_ID: SANDBOX_CREDENTIALS.applicationId,
      PAYSTAR_APPLICATION_ID_FILE: '',
      PAYSTAR_ACCESS_PASSWORD: SANDBOX_CREDENTIALS.accessPassword,
      PAYSTAR_ACCESS_PASSWORD_FILE: '',
      PAYSTAR_REFRESH_TOKEN: SANDBOX_CREDENTIALS.refreshToken,
      PAYSTAR_REFRESH_TOKEN_FILE: '',
      PAYSTAR_BASE_URL: paystar.url,
      PAYSTAR_REFRESH_URL: '',
      PAYSTAR_REFRESH_URL_FILE: '',
      PAYSTAR_API_KEY: '',
      PAYSTAR_API_KEY_FILE: '',
      PAYSTAR_BASE_URL_FILE: '',
      PAYSTAR_PROXY_URL: '',
      PAYSTAR_PROXY_URL_FILE: '',
      AUTH_DISABLED: process.env['AUTH_API_KEYS'] || process.env['AUTH_JWKS_URL'] ? 'false' : 'true',
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
}
