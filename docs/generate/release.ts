import { readFileSync, writeFileSync } from 'node:fs';
import { released, withVersion } from './changelog.ts';

/** Run by `npm version`, which has already written the new version: dates the changelog and takes it into the docs. */
const root = new URL('../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');
const write = (file: string, text: string) => writeFileSync(new URL(file, root), text);

const { version } = JSON.parse(read('package.json')) as { version: string };
write('CHANGELOG.md', released(read('CHANGELOG.md'), version, new Date().toISOString().slice(0, 10)));
write('docs/operations.md', withVersion(read('docs/operations.md'), version));
