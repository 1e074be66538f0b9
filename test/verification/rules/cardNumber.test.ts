import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cardNumber } from '../../../src/verification/rules/index.ts';
import { anyText, digits, spellingsOfNumber } from './spellings.ts';

describe('cardNumber', () => {
  it('accepts and refuses sixteen digits as the doubling table says', () => {
    fc.assert(
      fc.property(
        digits(16),
        text => cardNumber(text).ok === (luhnSum(text) % 10 === 0 && !/^0+$/.test(text)),
      ),
      { numRuns: 1500 },
    );
  });

  it('finds exactly one last digit for any fifteen', () => {
    fc.assert(
      fc.property(digits(15), first => {
        const accepted = [...'0123456789'].filter(last => cardNumber(first + last).ok);
        expect(accepted).toEqual(/^0+$/.test(first) ? [] : [valid(first).slice(15)]);
      }),
    );
  });

  it('accepts any bank prefix, and test numbers of other countries', () => {
    for (const card of ['4111111111111111', '5555555555554444', '6011000990139424', valid('000000000000001')])
      expect(cardNumber(card)).toEqual({ ok: true, value: card });
  });

  it('names the reason of a refusal', () => {
    expect(cardNumber('0000 0000 0000 0000')).toEqual({ ok: false, code: 'IMPOSSIBLE' });
    expect(cardNumber('4111111111111112')).toEqual({ ok: false, code: 'LUHN' });
    for (const text of ['', '411111111111111', '41111111111111111', '4111-1111-1111'])
      expect(cardNumber(text)).toEqual({ ok: false, code: 'LENGTH' });
    for (const text of [
      '4111111111111111x',
      '4111_1111_1111_1111',
      '4111.1111.1111.1111',
      '+4111111111111111',
    ])
      expect(cardNumber(text)).toEqual({ ok: false, code: 'CHARACTERS' });
  });

  it('refuses every single wrong digit', () => {
    fc.assert(
      fc.property(validCard, fc.nat(15), fc.integer({ min: 1, max: 9 }), (card, position, shift) => {
        const wrong =
          card.slice(0, position) + ((Number(card[position]) + shift) % 10) + card.slice(position + 1);
        expect(cardNumber(wrong).ok).toBe(false);
      }),
      { numRuns: 1500 },
    );
  });

  it('refuses two swapped neighbours, but 0 and 9, which Luhn cannot tell apart', () => {
    fc.assert(
      fc.property(validCard, fc.nat(14), (card, position) => {
        const [one, two] = [card[position], card[position + 1]];
        const swapped = card.slice(0, position) + two + one + card.slice(position + 2);
        expect(cardNumber(swapped).ok).toBe(one === two || one + two === '09' || one + two === '90');
      }),
      { numRuns: 1500 },
    );
  });

  it('folds every spelling of a card to the same sixteen digits', () => {
    fc.assert(
      fc.property(
        validCard.chain(card => fc.tuple(fc.constant(card), spellingsOfNumber(card))),
        ([card, spelling]) => expect(cardNumber(spelling)).toEqual({ ok: true, value: card }),
      ),
      { numRuns: 400 },
    );
  });

  it('never throws, and what it accepts is canonical and accepted again unchanged', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, validCard.chain(spellingsOfNumber)), text => {
        const result = cardNumber(text);
        if (!result.ok) return;
        expect(result.value).toMatch(/^[0-9]{16}$/);
        expect(cardNumber(result.value)).toEqual(result);
      }),
      { numRuns: 400 },
    );
  });
});

const validCard = digits(15)
  .filter(first => !/^0+$/.test(first))
  .map(valid);

function valid(first: string): string {
  return first + ((10 - (luhnSum(`${first}0`) % 10)) % 10);
}

/** From the right, as ISO/IEC 7812-1 puts it: every second digit is replaced by the table of digit sums of its double. */
function luhnSum(card: string): number {
  const doubled = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
  return [...card]
    .reverse()
    .reduce((sum, digit, index) => sum + (index % 2 === 1 ? doubled[Number(digit)] : Number(digit)), 0);
}
