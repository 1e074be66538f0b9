import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import * as display from '../../src/errors/display.ts';
import { OWN_ERRORS, ownRow } from '../../src/errors/own.ts';
import type { OwnCode } from '../../src/errors/own.ts';
import type { ErrorRow } from '../../src/errors/row.ts';
import { inputMessage } from '../../src/graphql/inputMessages.ts';
import { createSchema } from '../../src/graphql/schema.ts';
import { CREDENTIALS_REJECTED, FAULT_TABLE, STATUS_TABLE } from '../../src/paystar/status.ts';

const CLASSES = [
  'VALIDATION',
  'AUTHENTICATION',
  'AUTHORIZATION',
  'CONFLICT',
  'RESOURCE_LIMIT',
  'CONFIGURATION',
  'SERVICE_AVAILABILITY',
  'UPSTREAM_CONTRACT',
  'INTERNAL',
];
const OF_THE_CALLING_PROGRAM = ['VALIDATION', 'AUTHENTICATION', 'AUTHORIZATION', 'CONFLICT'];

/** Our own codes, stated once more: class, retryable, charged, actor. */
const OWN: Record<string, [string, boolean, string, string]> = {
  BAD_USER_INPUT: ['VALIDATION', false, 'NO', 'USER'],
  GRAPHQL_PARSE_FAILED: ['VALIDATION', false, 'NO', 'CALLER'],
  GRAPHQL_VALIDATION_FAILED: ['VALIDATION', false, 'NO', 'CALLER'],
  OPERATION_RESOLUTION_FAILURE: ['VALIDATION', false, 'NO', 'CALLER'],
  BAD_REQUEST: ['VALIDATION', false, 'NO', 'CALLER'],
  UNAUTHENTICATED: ['AUTHENTICATION', false, 'NO', 'CALLER'],
  FORBIDDEN: ['AUTHORIZATION', false, 'NO', 'CALLER'],
  TOO_MANY_CHECKS: ['RESOURCE_LIMIT', false, 'NO', 'CALLER'],
  RATE_LIMITED: ['RESOURCE_LIMIT', true, 'NO', 'CALLER'],
  BUDGET_EXHAUSTED: ['RESOURCE_LIMIT', true, 'NO', 'CALLER'],
  OVERLOADED: ['RESOURCE_LIMIT', true, 'NO', 'OPERATOR'],
  IDEMPOTENCY_KEY_REUSED: ['CONFLICT', false, 'NO', 'CALLER'],
  IDEMPOTENCY_IN_PROGRESS: ['CONFLICT', true, 'NO', 'CALLER'],
  STORE_UNAVAILABLE: ['SERVICE_AVAILABILITY', true, 'NO', 'OPERATOR'],
  SERVICE_UNAVAILABLE: ['SERVICE_AVAILABILITY', true, 'UNKNOWN', 'OPERATOR'],
  INTERNAL_SERVER_ERROR: ['INTERNAL', false, 'UNKNOWN', 'OPERATOR'],
};

const own = Object.keys(OWN_ERRORS).map(code => ownRow(code as OwnCode));
const paystars: ErrorRow[] = [...Object.values(STATUS_TABLE), ...Object.values(FAULT_TABLE)];
const rows = [...paystars, ...own];

describe('the error table', () => {
  it('has our own codes with what is promised of each, and no other', () => {
    const found = own.map(row => [row.code, [row.class, row.retryable, row.charged, row.actor]]);
    expect(Object.fromEntries(found)).toEqual(OWN);
  });

  it('has a row for each status from 0 to 13 but the success, and each code once', () => {
    expect(Object.keys(STATUS_TABLE).map(Number)).toEqual([0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
    expect(new Set(rows.map(row => row.code)).size).toBe(rows.length);
  });

  it.each([...rows, CREDENTIALS_REJECTED])('keeps $code within its classes and its own words', row => {
    expect(CLASSES).toContain(row.class);
    expect(row.message).toMatch(/^[A-Z][^\n]{10,}\.$/);
    const byProgram = row.actor === 'CALLER' && OF_THE_CALLING_PROGRAM.includes(row.class);
    expect(row.display === null).toBe(byProgram);
  });

  it('never says that a retry helps where money may be gone without an answer', () => {
    const unknown = rows.filter(row => row.charged === 'UNKNOWN' && row.class === 'UPSTREAM_CONTRACT');
    expect(unknown.map(row => row.retryable)).toEqual(unknown.map(() => false));
    expect(FAULT_TABLE.OUTCOME_UNKNOWN.retryable).toBe(false);
  });

  it('is told whole, and alone, by the description of the schema', () => {
    const told = createSchema().description!.match(
      /\b[A-Z]+(?:_[A-Z]+)+\b|\bFORBIDDEN\b|\bOVERLOADED\b|\bUNAUTHENTICATED\b/g,
    );
    expect(told!.toSorted()).toEqual(rows.map(row => row.code).toSorted());
  });
});

describe('what an app may show', () => {
  const shapes = (['TYPE', 'REQUIRED', 'UNKNOWN_FIELD', 'REJECTED'] as const).map(code =>
    inputMessage({ code }),
  );
  const messages = [...Object.values(display), ...shapes];

  it.each(messages)('is Persian without Latin letters or digits, and plain English: $en', ({ fa, en }) => {
    expect(fa).toMatch(/^[^A-Za-z0-9]+[.؟]$/);
    expect(fa).toMatch(/[\u0600-\u06ff]{3}/);
    expect(en).toMatch(/^[A-Z][\x20-\x7e]+\.$/);
  });

  it('never asks to repeat at once what may have been paid for', () => {
    for (const row of rows.filter(({ code }) =>
      /OUTCOME_UNKNOWN|STATUS_UNKNOWN|RESPONSE_INVALID/.test(code),
    )) {
      expect(row.display!.en).toMatch(/do not repeat/);
    }
  });
});

describe('the table in README.md', () => {
  /** Rows `code | class | retryable | charged | actor …`; a cell may go on with what holds in a special case. */
  const told = () =>
    readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
      .split('\n')
      .filter(line => /^\|\s*`[A-Z_]+`\s*\|/.test(line))
      .map(line => line.split('|').map(cell => cell.trim().replaceAll('`', '')))
      .filter(([, , errorClass = '']) => CLASSES.includes(errorClass)) // settings stand in such rows, too
      .map(([, code, ...cells]) => [code, cells.slice(0, 4)] as const);

  it('has a row for each code, and for no other', () => {
    expect(
      told()
        .map(([code]) => code)
        .toSorted(),
    ).toEqual(rows.map(row => row.code).toSorted());
  });

  it('says of each code what the code does', () => {
    const cells = new Map(told());
    for (const row of rows) {
      const [errorClass, retryable, charged, actor] = cells.get(row.code) ?? [];
      expect([row.code, errorClass]).toEqual([row.code, row.class]);
      expect(`${row.code} ${retryable}`).toMatch(begins(row.code, row.retryable));
      expect(`${row.code} ${actor}`).toMatch(begins(row.code, row.actor));
      const lent = row.code === 'SERVICE_UNAVAILABLE'; // whatever the error that it hides has charged
      expect(`${row.code} ${charged}`).toMatch(lent ? /that of the cause/ : begins(row.code, row.charged));
    }
  });

  function begins(code: string, value: string | boolean): RegExp {
    return new RegExp(`^${code} ${value}\\b`);
  }
});
