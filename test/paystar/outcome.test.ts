import { describe, expect, it } from '@jest/globals';
import { createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { IdentityError, ownError } from '../../src/errors/identityError.ts';
import { OWN_ERRORS } from '../../src/errors/own.ts';
import type { OwnCode } from '../../src/errors/own.ts';
import {
  CREDENTIALS_REJECTED,
  FAULT_TABLE,
  PaystarError,
  STATUS_TABLE,
  asRefreshFailure,
} from '../../src/paystar/status.ts';
import { Hmac } from '../../src/verification/hmac.ts';
import { readOutcome, writeOutcome } from '../../src/verification/outcome.ts';

const PAYSTAR_ROWS = [...Object.entries(STATUS_TABLE), ...Object.entries(FAULT_TABLE)];
const OWN_CODES = Object.keys(OWN_ERRORS) as OwnCode[];

describe('an outcome in the store', () => {
  it.each([true, false])('gives an answer (%s) again as it was', isMatched => {
    const answer = { id: 'x', service: 'card-national-id', isMatched, checkedAt: 1_795_507_200_000 } as const;
    expect(readOutcome(writeOutcome({ answer }))).toEqual({ answer });
  });

  it.each(PAYSTAR_ROWS)('gives the failure %s again, in all that a caller sees', (_name, row) => {
    const paystar = { status: 11, service: 'mobile-national-id' };
    expectSame(new PaystarError(row), PaystarError);
    expectSame(new PaystarError(row, { paystar, retryAfterSeconds: 7, charged: 'YES' }), PaystarError);
    expectSame(
      new PaystarError(row, { paystar: { ...paystar, status: null }, retryable: false }),
      PaystarError,
    );
    expectSame(asRefreshFailure(new PaystarError(row, { paystar })), PaystarError);
  });

  it.each(OWN_CODES)('gives the failure %s again, in all that a caller sees', code => {
    expectSame(ownError(code), IdentityError);
    expectSame(ownError(code, { retryAfterSeconds: 3 }), IdentityError);
  });

  it('gives rejected inputs again by name', () => {
    const rejected = ['nationalId', 'birthDate'];
    expectSame(new PaystarError(STATUS_TABLE[10], { rejected }), PaystarError);
  });

  it('gives rejected credentials again as what the operator must mend, not the user', () => {
    expectSame(new PaystarError(CREDENTIALS_REJECTED, { rejected: [] }), PaystarError);
  });

  it('holds no cause, which may hold anything', () => {
    const error = ownError('INTERNAL_SERVER_ERROR', { cause: new Error('9990000018') });
    expect(writeOutcome({ error })).not.toContain('9990000018');
  });

  it('is null when the text is not one of ours, and reading it never throws', () => {
    const foreign = [
      '',
      'null',
      '{}',
      '[]',
      '{"answer":{"id":"x","isMatched":"true"}}',
      '{"error":{"code":"NO_SUCH_CODE","charged":"NO","retryable":true,"actor":"USER"}}',
      '{"error":{"code":"toString","charged":"NO","retryable":true,"actor":"USER"}}',
      '{"error":{"code":"PAYSTAR_SERVER_ERROR","charged":"MAYBE","retryable":true,"actor":"USER"}}',
    ];
    for (const text of foreign) expect(readOutcome(text)).toBeNull();
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), text => expect(readOutcome(text)).toBeNull()));
  });
});

describe('Hmac', () => {
  it('gives the digests of createHmac, for any key of up to a block and any parts', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.array(fc.string({ unit: 'binary', maxLength: 200 }), { minLength: 1 }),
        (bytes, parts) => {
          const key = Buffer.from(bytes);
          const expected = createHmac('sha256', key).update(parts.join('\u0000')).digest('base64url');
          expect(new Hmac(key).digest(...parts)).toBe(expected);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('tells apart where a part ends, and which key it was', () => {
    const hmac = new Hmac(randomBytes(32));
    expect(hmac.digest('ab', 'c')).not.toBe(hmac.digest('a', 'bc'));
    expect(hmac.digest('a', '')).not.toBe(hmac.digest('a'));
    expect(hmac.digest('a')).not.toBe(new Hmac(randomBytes(32)).digest('a'));
  });
});

/** Equal in everything that leaves in `extensions`, or decides on a reaction. */
function expectSame(error: IdentityError, kind: typeof IdentityError): void {
  const read = readOutcome(writeOutcome({ error }));
  if (read === null || !('error' in read)) throw new Error('expected a failure');
  expect(read.error).toBeInstanceOf(kind);
  expect(shown(read.error)).toEqual(shown(error));
}

function shown({ row, charged, retryable, actor, message, details }: IdentityError) {
  const { retryAfterSeconds, paystar, rejected } = details;
  const { code, class: kind, display } = row;
  return { code, kind, display, charged, retryable, actor, message, retryAfterSeconds, paystar, rejected };
}
