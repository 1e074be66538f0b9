import { describe, expect, it } from '@jest/globals';
import {
  birthDate,
  cardNumber,
  idempotencyKey,
  mobileNumber,
  nationalId,
} from '../../../src/verification/rules/index.ts';
import type { RuleResult } from '../../../src/verification/rules/index.ts';
import { ARABIC, DASHES, LINE_ENDS_AND_TABS, MARKS, PERSIAN, SPACES } from './spellings.ts';

const NOW = Date.UTC(2026, 10, 24);
const asBirthDate = (text: string): RuleResult => birthDate(text, NOW);

describe('folding, over every UTF-16 unit there is', () => {
  it('turns Persian and Arabic digits into ASCII and no others, fullwidth ones neither', () => {
    // 0013542419 is valid, and of the ten digits only 5 makes it so in the fifth place.
    const readAsFive = everyUnit().filter(unit => nationalId(`0013${unit}42419`).ok);
    expect(readAsFive).toEqual(['5', ARABIC[5], PERSIAN[5]]);
  });

  it('reads each of the thirty digits as its own value', () => {
    for (const script of [PERSIAN, ARABIC, '0123456789'])
      expect(mobileNumber(`۰۹${script.slice(0, 9)}`)).toEqual({ ok: true, value: '09012345678' });
    expect([...PERSIAN, ...ARABIC].map(digit => mobileNumber(`0900000000${digit}`))).toEqual(
      [...'01234567890123456789'].map(digit => ({ ok: true, value: `0900000000${digit}` })),
    );
  });

  it('removes exactly the marks, spaces and dashes inside a number', () => {
    const removed = everyUnit().filter(unit => nationalId(`00135${unit}42419`).ok);
    expect(removed).toEqual([...MARKS, ...SPACES, ...DASHES].sort());
  });

  it('removes exactly the marks inside a date', () => {
    const removed = everyUnit().filter(unit => asBirthDate(`199${unit}1-04-20`).ok);
    expect(removed).toEqual([...MARKS].sort());
  });

  it('removes white space, line ends and marks around a value, and refuses every other sign there', () => {
    const around = [...MARKS, ...SPACES, ...LINE_ENDS_AND_TABS];
    expect(everyUnit().filter(unit => asBirthDate(`${unit}1991-04-20`).ok)).toEqual([...around].sort());
    expect(everyUnit().filter(unit => asBirthDate(`1991-04-20${unit}`).ok)).toEqual([...around].sort());
    expect(everyUnit().filter(unit => nationalId(`${unit}0013542419`).ok)).toEqual(
      [...new Set([...around, ...DASHES])].sort(),
    );
  });

  it('finds white space behind marks, as right-to-left pages copy it', () => {
    expect(nationalId('\u200f \u202b\r\n0013542419\n\u202c \u200e')).toEqual({
      ok: true,
      value: '0013542419',
    });
  });

  it.each(['\u0000', '\n', '\r\n', '\t', '\u2028', '\u0085', '\u007f', 'O', '٫', '،', '１'])(
    'refuses %j inside any value as CHARACTERS',
    intruder => {
      const refused = { ok: false, code: 'CHARACTERS' };
      expect(nationalId(`00135${intruder}42419`)).toEqual(refused);
      expect(mobileNumber(`0912${intruder}3456789`)).toEqual(refused);
      expect(cardNumber(`60379911${intruder}23456783`)).toEqual(refused);
      expect(asBirthDate(`1991${intruder}-04-20`)).toEqual(refused);
    },
  );
});

describe('input of absurd length', () => {
  const rules = { nationalId, mobileNumber, cardNumber, asBirthDate, idempotencyKey };
  const megabytes = ['1', ' ', '\u200f', '-', '۱', '1-', '9 ', 'a', '\u0000', '\ud800', '😀'].map(text =>
    text.repeat(1_000_000 / text.length),
  );

  it.each(Object.entries(rules))(
    '%s refuses a megabyte by its length, in far less than a millisecond',
    (_, rule) => {
      for (const text of megabytes) expect(fastestOf(20, () => rule(text))).toBeLessThan(0.2);
      const code = rule === asBirthDate ? 'FORMAT' : 'LENGTH';
      expect(megabytes.map(text => rule(text))).toEqual(megabytes.map(() => ({ ok: false, code })));
    },
  );

  it.each(Object.entries(rules))(
    '%s needs no more than a millisecond for the longest text it looks at',
    (_, rule) => {
      const texts = ['1', ' ', '\u200f', '-', '۱', ' a', '\u200f \n', '1/'].map(text =>
        text.repeat(1024).slice(0, 1024),
      );
      for (const text of texts) expect(fastestOf(20, () => rule(text))).toBeLessThan(1);
    },
  );

  it('is only what exceeds 1024 units: so much padding is still taken away', () => {
    expect(nationalId('0013542419'.padStart(1024))).toEqual({ ok: true, value: '0013542419' });
    expect(nationalId('0013542419'.padStart(1025))).toEqual({ ok: false, code: 'LENGTH' });
  });
});

function everyUnit(): string[] {
  return Array.from({ length: 0x10000 }, (_, unit) => String.fromCharCode(unit));
}

/** The minimum, in milliseconds: a busy machine makes single runs slow, never the fastest of many. */
function fastestOf(runs: number, action: () => unknown): number {
  let fastest = Infinity;
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    action();
    fastest = Math.min(fastest, performance.now() - start);
  }
  return fastest;
}
