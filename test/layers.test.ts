import { expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

it.each([
  ['src/paystar/x.ts', '../http/server.ts'],
  ['src/paystar/x.ts', 'graphql'],
  ['src/store/x.ts', '../paystar/client.ts'],
  ['src/verification/x.ts', 'undici'],
  ['src/verification/x.ts', '../graphql/schema.ts'],
  ['src/graphql/x.ts', 'fastify'],
  ['src/http/x.ts', 'keyv'],
  ['src/errors/x.ts', '../store/store.ts'],
  ['src/sandbox/x.ts', '../log.ts'],
])('the linter refuses that %s imports %s', (file, imported) => {
  const copy = mkdtempSync(join(tmpdir(), 'layers-'));
  try {
    mkdirSync(join(copy, file, '..'), { recursive: true });
    for (const name of ['.oxlintrc.json', 'tsconfig.json']) cpSync(join(root, name), join(copy, name));
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    writeFileSync(join(copy, file), `export * as x from '${imported}';\n`);
    const { status, stdout } = spawnSync(join(root, 'node_modules/.bin/oxlint'), ['src'], {
      cwd: copy,
      encoding: 'utf8',
    });
    expect(stdout).toContain('no-restricted-imports');
    expect(status).not.toBe(0);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});
