import type { ServiceName } from './ledger.ts';

/** Laravel's validation shape: field name to messages. */
export type FieldMessages = Record<string, string[]>;

/** Valid, with area prefixes that Iran has not assigned, so that they are nobody's. */
export const SAMPLE_NATIONAL_ID = '9990000018';
export const MISMATCH_NATIONAL_ID = '9990000026';

/** The fields of a service call that Paystar would refuse with status 10, or null. */
export function rejectedFields(service: ServiceName, body: Record<string, unknown>): FieldMessages | null {
  let rejected: FieldMessages | null = null;
  for (const { field, label, isValid } of RULES[service]) {
    const value = body[field];
    if (typeof value === 'string' && isValid(value)) continue;
    rejected ??= {};
    rejected[field] = [
      value === undefined || value === '' ? `وارد کردن ${label} الزامی است.` : `${label} معتبر نیست.`,
    ];
  }
  return rejected;
}

/** The last digit that makes `digits` + itself pass Luhn's check. */
export function luhnDigit(digits: string): string {
  return String((10 - (luhnSum(`${digits}0`) % 10)) % 10);
}

const NATIONAL_ID = { field: 'national_id', label: 'کد ملی', isValid: isNationalId };
const RULES = {
  'mobile-national-id': [
    NATIONAL_ID,
    { field: 'mobile_number', label: 'شماره موبایل', isValid: (text: string) => /^09\d{9}$/.test(text) },
  ],
  'card-national-id': [
    NATIONAL_ID,
    { field: 'card_number', label: 'شماره کارت', isValid: isCardNumber },
    { field: 'birth_date', label: 'تاریخ تولد', isValid: isDate },
  ],
};

function isNationalId(text: string): boolean {
  if (!/^\d{10}$/.test(text) || text === '0000000000') return false;
  let sum = 0;
  for (let index = 0; index < 9; index++) sum += Number(text[index]) * (10 - index);
  const rest = sum % 11;
  return Number(text[9]) === (rest < 2 ? rest : 11 - rest);
}

function isCardNumber(text: string): boolean {
  return /^\d{16}$/.test(text) && luhnSum(text) % 10 === 0;
}

function luhnSum(digits: string): number {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum;
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  // JavaScript rolls 30 February over to March: only a real day comes back unchanged.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
