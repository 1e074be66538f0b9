import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createKey } from '../../src/keys/createKey.ts';
import { startServer } from '../support/server.ts';
import { DOCUMENTS, blocksOf, isNotRun } from './blocks.ts';

const run = promisify(execFile);
const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'recipes-'));
const recipes = DOCUMENTS.flatMap(blocksOf).filter(block => block.language === 'ts' && !isNotRun(block));

/** Each recipe says in its first line what it is called; the others import it by that name. */
beforeAll(() => {
  for (const { text } of recipes) writeFileSync(join(folder, /^\/\/ (\w+\.ts)\n/.exec(text)![1]), text);
  copyFileSync(join(here, 'recipes.mjs'), join(folder, 'recipes.mjs'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  symlinkSync(root, join(modules, 'paystar-identity-graphql'));
  for (const name of ['graphql', '@graphql-typed-document-node'])
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('the recipes of README and docs/frontend.md compile under strict rules', async () => {
  const options = {
    strict: true,
    noEmit: true,
    target: 'es2024',
    module: 'nodenext',
    lib: ['es2024', 'dom'],
    types: [],
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    verbatimModuleSyntax: true,
    erasableSyntaxOnly: true,
    allowImportingTsExtensions: true,
  };
  const files = [...recipes.map(({ text }) => /\w+\.ts/.exec(text)![0]), `${here}shims/apollo.d.ts`];
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: options, files: [...files, `${here}shims/urql.d.ts`] }),
  );
  const { stdout } = await run(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '-p', folder], {
    env: {},
  }).catch((error: { stdout: string }) => error);
  expect(stdout).toBe('');
});

it('the recipes of docs/frontend.md do what they say against a server', async () => {
  const { key, entry } = createKey('web-app');
  const server = await startServer({ env: { AUTH_API_KEYS: entry } });
  const args = [join(folder, 'recipes.mjs'), `${server.origin}/graphql`, key];
  const { stdout } = await run(process.execPath, args, { env: {} });
  expect(JSON.parse(stdout)).toEqual({
    wrong: {
      code: 'BAD_USER_INPUT',
      next: 'correct',
      fields: { nationalId: expect.stringContaining('a digit is wrong') },
    },
    empty: { code: 'PAYSTAR_CREDIT_INSUFFICIENT', next: 'support', repeat: null },
    matched: true,
    element: { dir: 'rtl', lang: 'fa', textContent: expect.stringContaining('پذیرفته نشد') },
    waits: [1000, 2000, 4000],
    keys: 1,
    asked: 4,
    last: 'OVERLOADED',
    neverRepeat: null,
    late: null,
    soon: 7000,
    jalali: '۳ آذر ۱۴۰۵ ساعت ۱۲:۰۰',
  });
});
