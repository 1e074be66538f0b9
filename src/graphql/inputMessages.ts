import type { DisplayMessage } from '../errors/display.ts';
import { ruleMessage } from '../verification/rules/index.ts';
import type { RuleCode, RuleField } from '../verification/rules/index.ts';

/** A broken rule, or a shape that no rule looks at. */
export type InputFault =
  | { readonly rule: RuleField; readonly code: RuleCode }
  | { readonly code: 'TYPE' | 'REQUIRED' | 'UNKNOWN_FIELD' | 'REJECTED' | 'LENGTH' };

const SHAPE_MESSAGES: Record<string, DisplayMessage> = {
  TYPE: {
    fa: 'نوع این مقدار درست نیست. لطفاً آن را به شکل متن یا عددی که خواسته شده است بفرستید.',
    en: 'This value has the wrong type. Please send the text or number that is asked for.',
  },
  REQUIRED: {
    fa: 'این مقدار لازم است. لطفاً آن را وارد کنید.',
    en: 'This value is required. Please enter it.',
  },
  UNKNOWN_FIELD: {
    fa: 'در این بخش مقداری آمده است که شناخته نمی‌شود. لطفاً آن را حذف کنید.',
    en: 'There is a value here that is not known. Please remove it.',
  },
  LENGTH: {
    fa: 'تعداد مقدارهای این فهرست بیش از حد مجاز است. لطفاً آن‌ها را در چند درخواست بفرستید.',
    en: 'This list holds more values than are allowed at once. Please send them in several requests.',
  },
  REJECTED: {
    fa: 'این مقدار پذیرفته نشد. لطفاً آن را بررسی و اصلاح کنید.',
    en: 'This value was not accepted. Please check and correct it.',
  },
};

/** What an app may show beside the field: what was expected, never the value. */
export function inputMessage(fault: InputFault): DisplayMessage {
  return 'rule' in fault ? ruleMessage(fault.rule, fault.code) : SHAPE_MESSAGES[fault.code]!;
}
