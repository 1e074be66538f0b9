import { afterAll, beforeEach, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'released-'));
const today = join(folder, 'schema/schema.graphql');

beforeEach(() => {
  mkdirSync(join(folder, 'schema'), { recursive: true });
  for (const file of ['schema.graphql', 'released.graphql'])
    cpSync(join(root, 'schema', file), join(folder, 'schema', file));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A step of a script of package.json, run in the folder of copies. */
function run(step: string) {
  const command = step.replace('schema/checkReleased.ts', join(root, 'schema/checkReleased.ts'));
  const { status, stdout, stderr } = spawnSync(command, { cwd: folder, shell: true, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

function change(from: string | RegExp, to: string): void {
  const before = readFileSync(today, 'utf8');
  const after = before.replace(from, to);
  expect(after).not.toBe(before);
  writeFileSync(today, after);
}

const check = () => run(scripts['check:released']);

const BREAKING: [what: string, from: string | RegExp, to: string, told: string][] = [
  ['a field is gone', 'generation: Int!', 'generations: Int!', 'generation was removed'],
  ['a type is another', 'source: VerificationSource!', 'source: String!', 'changed type'],
  ['an answer may be null', 'isMatched: Boolean!', 'isMatched: Boolean', 'changed type'],
  ['an enum value is gone', /\n {2}RECORD\n/, '\n  REPLAY\n', 'RECORD was removed'],
  [
    'an input field is required',
    'maxAgeSeconds: Int\n',
    'maxAgeSeconds: Int!\n',
    'maxAgeSeconds changed type',
  ],
  ['an argument is required', 'id: ID!\n  ): Verification', 'id: ID!\n    x: Int!\n  ): Verification', 'x'],
];

it.each(BREAKING)('the check fails when %s', (_, from, to, told) => {
  change(from, to);
  const { status, output } = check();
  expect([status, output]).toEqual([1, expect.stringContaining(told)]);
  expect(output).toContain('npm run schema:release');
});

it('the check passes the committed schema, and one with more in it', () => {
  expect(check()).toEqual({ status: 0, output: '' });
  change('type TokenFailure {', 'type TokenFailure {\n  hint: String');
  expect(check()).toEqual({ status: 0, output: '' });
});

it('npm run schema:release accepts a breaking change on purpose', () => {
  change('isMatched: Boolean!', 'isMatched: Boolean');
  expect(check().status).toBe(1);
  const [emit, accept] = scripts['schema:release'].split(' && ');
  expect(emit).toBe('npm run --silent schema');
  expect(run(accept).status).toBe(0);
  expect(check()).toEqual({ status: 0, output: '' });
});

it('npm run check runs it', () => {
  expect(scripts.check).toContain('npm run --silent check:schema');
  expect(scripts['check:schema']).toContain('npm run --silent check:released');
});
