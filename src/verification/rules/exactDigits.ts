import { foldNumber, isTooLong } from './fold.ts';
import { accept, refuse, type RuleResult } from './ruleResult.ts';

/**
 * What national IDs and cards have in common: exactly `count` digits after folding.
 * CHARACTERS, LENGTH, or IMPOSSIBLE for zeros only, which every check sum lets through and nobody was ever given.
 */
export function exactDigits(text: string, count: number): RuleResult {
  if (isTooLong(text)) return refuse('LENGTH');
  const digits = foldNumber(text);
  if (!/^[0-9]*$/.test(digits)) return refuse('CHARACTERS');
  if (digits.length !== count) return refuse('LENGTH');
  if (/^0*$/.test(digits)) return refuse('IMPOSSIBLE');
  return accept(digits);
}
