/** The ways in which the sandbox can write `api_key_expire_date`; 'tehran' is the one seen in public code. */
export type ExpiryForm =
  | 'tehran'
  | 'iso-z'
  | 'iso-offset'
  | 'epoch-s'
  | 'epoch-ms'
  | 'persian-digits'
  | 'jalali'
  | 'missing'
  | 'garbage'
  | 'past'
  | 'year-9999';

/** An instant (epoch milliseconds) as Paystar might write it; undefined leaves the field out. */
export function writeExpiry(form: ExpiryForm, expiresAt: number, now: number): string | number | undefined {
  switch (form) {
    case 'tehran':
      return tehran(expiresAt);
    case 'iso-z':
      return new Date(expiresAt).toISOString();
    case 'iso-offset':
      return `${tehran(expiresAt).replace(' ', 'T')}+03:30`;
    case 'epoch-s':
      return Math.floor(expiresAt / 1000);
    case 'epoch-ms':
      return expiresAt;
    case 'persian-digits':
      return tehran(expiresAt).replace(/\d/g, digit => '۰۱۲۳۴۵۶۷۸۹'.charAt(Number(digit)));
    case 'jalali':
      return jalali(expiresAt);
    case 'missing':
      return undefined;
    case 'garbage':
      return 'soon';
    case 'past':
      return tehran(now - 3_600_000);
    case 'year-9999':
      return '9999-12-31 23:59:59';
  }
}

/** Iran has had no daylight saving since 2022. */
const TEHRAN_OFFSET_MS = 12_600_000;

function tehran(instant: number): string {
  return new Date(instant + TEHRAN_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
}

function jalali(instant: number): string {
  const calendar = new Intl.DateTimeFormat('en-u-ca-persian-nu-latn', {
    timeZone: 'UTC',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  const parts = calendar.formatToParts(instant + TEHRAN_OFFSET_MS);
  const part = (type: string) => parts.find(found => found.type === type)?.value;
  return `${part('year')}-${part('month')}-${part('day')} ${tehran(instant).slice(11)}`;
}
