import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readExpiry } from '../../src/paystar/expiry.ts';

const HOUR = 3_600_000;
const TEHRAN = 210;
const NOW = Date.UTC(2026, 10, 24, 8, 30);
const read = (raw: unknown, now = NOW) => readExpiry(raw, now, TEHRAN);
const assumed = (now = NOW) => ({ expiresAt: now + 12 * HOUR, assumed: true });

/** Whole seconds from 2022 (no daylight saving since) to 2060, and a life that is believed as it is. */
const moments = fc.integer({ min: 1_672_531_200, max: 2_840_140_800 }).map(seconds => seconds * 1000);
const lives = fc.integer({ min: 1, max: 86_400 }).map(seconds => seconds * 1000);
const digits = fc.constantFrom('0123456789', '۰۱۲۳۴۵۶۷۸۹', '٠١٢٣٤٥٦٧٨٩');
const separators = fc.constantFrom('-', '/');

/** Writes a moment as a wall clock in a zone shows it: by Intl, which shares nothing with the code under test. */
function wallClock(
  moment: number,
  timeZone: string,
  calendar: 'gregory' | 'persian',
  separator: string,
): string {
  const format = new Intl.DateTimeFormat(`en-u-ca-${calendar}-nu-latn`, {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  const parts = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]));
  const time = `${parts['hour']}:${parts['minute']}:${parts['second']}`;
  return `${[parts['year'], parts['month'], parts['day']].join(separator)} ${time}`;
}

const inDigits = (text: string, alphabet: string) => text.replace(/\d/g, digit => alphabet[Number(digit)]);

describe('a date that is believed', () => {
  it.each(['gregory', 'persian'] as const)('is any %s wall clock of Tehran, in any digits', calendar => {
    fc.assert(
      fc.property(moments, lives, digits, separators, (obtained, life, alphabet, separator) => {
        const text = wallClock(obtained + life, 'Asia/Tehran', calendar, separator);
        const raw = inDigits(text, alphabet);
        expect(read(raw, obtained)).toEqual({ expiresAt: obtained + life, assumed: false });
      }),
      { numRuns: 2000 },
    );
  });

  it('may bring its zone, which then counts', () => {
    const zones = fc.constantFrom(
      ['Asia/Tehran', '+03:30'],
      ['Asia/Tehran', '+0330'],
      ['Etc/UTC', 'Z'],
      ['Etc/UTC', '+00:00'],
      ['Etc/GMT+9', '-09:00'],
      ['Asia/Kathmandu', '+05:45'],
    );
    const joints = fc.constantFrom('T', ' ');
    fc.assert(
      fc.property(
        moments,
        lives,
        zones,
        joints,
        fc.constantFrom('', '.000', '.123456'),
        (obtained, life, zone, joint, fraction) => {
          const text =
            wallClock(obtained + life, zone[0], 'gregory', '-').replace(' ', joint) + fraction + zone[1];
          expect(read(text, obtained)).toEqual({ expiresAt: obtained + life, assumed: false });
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('may be an epoch in seconds or milliseconds, as a number or a text', () => {
    fc.assert(
      fc.property(moments, lives, digits, (obtained, life, alphabet) => {
        const end = obtained + life;
        for (const raw of [
          end,
          end / 1000,
          inDigits(String(end), alphabet),
          inDigits(String(end / 1000), alphabet),
        ]) {
          expect(read(raw, obtained)).toEqual({ expiresAt: end, assumed: false });
        }
      }),
    );
  });

  it('may lack its seconds, its leading zeros, and have white space around', () => {
    expect(read(' 2026-11-24 20:00 ').expiresAt).toBe(Date.UTC(2026, 10, 24, 16, 30));
    expect(read('1405/9/3 9:05:00\n', Date.UTC(2026, 10, 24, 0)).expiresAt).toBe(
      Date.UTC(2026, 10, 24, 5, 35),
    );
  });

  it('is read in the zone of the setting when it names none', () => {
    expect(readExpiry('2026-11-24 20:00:00', NOW, 0).expiresAt).toBe(Date.UTC(2026, 10, 24, 20));
    expect(readExpiry('2026-11-24 20:00:00', NOW, -90).expiresAt).toBe(Date.UTC(2026, 10, 24, 21, 30));
  });

  it('is cut to 24 hours when it lies up to 26 hours ahead', () => {
    expect(read(NOW + 24 * HOUR)).toEqual({ expiresAt: NOW + 24 * HOUR, assumed: false });
    expect(read(NOW + 26 * HOUR)).toEqual({ expiresAt: NOW + 24 * HOUR, assumed: false });
    expect(read(NOW + 26 * HOUR + 1)).toEqual(assumed());
  });
});

describe('a date that is not believed stands for 12 hours', () => {
  it('when it is not after the moment at which the key was obtained', () => {
    expect(read(NOW)).toEqual(assumed());
    expect(read('2026-11-24 11:59:59')).toEqual(assumed());
    expect(read('2026-11-24 12:00:01').assumed).toBe(false);
  });

  it.each([
    undefined,
    null,
    true,
    {},
    [],
    ['2026-11-25 12:00:00'],
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    0,
    86_400,
    '',
    ' ',
    'soon',
    'null',
    '24h',
    '9999-12-31 23:59:59',
    '0000-00-00 00:00:00',
    '2026-11-24',
    '24-11-2026 20:00:00',
    '2026-11-24 24:00:00',
    '2026-11-24 20:60:00',
    '2026-11-24 20:00:60',
    '2026-13-24 20:00:00',
    '2026-11-31 09:00:00',
    '2026-11-24 20:00:00 Asia/Tehran',
    '2026-11-24 20:00:00; DROP TABLE keys',
    '2026-11-24 20:00:00'.padEnd(100_000),
  ])('when it is no date (%#)', raw => {
    expect(read(raw)).toEqual(assumed());
  });

  it('when its day exists in neither calendar', () => {
    const november = Date.UTC(2026, 10, 30, 8, 30);
    expect(read('2026-11-31 09:00:00', november)).toEqual(assumed(november));
    // 30 Mehr 1405 is the last of its month: the 31st is not 1 Aban.
    const mehr = Date.UTC(2026, 9, 22, 12);
    expect(read('1405-07-31 12:00:00', mehr)).toEqual(assumed(mehr));
  });

  it('whatever comes, and never throws', () => {
    fc.assert(
      fc.property(fc.anything(), moments, (raw, obtained) => {
        const { expiresAt } = read(raw, obtained);
        expect(expiresAt).toBeGreaterThan(obtained);
        expect(expiresAt).toBeLessThanOrEqual(obtained + 24 * HOUR);
      }),
    );
  });
});
