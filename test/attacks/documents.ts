import { mobileInput } from '../support/questions.ts';
import { MARK } from './attack.ts';

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

export function ask(alias: string, number = 0): string {
  const { nationalId, mobileNumber } = mobileInput(number);
  return `${alias}: verifyMobile(input: { nationalId: "${nationalId}", mobileNumber: "${mobileNumber}" }) { id }`;
}

export function asks(count: number): string {
  return range(count)
    .map(number => ask(`a${number}`, number))
    .join(' ');
}

/** f0 spreads f1 twice, which spreads f2 twice, and so on: 2^depth times the leaf. */
export function exponential(depth: number, type: string, leaf: string): string {
  const levels = range(depth).map(
    level => `fragment f${level} on ${type} { ...f${level + 1} ...f${level + 1} }`,
  );
  return `${type.toLowerCase()} { ...f0 } ${levels.join(' ')} fragment f${depth} on ${type} { ${leaf} }`;
}

/** Each fragment spreads two others, all in circles: a web that a naive walk never leaves. */
function circularWeb(count: number): string {
  const spread = (from: number) => `...f${(from * 2 + 1) % count} ...f${(from * 2 + 2) % count}`;
  return `{ ...f0 } ${range(count)
    .map(from => `fragment f${from} on Query { ${spread(from)} }`)
    .join(' ')}`;
}

const PARSE = 'GRAPHQL_PARSE_FAILED';
const VALIDATE = 'GRAPHQL_VALIDATION_FAILED';
const CHECKS = 'TOO_MANY_CHECKS';

/** What each hostile document gets. All of them are small enough to be read as a body. */
export const HOSTILE: Record<string, [code: string, document: string]> = {
  '1000 aliased questions': [PARSE, `mutation { ${asks(1000)} }`],
  '80 aliased questions': [VALIDATE, `mutation { ${asks(80)} }`],
  '6 aliased questions': [CHECKS, `mutation { ${asks(6)} }`],
  '6 questions in fragments': [
    CHECKS,
    `mutation { ...A ... on Mutation { ${ask('x', 8)} ...B } } fragment A on Mutation { ${asks(3)} } fragment B on Mutation { ${ask('y', 9)} ${ask('z', 10)} }`,
  ],
  '6 questions under @include': [
    CHECKS,
    `mutation { ${range(6)
      .map(n => `... @include(if: true) { ${ask(`a${n}`, n)} }`)
      .join(' ')} }`,
  ],
  'questions in exponential fragments': [VALIDATE, exponential(30, 'Mutation', asks(6))],
  '101 aliases': [
    VALIDATE,
    `{ ${range(101)
      .map(n => `a${n}: __typename`)
      .join(' ')} }`,
  ],
  'one field 500 times': [VALIDATE, `{ ${'__typename '.repeat(500)} }`],
  '10 unknown directives': [
    VALIDATE,
    `{ __typename ${range(10)
      .map(n => `@${MARK}${n}`)
      .join(' ')} }`,
  ],
  '100 000 tokens': [PARSE, `{ ${'a '.repeat(100_000)} }`],
  '100 000 tokens of punctuation': [PARSE, '{'.repeat(100_000)],
  '80 000 directives': [PARSE, `{ __typename ${'@a '.repeat(80_000)} }`],
  '900 directives': [VALIDATE, `{ __typename ${'@a '.repeat(900)} }`],
  'a list 10 000 deep': [
    PARSE,
    `{ verifications(ids: ${'['.repeat(10_000)}"a"${']'.repeat(10_000)}) { id } }`,
  ],
  'a list 900 deep': [VALIDATE, `{ verifications(ids: ${'['.repeat(900)}"a"${']'.repeat(900)}) { id } }`],
  'an object 10 000 deep': [
    PARSE,
    `{ verifications(ids: ${'{a:'.repeat(10_000)}1${'}'.repeat(10_000)}) { id } }`,
  ],
  'an object 400 deep': [VALIDATE, `{ verifications(ids: ${'{a:'.repeat(400)}1${'}'.repeat(400)}) { id } }`],
  'a type 900 deep': [VALIDATE, `query ($a: ${'['.repeat(900)}ID${']'.repeat(900)}) { __typename }`],
  'selections 450 deep': [VALIDATE, `{ ${'tokenStatus { '.repeat(450)}state${' }'.repeat(450)} }`],
  'inline fragments 450 deep': [VALIDATE, `{ ${'... { '.repeat(450)}__typename${' }'.repeat(450)} }`],
  'a fragment in itself': [VALIDATE, '{ ...a } fragment a on Query { ...a }'],
  'two fragments in a circle': [
    VALIDATE,
    '{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }',
  ],
  'a web of 40 circular fragments': [VALIDATE, circularWeb(40)],
  'a web of 150 circular fragments': [VALIDATE, circularWeb(150)],
  'exponential fragments': [VALIDATE, exponential(40, 'Query', '__typename')],
  '150 exponential fragments': [VALIDATE, exponential(150, 'Query', '__typename')],
  '90 conflicting fields with long arguments': [
    VALIDATE,
    `{ ${range(90)
      .map(n => `verification(id: "${'x'.repeat(2000)}${n}") { id }`)
      .join(' ')} }`,
  ],
  '49 fragments on the same fields': [
    VALIDATE,
    `{ ${range(49)
      .map(n => `...f${n}`)
      .join(' ')} } ${range(49)
      .map(n => `fragment f${n} on Query { tokenStatus { state } ${MARK}${n} }`)
      .join(' ')}`,
  ],
  '380 variables': [
    VALIDATE,
    `query (${range(380)
      .map(n => `$${MARK}${n}: ID`)
      .join(' ')}) { __typename }`,
  ],
  '400 operations': [
    'OPERATION_RESOLUTION_FAILURE',
    range(120)
      .map(n => `query A${n} { __typename }`)
      .join(' '),
  ],
  'circular introspection': [
    VALIDATE,
    '{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }',
  ],
  'circular introspection in a fragment': [
    VALIDATE,
    '{ __schema { types { ...T } } } fragment T on __Type { fields { type { ...T } } }',
  ],
  'possible types of possible types': [
    VALIDATE,
    '{ __type(name: "Query") { possibleTypes { possibleTypes { possibleTypes { possibleTypes { name } } } } } }',
  ],
  'a misspelt field': [VALIDATE, `{ tokenStatu { state } verificatio${MARK} }`],
  'a misspelt argument': [VALIDATE, '{ verification(idd: "x") { id } }'],
  'a misspelt type': [VALIDATE, '{ ... on Quer { __typename } }'],
  'a misspelt directive': [VALIDATE, '{ __typename @includ(if: true) }'],
  'a subscription': [VALIDATE, `subscription { ${MARK} }`],
  '@defer': [VALIDATE, '{ ... @defer { tokenStatus { state } } }'],
  'a type definition': [VALIDATE, `{ __typename } type ${MARK} { a: ID }`],
  'no operation': [VALIDATE, 'fragment a on Query { __typename }'],
  'a NUL': [PARSE, `{ __typename \u0000 ${MARK} }`],
};
