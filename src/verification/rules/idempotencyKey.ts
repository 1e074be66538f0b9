import { accept, refuse, type RuleResult } from './ruleResult.ts';

const MAX_CHARACTERS = 128;
// A code point has at most two units, so more units need no counting.
const MAX_UNITS = 2 * MAX_CHARACTERS;

/**
 * A caller's idempotency key: 1 to 128 characters (code points), kept verbatim, since two keys that look alike may
 * still be two keys. LENGTH, or CHARACTERS for control characters and for lone surrogates, which UTF-8 would silently
 * turn into one and the same replacement character.
 */
export function idempotencyKey(text: string): RuleResult {
  if (text === '' || text.length > MAX_UNITS) return refuse('LENGTH');
  if (/[\p{Cc}\p{Cs}]/u.test(text)) return refuse('CHARACTERS');
  return [...text].length > MAX_CHARACTERS ? refuse('LENGTH') : accept(text);
}
