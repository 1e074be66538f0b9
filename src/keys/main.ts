import { CALLER_NAME } from '../config.ts';
import { createKey } from './createKey.ts';

/** sysexits.h: EX_USAGE. */
const EXIT_USAGE = 64;

const [name, ...more] = process.argv.slice(2);
const checked = CALLER_NAME.safeParse(name);
if (more.length > 0 || !checked.success) {
  process.stderr.write(`Usage: npm run keys:create -- NAME\nNAME: ${CALLER_NAME.description}\n`);
  process.exit(EXIT_USAGE);
}

const { key, entry } = createKey(checked.data);
// Two lines for programs on stdout, words for people on stderr.
process.stdout.write(`${key}\n${entry}\n`);
process.stderr.write(`
The first line is the key of ${checked.data}. It is shown this once and stored nowhere: hand it over on a safe way. It is
sent as "Authorization: Bearer KEY".
The second line is for the server: add it to AUTH_API_KEYS, comma-separated, and restart.
To replace a key, list the old and the new line side by side, and take the old one out when the caller has changed over.
`);
