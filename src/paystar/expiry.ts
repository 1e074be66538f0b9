import { isValidJalaaliDate, toGregorian } from 'jalaali-js';

const HOUR_MS = 3_600_000;

/** Paystar documents that a key lives 24 hours; nothing is believed beyond that. */
export const KEY_LIFE_MS = 24 * HOUR_MS;
/** A date this far off is a misread zone or calendar, not a long life. */
const BELIEVABLE_MS = 26 * HOUR_MS;
/** What a key is trusted for when its date says nothing: half of what is documented. */
const ASSUMED_MS = 12 * HOUR_MS;

/** When a key ends, in ms since the epoch; `assumed` when Paystar's date could not be used. */
export interface Expiry {
  readonly expiresAt: number;
  readonly assumed: boolean;
}

/** Reads `api_key_expire_date` in any of the forms of the wild; never throws (DESIGN 4). */
export function readExpiry(raw: unknown, obtainedAt: number, utcOffsetMinutes: number): Expiry {
  const stated = parseDate(raw, utcOffsetMinutes);
  if (stated === null || stated <= obtainedAt || stated > obtainedAt + BELIEVABLE_MS) {
    return { expiresAt: obtainedAt + ASSUMED_MS, assumed: true };
  }
  return { expiresAt: Math.min(stated, obtainedAt + KEY_LIFE_MS), assumed: false };
}

function parseDate(raw: unknown, utcOffsetMinutes: number): number | null {
  if (typeof raw === 'number') return parseEpoch(String(raw));
  if (typeof raw !== 'string' || raw.length > 64) return null;
  const text = toAsciiDigits(raw.trim());
  return /^\d+$/.test(text) ? parseEpoch(text) : parseCalendar(text, utcOffsetMinutes);
}

function parseEpoch(text: string): number | null {
  if (/^\d{13}$/.test(text)) return Number(text);
  return /^\d{9,10}$/.test(text) ? Number(text) * 1000 : null;
}

const CALENDAR =
  /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})[T ]\s?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?\s?(Z|[+-]\d{2}:?\d{2})?$/i;

function parseCalendar(text: string, utcOffsetMinutes: number): number | null {
  const match = CALENDAR.exec(text);
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(part => Number(part ?? 0));
  const date = toDay(year!, month!, day!);
  if (!date || hour! > 23 || minute! > 59 || second! > 59) return null;
  const zone = match[7] === undefined ? utcOffsetMinutes : zoneMinutes(match[7]);
  return Date.UTC(date.year, date.month - 1, date.day, hour, minute! - zone, second);
}

/** A real day of the Gregorian calendar, converted from the Jalali one for a year 1300–1499; else null. */
function toDay(
  year: number,
  month: number,
  day: number,
): { year: number; month: number; day: number } | null {
  if (month < 1 || month > 12 || day < 1 || day > 31) return null;
  if (year >= 1300 && year <= 1499) {
    if (!isValidJalaaliDate(year, month, day)) return null;
    const { gy, gm, gd } = toGregorian(year, month, day);
    return { year: gy, month: gm, day: gd };
  }
  const real = new Date(Date.UTC(year, month - 1, day)).getUTCMonth() === month - 1;
  return real && year >= 1900 ? { year, month, day } : null;
}

function zoneMinutes(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return zone.startsWith('-') ? -minutes : minutes;
}

function toAsciiDigits(text: string): string {
  return text.replace(/[\u06f0-\u06f9\u0660-\u0669]/g, digit => String(digit.charCodeAt(0) & 0xf));
}
