import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { SETTINGS } from '../src/config.ts';
import { MAGIC, magicCard, magicMobile } from '../src/sandbox/paystar.ts';
import { readme, readmeTable } from './support/readme.ts';

const scripts = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).scripts;

const rows = (header: string) => readmeTable(header).slice(1);

it('README.md has every setting with its default, and no other', () => {
  const told = rows('setting').map(([name, value]) => [name, value]);
  expect(told).toEqual(
    SETTINGS.map(({ name, required, default: value }) => [name, required ? 'required' : (value ?? '–')]),
  );
});

it('README.md has every magic input of the sandbox, and no other', () => {
  const told = rows('mobile number').map(([mobile, card]) => [mobile, card]);
  expect(told).toEqual(MAGIC.map(({ code }) => [magicMobile(code), magicCard(code)]));
});

it('README.md names only npm scripts that exist', () => {
  const named = [...readme.matchAll(/npm run ([\w:]+)/g)].map(match => match[1]);
  expect(named.filter(name => !Object.hasOwn(scripts, name))).toEqual([]);
});
