import { RULES, idempotencyKey, maxAge } from '../verification/rules/index.ts';
import type { RuleField, RuleResult } from '../verification/rules/index.ts';
import type { InputFault } from './inputMessages.ts';

const MAX_INT = 2 ** 31 - 1;

/** What the rules say of one value: by its input field's name where that has a rule, else by its scalar. */
export function checkLeaf(
  typeName: string,
  fieldName: string,
  value: unknown,
  now: number,
): InputFault | null {
  if (Object.hasOwn(RULES, typeName)) {
    return ruled(typeName as keyof typeof RULES, value, text =>
      RULES[typeName as keyof typeof RULES](text, now),
    );
  }
  if (fieldName === 'idempotencyKey') return ruled('IdempotencyKey', value, idempotencyKey);
  if (!isOfType(typeName, value)) return { code: 'TYPE' };
  return fieldName === 'maxAgeSeconds' ? refused('MaxAge', maxAge(value as number)) : null;
}

function ruled(rule: RuleField, value: unknown, check: (text: string) => RuleResult): InputFault | null {
  return typeof value === 'string' ? refused(rule, check(value)) : { code: 'TYPE' };
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
