/** Both calendars, worked out independently of the source and of jalaali-js. */

export const DAY_MS = 86_400_000;

const persianCalendar = new Intl.DateTimeFormat('en-u-ca-persian-nu-latn', {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  timeZone: 'UTC',
});

/** The Gregorian calendar counted out day by day from its own rule, without Date. */
export function* gregorianDays(): Generator<string> {
  for (let year = 1850; year <= 2060; year++) {
    const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
    const lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    for (const [index, length] of lengths.entries())
      for (let day = 1; day <= length; day++) yield iso(year, index + 1, day);
  }
}

export function jalaliDays(): { text: string; gregorian: string }[] {
  const days = [];
  for (let ms = Date.UTC(1850, 0, 1); ms <= Date.UTC(2026, 10, 24); ms += DAY_MS)
    days.push({ text: jalaliParts(ms).join('/'), gregorian: new Date(ms).toISOString().slice(0, 10) });
  return days;
}

export function jalaliParts(ms: number): number[] {
  const parts = persianCalendar.formatToParts(ms);
  return ['year', 'month', 'day'].map(type => Number(parts.find(part => part.type === type)?.value));
}

export function iso(year: number, month: number, day: number): string {
  return `${year}-${pad(month, 2)}-${pad(day, 2)}`;
}

export function pad(part: number, width: number): string {
  return String(part).padStart(width, '0');
}
