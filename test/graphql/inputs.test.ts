import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { badOperation } from './badOperations.ts';
import type { BadOperation, Fault } from './badOperations.ts';

/** Of five root fields and a dozen bad values on average. */
const OPERATIONS = 1400;
const NO_LIMIT = { RATE_LIMIT_PER_MINUTE: '1000000', SUBJECT_LIMIT_PER_DAY: '1000000' };

describe('10 000 bad inputs', () => {
  it('are refused before any call, each operation with one error that lists exactly its bad fields and repeats none', async () => {
    const server = await startServer({ env: NO_LIMIT });
    const seen = { bad: 0, codes: new Set<string>() };
    await fc.assert(
      fc.asyncProperty(badOperation, async operation => {
        await expectRefusal(server, operation);
        seen.bad += operation.faults.length;
        for (const { code } of operation.faults) seen.codes.add(code);
      }),
      { numRuns: OPERATIONS },
    );
    expect(seen.bad).toBeGreaterThan(10_000);
    expect([...seen.codes].toSorted()).toEqual(EVERY_CODE);
    expect(server.sandbox.ledger.count()).toBe(0);
  }, 60_000);
});

const EVERY_CODE = [
  'CHARACTERS',
  'CHECKSUM',
  'FORMAT',
  'FUTURE',
  'IMPOSSIBLE',
  'LENGTH',
  'LUHN',
  'REQUIRED',
  'TYPE',
  'UNKNOWN_FIELD',
];

async function expectRefusal(server: TestServer, operation: BadOperation): Promise<void> {
  server.logs.length = 0;
  const reply = await server.gql(operation.query, operation.variables, { 'x-request-id': 'r' });
  expect(reply.status).toBe(200);
  expect(Object.keys(reply.body).toSorted()).toEqual(['errors', 'extensions']);
  expect(reply.body.errors).toHaveLength(1);
  const { code, class: kind, charged, retryable, actor, fields } = reply.body.errors[0].extensions;
  expect([code, kind, charged, retryable, actor]).toEqual([
    'BAD_USER_INPUT',
    'VALIDATION',
    'NO',
    false,
    'USER',
  ]);
  expect(sorted(fields)).toEqual(sorted(operation.faults));
  const told = reply.text + server.logs.map(withoutClock).join('');
  expect(operation.rejected.filter(text => told.includes(text) || told.includes(escaped(text)))).toEqual([]);
}

function sorted(faults: readonly Fault[]): string[] {
  return faults.map(({ field, path, code }) => `${field} ${path} ${code}`).toSorted();
}

/** Digits of a clock may be anything, an input's included. */
function withoutClock(line: string): string {
  const { time: _time, durationMs: _duration, ...rest } = JSON.parse(line);
  return JSON.stringify(rest);
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
