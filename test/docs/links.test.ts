import { expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DOCUMENTS, readDocument } from './blocks.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

it.each([...DOCUMENTS, 'README.fa.md', 'CHANGELOG.md'])('every link of %s leads somewhere', file => {
  for (const [, target] of readDocument(file).matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
    const [path, anchor] = target.split('#');
    const to = path ? join(dirname(file), path) : file;
    expect([file, target, existsSync(join(root, to))]).toEqual([file, target, true]);
    if (anchor) expect(anchorsOf(to)).toContain(anchor);
  }
});

it('docs/operations.md has a section for each alert', () => {
  expect(anchorsOf('docs/operations.md')).toEqual(
    expect.arrayContaining([
      'key-cannot-be-refreshed',
      'wallet-empty',
      'mismatch-rate',
      'unknown-outcomes',
      'error-ratio',
      'saturation',
    ]),
  );
});

/** As GitHub makes them. */
function anchorsOf(file: string): string[] {
  const headings = [...readDocument(file).matchAll(/^#+ (.*)$/gm)];
  return headings.map(([, text]) =>
    text
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
}
