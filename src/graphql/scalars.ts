import { GraphQLScalarType, Kind } from 'graphql';
import type { ValueNode } from 'graphql';
import { isoTime } from '../isoTime.ts';
import { RULES } from '../verification/rules/index.ts';
import type { RuleCode } from '../verification/rules/index.ts';

/** The input pass, which has the server's clock, has refused dates in the future before a scalar sees them. */
const END_OF_TIME = Date.UTC(9999, 0);

/** Thrown by an input scalar. The input pass tells the caller; this message reaches nobody and repeats nothing. */
class RuleViolation extends Error {
  readonly code: RuleCode | 'TYPE';

  constructor(code: RuleCode | 'TYPE') {
    super(`input refused: ${code}`);
    this.code = code;
  }
}

const FOLDED =
  'Persian and Arabic digits, surrounding white space and invisible direction marks are folded first; so are spaces and dashes inside, except in dates.';

export const NationalId = inputScalar(
  'NationalId',
  'An Iranian national ID: 10 digits with a valid checksum.',
);
export const MobileNumber = inputScalar(
  'MobileNumber',
  'An Iranian mobile number, canonical 09xxxxxxxxx; also accepts 9…, 98…, +98… and 0098….',
);
export const CardNumber = inputScalar(
  'CardNumber',
  'A bank card number: 16 digits with a valid Luhn check digit.',
);
export const BirthDate = inputScalar(
  'BirthDate',
  'A birth date, canonical Gregorian YYYY-MM-DD; accepts / for -, one-digit months and days, and Jalali years 1200-1599.',
);

/** Milliseconds since the epoch inside, RFC 3339 in UTC with milliseconds outside. Never an input. */
export const DateTime = new GraphQLScalarType<number, string>({
  name: 'DateTime',
  description: 'A moment, RFC 3339 in UTC with milliseconds, such as 2026-11-24T08:30:00.000Z.',
  serialize: ms => isoTime(ms as number),
});

function inputScalar(name: keyof typeof RULES, what: string): GraphQLScalarType<string, string> {
  const parse = (value: unknown): string => {
    if (typeof value !== 'string') throw new RuleViolation('TYPE');
    const result = RULES[name](value, END_OF_TIME);
    if (!result.ok) throw new RuleViolation(result.code);
    return result.value;
  };
  return new GraphQLScalarType<string, string>({
    name,
    description: `${what} ${FOLDED}`,
    parseValue: parse,
    parseLiteral: (node: ValueNode) => parse(node.kind === Kind.STRING ? node.value : undefined),
  });
}
