import { birthDate } from './birthDate.ts';
import { cardNumber } from './cardNumber.ts';
import { mobileNumber } from './mobileNumber.ts';
import { nationalId } from './nationalId.ts';
import type { RuleResult } from './ruleResult.ts';

export { birthDate, cardNumber, mobileNumber, nationalId };
export { idempotencyKey } from './idempotencyKey.ts';
export { maxAge } from './maxAge.ts';
export { ruleMessage, type RuleField, type RuleMessage } from './messages.ts';
export type { RuleCode, RuleResult } from './ruleResult.ts';

type InputRule = (text: string, nowMs: number) => RuleResult;

/** The rule of each input scalar, under the scalar's name. */
export const RULES = {
  NationalId: nationalId,
  MobileNumber: mobileNumber,
  CardNumber: cardNumber,
  BirthDate: birthDate,
} as const satisfies Record<string, InputRule>;
