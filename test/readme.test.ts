import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { SETTINGS } from '../src/config.ts';
import { MAGIC, magicCard, magicMobile } from '../src/sandbox/paystar.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const scripts = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).scripts;

/** The cells of the table whose header begins with this cell. */
function table(header: string): string[][] {
  const lines = readme.split('\n');
  const start = lines.findIndex(line => line.startsWith(`| ${header} `));
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map(line =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map(cell => cell.trim().replaceAll('`', '')),
  );
}

it('README.md has every setting with its default, and no other', () => {
  const told = table('setting').map(([name, value]) => [name, value]);
  expect(told).toEqual(
    SETTINGS.map(({ name, required, default: value }) => [name, required ? 'required' : (value ?? '–')]),
  );
});

it('README.md has every magic input of the sandbox, and no other', () => {
  const told = table('mobile number').map(([mobile, card]) => [mobile, card]);
  expect(told).toEqual(MAGIC.map(({ code }) => [magicMobile(code), magicCard(code)]));
});

it('README.md names only npm scripts that exist', () => {
  const named = [...readme.matchAll(/npm run ([\w:]+)/g)].map(match => match[1]);
  expect(named.filter(name => !Object.hasOwn(scripts, name))).toEqual([]);
});
