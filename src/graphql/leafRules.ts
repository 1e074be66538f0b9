import { RULES, idempotencyKey, maxAge } from '../verification/rules/index.ts';
import type { RuleField, RuleResult } from '../verification/rules/index.ts';
import type { InputFault } from './inputMessages.ts';

const MAX_INT = 2 ** 31 - 1;

export type LeafRule = (value: unknown, now: number) => InputFault | null;

/** What the rules say of a value: by its input field's name where that has a rule, else by its scalar. */
export function leafRule(typeName: string, fieldName: string): LeafRule {
  if (Object.hasOwn(RULES, typeName)) {
    const rule = typeName as keyof typeof RULES;
    return ruled(rule, RULES[rule]);
  }
  if (fieldName === 'idempotencyKey') return ruled('IdempotencyKey', idempotencyKey);
  if (fieldName === 'maxAgeSeconds')
    return value => (isOfType(typeName, value) ? refused('MaxAge', maxAge(value as number)) : WRONG_TYPE);
  return value => (isOfType(typeName, value) ? null : WRONG_TYPE);
}

const WRONG_TYPE: InputFault = { code: 'TYPE' };

function ruled(rule: RuleField, check: (text: string, now: number) => RuleResult): LeafRule {
  return (value, now) => (typeof value === 'string' ? refused(rule, check(value, now)) : WRONG_TYPE);
}

function refused(rule: RuleField, result: RuleResult<unknown>): InputFault | null {
  return result.ok ? null : { rule, code: result.code };
}

function isOfType(typeName: string, value: unknown): boolean {
  switch (typeName) {
    case 'Int':
      return Number.isInteger(value) && Math.abs(value as number) <= MAX_INT;
    case 'ID':
      return typeof value === 'string' || Number.isSafeInteger(value);
    case 'Boolean':
      return typeof value === 'boolean';
    default:
      return typeof value === 'string';
  }
}
