import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { birthDate } from '../../../src/verification/rules/index.ts';
import { DAY_MS, gregorianDays, iso, jalaliDays, jalaliParts, pad } from './calendars.ts';
import { anyText, spellingsOfDate } from './spellings.ts';

const NOW = Date.UTC(2026, 10, 24, 9);
const IN_2061 = Date.UTC(2061, 0, 2);

const accepted = (value: string): unknown => ({ ok: true, value });
const refused = (code: string): unknown => ({ ok: false, code });

describe('birthDate, Gregorian', () => {
  it('accepts exactly the days that exist from 1850 to 2060, each 29 and 30 February included', () => {
    const days = new Set(gregorianDays());
    // Anchor of the independent calendar: it must have as many days as lie between its ends.
    expect(days.size).toBe((Date.UTC(2060, 11, 31) - Date.UTC(1850, 0, 1)) / DAY_MS + 1);
    const wrong: string[] = [];
    for (let year = 1850; year <= 2060; year++)
      for (let month = 0; month <= 13; month++)
        for (let day = 0; day <= 32; day++) {
          const text = iso(year, month, day);
          const result = birthDate(text, IN_2061);
          const isRight = days.has(text) ? result.ok && result.value === text : isImpossible(result);
          if (!isRight) wrong.push(text);
        }
    expect(wrong).toEqual([]);
  });

  it('begins with 1 January 1850', () => {
    expect(birthDate('1850-01-01', NOW)).toEqual(accepted('1850-01-01'));
    for (const text of [
      '1849-12-31',
      '1600-02-29',
      '1700-01-01',
      '1199-06-15',
      '0001-01-01',
      '0050-12-31',
      '0000-00-00',
    ])
      expect(birthDate(text, NOW)).toEqual(refused('IMPOSSIBLE'));
  });

  it('ends with today in Tehran, where the day begins at 20:30 UTC', () => {
    const lastMsOfThe23rd = Date.UTC(2026, 10, 23, 20, 29, 59, 999);
    expect(birthDate('2026-11-23', lastMsOfThe23rd)).toEqual(accepted('2026-11-23'));
    expect(birthDate('2026-11-24', lastMsOfThe23rd)).toEqual(refused('FUTURE'));
    expect(birthDate('2026-11-24', lastMsOfThe23rd + 1)).toEqual(accepted('2026-11-24'));
    expect(birthDate('2026-11-25', lastMsOfThe23rd + 1)).toEqual(refused('FUTURE'));
    expect(birthDate('1405/9/2', lastMsOfThe23rd)).toEqual(accepted('2026-11-23'));
    expect(birthDate('1405/9/3', lastMsOfThe23rd)).toEqual(refused('FUTURE'));
    expect(birthDate('1405/9/3', lastMsOfThe23rd + 1)).toEqual(accepted('2026-11-24'));
  });

  it('says FUTURE for days to come and IMPOSSIBLE for those that never will', () => {
    expect(birthDate('9999-12-31', NOW)).toEqual(refused('FUTURE'));
    expect(birthDate('9999-02-29', NOW)).toEqual(refused('IMPOSSIBLE'));
    expect(birthDate('1600-01-01', NOW)).toEqual(refused('IMPOSSIBLE'));
    expect(birthDate('1599-12-29', NOW)).toEqual(refused('FUTURE'));
    expect(birthDate('1500-07-31', NOW)).toEqual(refused('IMPOSSIBLE'));
  });
});

describe('birthDate, Jalali', () => {
  // 1228/10/11 is 1850-01-01; ICU computes the calendar with its own arithmetic.
  const jalali = new Map(jalaliDays().map(({ text, gregorian }) => [text, gregorian]));

  it('converts every day since 1850 as ICU does', () => {
    const wrong = [...jalali].filter(([text, gregorian]) => valueOf(birthDate(text, NOW)) !== gregorian);
    expect(jalali.size).toBeGreaterThan(64_000);
    expect(wrong).toEqual([]);
  });

  it('refuses every day from 1229 to 1404 that no calendar has, month ends and leap days included', () => {
    const wrong: string[] = [];
    for (let year = 1229; year <= 1404; year++)
      for (let month = 0; month <= 13; month++)
        for (let day = 0; day <= 32; day++) {
          const text = `${year}/${month}/${day}`;
          if (!jalali.has(text) && !isImpossible(birthDate(text, NOW))) wrong.push(text);
        }
    expect(wrong).toEqual([]);
  });

  it.each([
    ['1403/12/30', '2025-03-20'],
    ['1399/12/30', '2021-03-20'],
    ['1370/01/31', '1991-04-20'],
    ['1348/10/11', '1970-01-01'],
    ['1228/10/11', '1850-01-01'],
  ])('knows that %s was %s', (text, gregorian) => expect(birthDate(text, NOW)).toEqual(accepted(gregorian)));

  it.each(['1404/12/30', '1402/12/30', '1228/10/10', '1200/01/01', '1370/13/01', '1370/07/31', '1370/00/10'])(
    'says IMPOSSIBLE for %s',
    text => expect(birthDate(text, NOW)).toEqual(refused('IMPOSSIBLE')),
  );
});

