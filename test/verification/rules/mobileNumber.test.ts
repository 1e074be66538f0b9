import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mobileNumber } from '../../../src/verification/rules/index.ts';
import { anyText, digits, spellingsOfNumber } from './spellings.ts';

const PREFIXES = ['0', '', '98', '+98', '0098'];

describe('mobileNumber', () => {
  it('accepts every number behind 09, with all five prefixes and in every spelling', () => {
    fc.assert(
      fc.property(
        fc
          .tuple(digits(9), fc.constantFrom(...PREFIXES))
          .chain(([rest, prefix]) =>
            fc.tuple(fc.constant(`09${rest}`), spellingsOfNumber(`${prefix}9${rest}`)),
          ),
        ([canonical, spelling]) => expect(mobileNumber(spelling)).toEqual({ ok: true, value: canonical }),
      ),
      { numRuns: 400 },
    );
  });

  it('accepts of all digit texts exactly those five shapes', () => {
    const almostMobile = fc.tuple(
      fc.constantFrom(
        '',
        '0',
        '00',
        '+',
        '98',
        '+98',
        '0098',
        '+0',
        '+0098',
        '098',
        '9898',
        '+9898',
        '980',
        '7',
      ),
      fc.constantFrom('9', '2', ''),
      fc.integer({ min: 7, max: 12 }).chain(digits),
    );
    fc.assert(
      fc.property(almostMobile, parts => {
        const text = parts.join('');
        const expected = mobileByTakingApart(text);
        const result = mobileNumber(text);
        expect(result.ok ? result.value : undefined).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads ten digits that begin with 98 as a number, not as a country code', () => {
    expect(mobileNumber('9812345678')).toEqual({ ok: true, value: '09812345678' });
    expect(mobileNumber('989812345678')).toEqual({ ok: true, value: '09812345678' });
    expect(mobileNumber('+989812345678')).toEqual({ ok: true, value: '09812345678' });
  });

  it.each([
    '',
    '+',
    '9',
    '091234567',
    '0912345678',
    '091234567890',
    '912345678',
    '98912345678',
    '+98912345678',
  ])('says LENGTH for %j, which has too few or too many digits', text =>
    expect(mobileNumber(text)).toEqual({ ok: false, code: 'LENGTH' }),
  );

  it.each(['+9809123456789', '009891234567890', '98912345678901', '0989123456789', '1912345678901'])(
    'says LENGTH for %j, which has too many digits',
    text => expect(mobileNumber(text)).toEqual({ ok: false, code: 'LENGTH' }),
  );

  it.each(['02112345678', '00123456789', '2112345678', '982112345678', '+982112345678', '00982112345678'])(
    'says FORMAT for %j, which is as long as a mobile number but is none',
    text => expect(mobileNumber(text)).toEqual({ ok: false, code: 'FORMAT' }),
  );

  it.each(['19123456789', '+12125551234', '+971501234567', '00971501234567', '+09123456789', '+9123456789'])(
    'says FORMAT for %j, whose prefix no Iranian mobile number has',
    text => expect(mobileNumber(text)).toEqual({ ok: false, code: 'FORMAT' }),
  );

  it.each([
    '0912345678a',
    '98+9123456789',
    '++989123456789',
    '09123456789+',
    '(0912)3456789',
    '0912.345.6789',
  ])('says CHARACTERS for %j', text => expect(mobileNumber(text)).toEqual({ ok: false, code: 'CHARACTERS' }));

  it.each(['＋989123456789', '﬩989123456789', '⁺989123456789', '０9123456789', 'tel:+989123456789'])(
    'says CHARACTERS for %j: only the ASCII plus sign counts',
    text => expect(mobileNumber(text)).toEqual({ ok: false, code: 'CHARACTERS' }),
  );

  it('never throws, and what it accepts is canonical and accepted again unchanged', () => {
    const valid = digits(9).chain(rest => spellingsOfNumber(`+989${rest}`));
    fc.assert(
      fc.property(fc.oneof(anyText, valid), text => {
        const result = mobileNumber(text);
        if (!result.ok) return;
        expect(result.value).toMatch(/^09[0-9]{9}$/);
        expect(mobileNumber(result.value)).toEqual(result);
      }),
      { numRuns: 400 },
    );
  });
});

/** The rule stated by arithmetic on counts, from the right: the last ten digits begin with 9, before them is a prefix. */
function mobileByTakingApart(text: string): string | undefined {
  const subscriber = text.slice(-10);
  const prefix = text.slice(0, -10);
  return subscriber.length === 10 && subscriber.startsWith('9') && PREFIXES.includes(prefix)
    ? `0${subscriber}`
    : undefined;
}
