import { foldNumber, isTooLong } from './fold.ts';
import { accept, refuse, type RuleResult } from './ruleResult.ts';

const MOBILE = /^(?:\+98|0098|98|0)?(9[0-9]{9})$/;
const KNOWN_PREFIX = /^(?:\+98|0098|98|0(?!0))/;

/**
 * An Iranian mobile number, canonical 09xxxxxxxxx; also accepted: 9…, 98…, +98… and 0098…, each followed by the rest.
 * Operators' prefixes are not looked at: new ones come, and numbers move between operators.
 * CHARACTERS ('+' is allowed only in front), LENGTH, or FORMAT for as many digits as a mobile number but another prefix.
 */
export function mobileNumber(text: string): RuleResult {
  if (isTooLong(text)) return refuse('LENGTH');
  const number = foldNumber(text);
  const subscriber = MOBILE.exec(number)?.[1];
  if (subscriber !== undefined) return accept(`0${subscriber}`);
  if (!/^\+?[0-9]*$/.test(number)) return refuse('CHARACTERS');
  return refuse(hasRightCount(number) ? 'FORMAT' : 'LENGTH');
}

/**
 * Behind a known prefix exactly 10 digits belong: 0912345678 lacks one, though 10 digits without the 0 would do.
 * Without one, all counts that a mobile number can have are right, and it is the prefix that is wrong.
 */
function hasRightCount(number: string): boolean {
  const subscriber = number.replace(KNOWN_PREFIX, '');
  return subscriber === number ? /^\+?(?:[0-9]{10,12}|[0-9]{14})$/.test(number) : subscriber.length === 10;
}
