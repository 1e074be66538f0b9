import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nationalId } from '../../../src/verification/rules/index.ts';
import { anyText, digits, spellingsOfNumber } from './spellings.ts';

describe('nationalId', () => {
  it('accepts and refuses ten digits as the official rule says', () => {
    fc.assert(
      fc.property(digits(10), text => nationalId(text).ok === isOfficial(text)),
      { numRuns: 1500 },
    );
  });

  it('finds for nine digits the one check digit that the rule gives them', () => {
    fc.assert(
      fc.property(digits(9), first => {
        const accepted = [...'0123456789'].filter(last => nationalId(first + last).ok);
        expect(accepted).toEqual(first === '000000000' ? [] : [officialCheckDigit(first)]);
      }),
    );
  });

  it('accepts all repeated digits but zeros, which are IMPOSSIBLE', () => {
    for (const digit of '123456789') expect(nationalId(digit.repeat(10)).ok).toBe(true);
    expect(nationalId('0000000000')).toEqual({ ok: false, code: 'IMPOSSIBLE' });
    expect(nationalId('۰۰۰-۰۰۰۰۰۰-۰')).toEqual({ ok: false, code: 'IMPOSSIBLE' });
  });

  it('accepts leading zeros and area prefixes nobody has heard of', () => {
    expect(nationalId('0000000019')).toEqual({ ok: true, value: '0000000019' });
    for (const area of ['000', '001', '499', '666', '987', '999'])
      expect(nationalId(valid(`${area}123456`))).toEqual({ ok: true, value: valid(`${area}123456`) });
  });

  it('names the reason of a refusal', () => {
    const codeOf = (text: string): unknown => nationalId(text);
    for (const text of ['', ' ', '-', '1', '111111111', '11111111111', '13542419'])
      expect(codeOf(text)).toEqual({ ok: false, code: 'LENGTH' });
    for (const text of [
      'a',
      '0013542419a',
      '001354241O',
      '+0013542419',
      '0013/542419',
      '0013.542419',
      '００１３542419',
    ])
      expect(codeOf(text)).toEqual({ ok: false, code: 'CHARACTERS' });
    for (const text of ['0013542418', '1234567890', '0000000001'])
      expect(codeOf(text)).toEqual({ ok: false, code: 'CHECKSUM' });
  });

  it('refuses every single wrong digit, but where the official rule itself is blind', () => {
    fc.assert(
      fc.property(validId, fc.nat(9), fc.integer({ min: 1, max: 9 }), (id, position, shift) => {
        const wrong = withDigit(id, position, (Number(id[position]) + shift) % 10);
        // Check digit 1 stands for both remainders 1 and 10: only a change between these two can go unseen.
        const isBlind =
          position < 9 && id[9] === '1' && sameCheckDigit(id, wrong) && wrong !== '0'.repeat(10);
        expect(nationalId(wrong).ok).toBe(isBlind);
        if (isBlind) expect([remainder(id), remainder(wrong)].sort()).toEqual([1, 10]);
      }),
      { numRuns: 2000 },
    );
  });

  it('folds every spelling of an ID to the same ten digits', () => {
    fc.assert(
      fc.property(
        validId.chain(id => fc.tuple(fc.constant(id), spellingsOfNumber(id))),
        ([id, spelling]) => expect(nationalId(spelling)).toEqual({ ok: true, value: id }),
      ),
      { numRuns: 400 },
    );
  });

  it('never throws, and what it accepts is canonical and accepted again unchanged', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, validId.chain(spellingsOfNumber)), text => {
        const result = nationalId(text);
        if (!result.ok) return;
        expect(result.value).toMatch(/^[0-9]{10}$/);
        expect(nationalId(result.value)).toEqual(result);
      }),
      { numRuns: 400 },
    );
  });
});

const validId = digits(9)
  .filter(first => first !== '000000000')
  .map(valid);

function valid(first: string): string {
  return first + officialCheckDigit(first);
}

/**
 * The official wording, from the right: the check digit has place 1, the others places 2 to 10; digit times place,
 * summed over places 2 to 10 and divided by 11. Remainder below 2: it is the check digit; else 11 minus it.
 */
function officialCheckDigit(first: string): string {
  const table = ['0', '1', '9', '8', '7', '6', '5', '4', '3', '2', '1'];
  return table[remainder(first)];
}

function remainder(id: string): number {
  const places = Array.from(id.slice(0, 9)).reverse();
  return Number(places.reduce((sum, digit, index) => sum + BigInt(digit) * BigInt(index + 2), 0n) % 11n);
}

function isOfficial(id: string): boolean {
  return !/^0{10}$/.test(id) && id.endsWith(officialCheckDigit(id));
}

function sameCheckDigit(one: string, other: string): boolean {
  return officialCheckDigit(one) === officialCheckDigit(other);
}

function withDigit(id: string, position: number, digit: number): string {
  return id.slice(0, position) + digit + id.slice(position + 1);
}
