import { exactDigits } from './exactDigits.ts';
import { refuse, type RuleResult } from './ruleResult.ts';

/**
 * An Iranian national ID (kod-e melli): 10 digits, the last of which checks the others.
 * Repeated digits such as 1111111111 belong to living people, and area prefixes are still being given out, so neither
 * is looked at; many public libraries refuse both.
 * CHARACTERS, LENGTH, IMPOSSIBLE (zeros only) or CHECKSUM.
 */
export function nationalId(text: string): RuleResult {
  const digits = exactDigits(text, 10);
  return digits.ok && !hasValidCheckDigit(digits.value) ? refuse('CHECKSUM') : digits;
}

/** The digits weigh 10, 9 … 2; their sum modulo 11 is the check digit when it is 0 or 1, else 11 minus it is. */
function hasValidCheckDigit(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < 9; i++) sum += Number(digits[i]) * (10 - i);
  const remainder = sum % 11;
  return Number(digits[9]) === (remainder < 2 ? remainder : 11 - remainder);
}
