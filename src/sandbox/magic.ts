import { luhnDigit } from './input.ts';

/** Inputs that make the sandbox answer in a given way. The README's table is made from this list. */
export const MAGIC = [
  { code: '0000', name: 'status-0', description: 'status 0: server error' },
  { code: '0001', name: 'match', description: 'status 1: a match' },
  { code: '0002', name: 'status-2', description: 'status 2: application not found' },
  { code: '0003', name: 'status-3', description: 'status 3: application not active' },
  { code: '0004', name: 'status-4', description: 'status 4: API key wrong, whatever the key' },
  { code: '0005', name: 'status-5', description: 'status 5: API key expired, whatever the key' },
  { code: '0006', name: 'status-6', description: 'status 6: access password wrong' },
  { code: '0007', name: 'status-7', description: 'status 7: IP not allowed' },
  { code: '0008', name: 'status-8', description: 'status 8: service not enabled' },
  { code: '0009', name: 'status-9', description: 'status 9: credit insufficient' },
  { code: '0010', name: 'status-10', description: 'status 10: input rejected, fields not named' },
  { code: '0011', name: 'status-11', description: 'status 11: service provider error' },
  { code: '0012', name: 'status-12', description: 'status 12: settings not found' },
  { code: '0013', name: 'status-13', description: 'status 13: refresh token wrong' },
  { code: '0100', name: 'mismatch', description: 'status 1: a mismatch' },
  { code: '0101', name: 'status-text-1', description: 'a match whose status is the text "1"' },
  { code: '0102', name: 'status-text-ok', description: 'status "ok", which is no known status' },
  { code: '0103', name: 'status-99', description: 'status 99, which is no known status' },
  { code: '0104', name: 'timeout', description: 'never answers; not charged' },
  { code: '0105', name: 'dropped', description: 'charged, then the connection is reset without an answer' },
  { code: '0106', name: 'html-200', description: 'an HTML page with HTTP 200' },
  { code: '0107', name: 'html-502', description: 'an HTML page with HTTP 502' },
  { code: '0108', name: 'truncated', description: 'charged; a whole HTTP body that holds half of the JSON' },
  {
    code: '0109',
    name: 'early-end',
    description: 'charged; the connection ends before the announced length',
  },
  { code: '0110', name: 'matched-text', description: 'charged; is_matched is the text "true"' },
  { code: '0111', name: 'matched-missing', description: 'charged; is_matched is missing' },
  { code: '0112', name: 'data-null', description: 'charged; data is null' },
  { code: '0113', name: 'huge', description: 'charged; a body of 50 MB' },
  { code: '0114', name: 'slow-bytes', description: 'charged; a match that arrives at one byte a second' },
  { code: '0115', name: 'html-503', description: 'an HTML page with HTTP 503 and Retry-After: 7' },
  { code: '0116', name: 'html-429', description: 'an HTML page with HTTP 429 and Retry-After: 7' },
  { code: '0117', name: 'redirect', description: 'HTTP 302 to another host' },
  { code: '0118', name: 'charged-timeout', description: 'charged, but never answers' },
  { code: '0119', name: 'late', description: 'a match after one second' },
  { code: '0120', name: 'echo', description: 'a match whose message holds HTML and the request body' },
  { code: '0121', name: 'rejected-input', description: 'status 10: rejected fields of the input are named' },
  { code: '0122', name: 'rejected-credentials', description: 'status 10: only the credentials are named' },
  {
    code: '0123',
    name: 'unauthenticated',
    description: 'HTTP 401 {"message":"Unauthenticated."}, no status',
  },
] as const;

export type MagicName = (typeof MAGIC)[number]['name'];

/** The mobile number that asks for a code of `MAGIC`. */
export function magicMobile(code: string | number): string {
  return MOBILE_PREFIX + fourDigits(code);
}

/** The card number (16 digits, Luhn-valid) that asks for a code of `MAGIC`. */
export function magicCard(code: string | number): string {
  const digits = CARD_PREFIX + fourDigits(code);
  return digits + luhnDigit(digits);
}

/** The magic that a service call's body asks for, if any. */
export function magicOf(body: Record<string, unknown>): MagicName | undefined {
  const { mobile_number: mobile, card_number: card } = body;
  if (typeof mobile === 'string' && mobile.startsWith(MOBILE_PREFIX)) return NAME_OF.get(mobile.slice(7));
  if (typeof card === 'string' && card.startsWith(CARD_PREFIX)) return NAME_OF.get(card.slice(11, 15));
  return undefined;
}

const MOBILE_PREFIX = '0999000';
const CARD_PREFIX = '99999900000';
const NAME_OF = new Map<string, MagicName>(MAGIC.map(({ code, name }) => [code, name]));

function fourDigits(code: string | number): string {
  return String(code).padStart(4, '0');
}