describe('birthDate, spelling', () => {
  it('folds every spelling of a day to the same canonical date', () => {
    fc.assert(
      fc.property(
        pastDay.chain(day => fc.tuple(fc.constant(day), spellingsOfDay(day))),
        ([day, spelling]) => expect(birthDate(spelling, NOW)).toEqual(accepted(day)),
      ),
      { numRuns: 400 },
    );
  });

  it.each([
    '',
    '1991',
    '1991-04',
    '19910420',
    '91-04-20',
    '20-04-1991',
    '1991-04/20',
    '1991/04-20',
    '1991--04-20',
  ])('says FORMAT for %j', text => expect(birthDate(text, NOW)).toEqual(refused('FORMAT')));

  it.each([
    '-1991-04-20',
    '1991-04-20-',
    '1991-004-20',
    '1991-04-020',
    '1991-4-',
    '01991-04-20',
    '/',
    '1991-04-20-1',
  ])('says FORMAT for %j', text => expect(birthDate(text, NOW)).toEqual(refused('FORMAT')));

  it.each([
    '1991 - 04 - 20',
    '1991 04 20',
    '1991.04.20',
    '1991-04-20T00:00:00Z',
    '20 April 1991',
    '1991\n04-20',
  ])('says CHARACTERS for %j', text => expect(birthDate(text, NOW)).toEqual(refused('CHARACTERS')));

  it.each([
    '1991–04–20',
    '1991−04−20',
    '1370٫01٫31',
    '1370؍01؍31',
    '1991／04／20',
    '１991-04-20',
    '1991\\04\\20',
  ])('says CHARACTERS for %j: only the ASCII separators count', text =>
    expect(birthDate(text, NOW)).toEqual(refused('CHARACTERS')),
  );

  it('never throws, and what it accepts is canonical and accepted again unchanged', () => {
    const datelike = fc
      .tuple(fc.nat(10_000), fc.constantFrom('-', '/'), fc.nat(14), fc.constantFrom('-', '/'), fc.nat(33))
      .map(parts => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(anyText, datelike, pastDay.chain(spellingsOfDay)), text => {
        const result = birthDate(text, NOW);
        if (!result.ok) return;
        expect(result.value).toMatch(/^(?:18[5-9]|19\d|20[0-2])\d-[01]\d-[0-3]\d$/);
        expect(birthDate(result.value, NOW)).toEqual(result);
      }),
      { numRuns: 1500 },
    );
  });
});

const pastDay = fc
  .integer({ min: Date.UTC(1850, 0, 1) / DAY_MS, max: Date.UTC(2026, 10, 24) / DAY_MS })
  .map(day => new Date(day * DAY_MS).toISOString().slice(0, 10));

function spellingsOfDay(day: string): fc.Arbitrary<string> {
  const calendars = [day.split('-').map(Number), jalaliParts(Date.parse(day))];
  return fc
    .tuple(
      fc.constantFrom(...calendars),
      fc.constantFrom('-', '/'),
      fc.constantFrom(1, 2),
      fc.constantFrom(1, 2),
    )
    .chain(([[year, month, date], separator, monthWidth, dateWidth]) =>
      spellingsOfDate([year, pad(month, monthWidth), pad(date, dateWidth)].join(separator)),
    );
}

function isImpossible(result: ReturnType<typeof birthDate>): boolean {
  return !result.ok && result.code === 'IMPOSSIBLE';
}

function valueOf(result: ReturnType<typeof birthDate>): string | undefined {
  return result.ok ? result.value : undefined;
}
