import { ConfigError, readConfig } from '../config.ts';
import type { Config } from '../config.ts';
import { StoreSettingError } from '../store/openStore.ts';
import { examine } from './doctor.ts';
import { createReport } from './report.ts';

/** sysexits.h: EX_CONFIG, EX_USAGE. */
const EXIT_CONFIG = 78;
const EXIT_USAGE = 64;

const NOTICE = `This checks settings, store, the way to Paystar and, by one refresh of the API key, the credentials. It costs nothing.
Paystar may end the key of running instances with that refresh. The new one goes into the store of STORE_URL, where instances
that share it find it; any other gets a new one by itself at its next question. To leave it out: npm run doctor -- --no-refresh
`;

const write = (line: string) => void process.stdout.write(`${line}\n`);
const args = process.argv.slice(2);
if (args.some(arg => arg !== '--no-refresh')) {
  process.stderr.write('Usage: npm run doctor [-- --no-refresh]\n');
  process.exit(EXIT_USAGE);
}

const report = createReport(write);
const config = readOrExit();
write(NOTICE);
report.ok('settings', 'all can be used');
for (const warning of config.warnings) report.skip('settings', warning);
try {
  await examine(config, args.length === 0, report);
} catch (error) {
  if (!(error instanceof StoreSettingError)) throw error;
  failOnSettings(error);
}
process.exitCode = report.failed ? 1 : 0;

function readOrExit(): Config {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return failOnSettings(error);
  }
}

function failOnSettings(error: Error): never {
  report.fail('settings', error.message);
  process.exit(EXIT_CONFIG);
}
