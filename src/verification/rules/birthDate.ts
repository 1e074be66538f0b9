import { isValidJalaaliDate, toGregorian } from 'jalaali-js';
import { fold, isTooLong } from './fold.ts';
import { accept, refuse, type RuleResult } from './ruleResult.ts';

const YEAR_MONTH_DAY = /^([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})$/;
const EARLIEST = '1850-01-01';
// Iran has had no daylight saving since 2022, so the offset of "now" is fixed.
const TEHRAN_OFFSET_MS = 3.5 * 60 * 60 * 1000;

/**
 * A birth date, canonical Gregorian YYYY-MM-DD. Year, month and day, in this order, with '-' or '/' between them (twice
 * the same), a four-digit year, one or two digits for month and day. A year from 1200 to 1599 is Jalali.
 * No spaces around the separators and no Persian or typographic separators: those are CHARACTERS.
 * Other shapes, and what is too long to be a date, are FORMAT; days that do not exist or lie before 1850 IMPOSSIBLE;
 * days after today in Tehran FUTURE.
 * @param nowMs the present, in milliseconds since the epoch
 */
export function birthDate(text: string, nowMs: number): RuleResult {
  if (isTooLong(text)) return refuse('FORMAT');
  const date = fold(text);
  if (!/^[-/0-9]*$/.test(date)) return refuse('CHARACTERS');
  const [, year, , month, day] = YEAR_MONTH_DAY.exec(date) ?? [];
  if (year === undefined) return refuse('FORMAT');
  const canonical = toCanonical(Number(year), Number(month), Number(day));
  if (canonical === undefined || canonical < EARLIEST) return refuse('IMPOSSIBLE');
  if (canonical > todayInTehran(nowMs)) return refuse('FUTURE');
  return accept(canonical);
}

/** Undefined when the day does not exist in its calendar. */
function toCanonical(year: number, month: number, day: number): string | undefined {
  if (year < 1200 || year > 1599) return isGregorianDay(year, month, day) ? iso(year, month, day) : undefined;
  if (!isValidJalaaliDate(year, month, day)) return undefined;
  const { gy, gm, gd } = toGregorian(year, month, day);
  return iso(gy, gm, gd);
}

function isGregorianDay(year: number, month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= lengthOfMonth(year, month);
}

/** Day 0 of the next month is the last of this one. (Date.UTC reads years below 100 as 19xx; those are refused anyway.) */
function lengthOfMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

// Four digits for the year too, so that dates compare as text.
function iso(year: number, month: number, day: number): string {
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

function pad(part: number, width: number): string {
  return String(part).padStart(width, '0');
}

function todayInTehran(nowMs: number): string {
  return new Date(nowMs + TEHRAN_OFFSET_MS).toISOString().slice(0, 10);
}
