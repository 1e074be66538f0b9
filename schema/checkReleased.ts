import { buildSchema, findBreakingChanges } from 'graphql';
import { readFileSync } from 'node:fs';
import { argv, exit, stderr } from 'node:process';

/** `npm run check:released`: what a caller of the released schema may send must still work. Exits with 1 if not. */
const [released, now] = argv.slice(2, 4).map(path => buildSchema(readFileSync(path, 'utf8')));
if (!released || !now) throw new Error('expected two files: the released schema, and the one of today');

const changes = findBreakingChanges(released, now);
if (changes.length > 0) {
  const lines = changes.map(({ type, description }) => `  ${type}: ${description}`);
  stderr.write(`The schema would break callers of the released one:
${lines.join('\n')}
Take it back, or accept it on purpose with npm run schema:release, and say so in the commit.
`);
  exit(1);
}
