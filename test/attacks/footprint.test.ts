import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { request } from 'undici';
import { TOKEN_STATUS, VERIFY_MOBILE, mobileInput } from '../support/questions.ts';
import { startProcess } from '../support/process.ts';
import type { TestProcess } from '../support/process.ts';
import { environment, startSandbox } from '../support/server.ts';
import { HOSTILE } from './documents.ts';

const LIMIT_MS = 100;
const LIMIT_MB = 20;
/** Garbage is collected early, so that what is measured is what is in use; and what is kept for ever ends the process. */
const NODE_OPTIONS = '--disable-warning=ExperimentalWarning --max-semi-space-size=1 --max-old-space-size=64';

/** The documents, and what is large only as a body or as variables. */
const BODIES: Record<string, string> = {
  ...Object.fromEntries(
    Object.entries(HOSTILE).map(([what, [, query]]) => [what, JSON.stringify({ query })]),
  ),
  '100 000 directives': JSON.stringify({ query: `{ __typename ${'@a '.repeat(100_000)} }` }),
  'variables 10 000 deep': `{"query": ${JSON.stringify(VERIFY_MOBILE)}, "variables": {"input": ${'['.repeat(10_000)}${']'.repeat(10_000)}}}`,
  '60 000 bad ids under 29 aliases': JSON.stringify({
    query: `query ($i: [ID!]!) { ${Array.from({ length: 29 }, (_, n) => `a${n}: verifications(ids: $i) { id }`).join(' ')} }`,
    variables: { i: Array(60_000).fill(0.5) },
  }),
};

/** Highest resident memory of the process so far, in MB: what an attack needed for a moment counts, too. */
function peakMb({ pid }: TestProcess): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}

async function post(server: TestProcess, body: string) {
  const startedAt = performance.now();
  const reply = await request(`${server.origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const text = await reply.body.text();
  return { ms: performance.now() - startedAt, text };
}

it(`a hostile document is refused in ${LIMIT_MS} ms and with ${LIMIT_MB} MB more, and the next ones with none`, async () => {
  const sandbox = await startSandbox();
  const settings = environment(sandbox, { LOG_LEVEL: 'info', RATE_LIMIT_PER_MINUTE: '1000000' });
  const server = await startProcess({ env: { ...settings, NODE_OPTIONS } });
  await warmUp(server);
  const first = await attackWithAll(server);
  const second = await attackWithAll(server);
  const third = await attackWithAll(server);
  const times = Object.keys(BODIES).map(what => Math.min(first[what].ms, second[what].ms, third[what].ms));
  const growth = [first, second, third].map(round => Object.values(round).map(({ mb }) => mb));
  const sums = growth.map(mbs => mbs.reduce((sum, mb) => sum + mb, 0));
  const figures = [Math.max(...times), Math.max(...growth[0]), ...sums].map(figure => figure.toFixed(1));
  console.info(`slowest ms, largest MB, MB of each round: ${figures.join(', ')}`);
  expect(Math.max(...times)).toBeLessThan(LIMIT_MS);
  expect(Math.max(...growth[0])).toBeLessThan(LIMIT_MB);
  expect(sums[2]).toBeLessThan(LIMIT_MB);
  expect(sandbox.ledger.count()).toBe(0);
  expect((await server.gql(TOKEN_STATUS)).data.tokenStatus.state).toBe('ABSENT');
}, 60_000);

it('refusals are kept for few and small mistakes: a client that makes up long ones fills nothing', async () => {
  const sandbox = await startSandbox();
  const settings = environment(sandbox, { LOG_LEVEL: 'info', RATE_LIMIT_PER_MINUTE: '1000000' });
  const server = await startProcess({ env: { ...settings, NODE_OPTIONS } });
  await warmUp(server);
  const before = peakMb(server);
  for (let number = 0; number < 10; number += 1) {
    const query = `query($i: [ID!]!) { a${'a'.repeat(1000)}${number}: verifications(ids: $i) { id } }`;
    const ask = (i: unknown[]) => post(server, JSON.stringify({ query, variables: { i } }));
    for (let sighting = 0; sighting < 4; sighting += 1)
      expect((await ask([])).text).toContain(`a${number}":[]`);
    for (let right = 0; right < 20; right += 1)
      expect((await ask([...Array(right).fill('x'), ...Array(200).fill(0.5)])).text).toContain(
        'BAD_USER_INPUT',
      );
  }
  expect(peakMb(server) - before).toBeLessThan(2 * LIMIT_MB); // 160 MB, and more of bytes, were all of them kept
}, 60_000);

/** What harmless requests of the same size need is no attack's doing, nor is code that has never run before. */
async function warmUp(server: TestProcess): Promise<void> {
  for (let number = 0; number < 200; number += 1) {
    await post(server, JSON.stringify({ query: `{ a${number}: __typename } # ${'x'.repeat(250_000)}` }));
    await server.gql(VERIFY_MOBILE, { input: mobileInput(number, { nationalId: '1' }) });
  }
}

/** Each of them three times: the shortest time, since this machine has other work, and what the peak grew by. */
async function attackWithAll(server: TestProcess): Promise<Record<string, { ms: number; mb: number }>> {
  const figures: Record<string, { ms: number; mb: number }> = {};
  for (const [what, body] of Object.entries(BODIES)) {
    const before = peakMb(server);
    const times: number[] = [];
    for (let number = 0; number < 3; number += 1) {
      const { ms, text } = await post(server, body);
      expect([what, text]).toEqual([what, expect.stringContaining('"charged":"NO"')]);
      times.push(ms);
    }
    figures[what] = { ms: Math.min(...times), mb: peakMb(server) - before };
  }
  return figures;
}
