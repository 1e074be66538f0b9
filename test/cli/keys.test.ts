import { expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../../src/config.ts';
import { environment, startSandbox, startServer } from '../support/server.ts';
import { TOKEN_STATUS } from '../support/questions.ts';

const entry = fileURLToPath(new URL('../../dist/keys/main.js', import.meta.url));
const create = (...args: string[]) => spawnSync(process.execPath, [entry, ...args], { encoding: 'utf8' });

it('keys:create prints a key and its line for AUTH_API_KEYS on stdout, and what to do with them on stderr', () => {
  const { stdout, stderr, status } = create('shop-1.x_');
  expect(status).toBe(0);
  const [key, line, ...rest] = stdout.split('\n');
  expect(key).toMatch(/^pik_[\w-]{43}$/);
  expect(line).toBe(`shop-1.x_:${createHash('sha256').update(key).digest('hex')}`);
  expect(rest).toEqual(['']);
  expect(stderr).toMatch(/AUTH_API_KEYS/);
  expect(stderr).not.toContain(key);
  expect(create('shop-1.x_').stdout).not.toContain(key);
});

it('both keys of a caller work while it changes over, as the same caller, and the old one ends with its line', async () => {
  const [old, next] = [create('shop').stdout.split('\n'), create('shop').stdout.split('\n')];
  const upstream = await startSandbox();
  const codes = async (...lines: string[]) => {
    const server = await startServer({ upstream, env: { AUTH_API_KEYS: lines.join(',') } });
    const ask = async (key: string) => {
      const { body } = await server.gql(TOKEN_STATUS, {}, { authorization: `Bearer ${key}` });
      return body.errors?.[0].extensions.code ?? 'OK';
    };
    const both = [await ask(old[0]), await ask(next[0])];
    return [...both, ...server.logs.map(line => JSON.parse(line).caller).filter(Boolean)];
  };
  expect(await codes(old[1], next[1])).toEqual(['OK', 'OK', 'shop', 'shop']);
  expect(await codes(next[1])).toEqual(['UNAUTHENTICATED', 'OK', 'shop']);
});

it.each([
  ['no name', []],
  ['two names', ['a', 'b']],
  ['an empty name', ['']],
  ['the reserved name', ['anonymous']],
  ['a name with a colon', ['jwt:shop']],
  ['a name with a comma', ['a,b']],
  ['a name with a line end', ['shop\n']],
  ['a long name', ['n'.repeat(65)]],
])('keys:create refuses %s with 64, as the settings would', async (_what, names) => {
  const { stdout, stderr, status } = create(...names);
  expect(status).toBe(64);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^Usage: npm run keys:create -- NAME\nNAME: .*64/);
  const env = environment(await startSandbox(), { AUTH_API_KEYS: `${names.join(' ')}:${'a'.repeat(64)}` });
  expect(() => readConfig(env)).toThrow('AUTH_API_KEYS');
});
