import { exactDigits } from './exactDigits.ts';
import { refuse, type RuleResult } from './ruleResult.ts';

/**
 * An Iranian bank card: 16 digits that pass Luhn's check. Any bank prefix, since lists of banks grow old.
 * CHARACTERS, LENGTH, IMPOSSIBLE (zeros only) or LUHN.
 */
export function cardNumber(text: string): RuleResult {
  const digits = exactDigits(text, 16);
  return digits.ok && !passesLuhn(digits.value) ? refuse('LUHN') : digits;
}

/** Every second digit from the left is doubled, 9 taken off above 9 (ISO/IEC 7812-1; right for even lengths only). */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const weighted = Number(digits[i]) * (i % 2 === 0 ? 2 : 1);
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}
