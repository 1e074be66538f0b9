import fc from 'fast-check';
import { spellingsOfNumber } from '../verification/rules/spellings.ts';

/** A value as a caller may send it; undefined: left out. */
export type Sent = undefined | null | boolean | number | string | Word | Sent[] | { [name: string]: Sent };

/** A bare name, such as an enum value: only a literal can be one. */
export class Word {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** One value and what the rules say of it, by construction: `faults` holds path suffixes with their codes. */
export interface Part {
  readonly sent: Sent;
  readonly faults: readonly (readonly [suffix: string, code: string])[];
}

/** An argument of a root field. */
export interface Argument {
  readonly field: string;
  readonly name: string;
  /** GraphQL type of the argument, and of each input field, for the declaration of variables. */
  readonly type: string;
  readonly types: Readonly<Record<string, string>>;
  readonly part: Part;
}

const good = (sent: Sent): Part => ({ sent, faults: [] });
const bad = (sent: Sent, code: string): Part => ({ sent, faults: [['', code]] });

const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });
const spelled = (numbers: fc.Arbitrary<string>) =>
  fc.oneof({ weight: 4, arbitrary: numbers }, { weight: 1, arbitrary: numbers.chain(spellingsOfNumber) });
const anyOf = (code: string, texts: fc.Arbitrary<string>) => texts.map(text => bad(text, code));
/** A letter in the middle, where no folding takes it away. */
const lettered = (length: number) =>
  fc
    .tuple(digits(length - 4), fc.constantFrom('a', 'O', 'x', '_', '.', '\u0000'), digits(3))
    .map(parts => parts.join(''));

const nine = digits(9).filter(text => text !== '000000000');
const checkDigit = (text: string) => {
  const rest = [...text].reduce((sum, digit, index) => sum + Number(digit) * (10 - index), 0) % 11;
  return rest < 2 ? rest : 11 - rest;
};
const luhnDigit = (text: string) => {
  const sum = [...text].reduce((total, digit, index) => {
    const weighted = Number(digit) * (index % 2 === 0 ? 2 : 1);
    return total + (weighted > 9 ? weighted - 9 : weighted);
  }, 0);
  return (10 - (sum % 10)) % 10;
};
const shifted = (digit: number, by: number) => String((digit + by) % 10);
const by = fc.integer({ min: 1, max: 9 });
const notOf = (length: number) =>
  fc
    .integer({ min: 0, max: 20 })
    .filter(count => count !== length)
    .chain(digits);

const nationalId = {
  good: nine.map(text => good(text + checkDigit(text))),
  bad: fc.oneof(
    anyOf('CHECKSUM', spelled(fc.tuple(nine, by).map(([text, n]) => text + shifted(checkDigit(text), n)))),
    anyOf('LENGTH', spelled(notOf(10))),
    anyOf('CHARACTERS', lettered(10)),
    anyOf('IMPOSSIBLE', spelled(fc.constant('0000000000'))),
  ),
};
const mobileNumber = {
  good: digits(9).map(text => good(`09${text}`)),
  bad: fc.oneof(
    anyOf('LENGTH', spelled(notOf(9).map(text => `09${text}`))),
    anyOf('FORMAT', spelled(digits(9).map(text => `08${text}`))),
    anyOf('CHARACTERS', lettered(11)),
    anyOf(
      'CHARACTERS',
      digits(7).map(text => `0912+${text}`),
    ),
  ),
};
const cardNumber = {
  good: fc.tuple(by, digits(14)).map(([first, text]) => good(first + text + luhnDigit(first + text))),
  bad: fc.oneof(
    anyOf('LUHN', spelled(fc.tuple(digits(15), by).map(([text, n]) => text + shifted(luhnDigit(text), n)))),
    anyOf('LENGTH', spelled(notOf(16))),
    anyOf('CHARACTERS', lettered(16)),
    anyOf('IMPOSSIBLE', spelled(fc.constant('0000000000000000'))),
  ),
};
const year = fc.integer({ min: 1930, max: 2019 });
const birthDate = {
  good: year.map(y => good(`${y}-07-19`)),
  bad: fc.oneof(
    anyOf(
      'IMPOSSIBLE',
      fc
        .tuple(year, fc.constantFrom('02-30', '13/01', '06/31', '4-0'))
        .map(([y, rest]) => `${y}${rest.includes('/') ? '/' : '-'}${rest}`),
    ),
    anyOf('IMPOSSIBLE', fc.constantFrom('1849-12-31', '1370/07/31', '1402/12/30', '1228/10/10')),
    anyOf(
      'FUTURE',
      fc.integer({ min: 2200, max: 9999 }).map(y => `${y}-07-19`),
    ),
    anyOf(
      'FORMAT',
      year.chain(y => fc.constantFrom(`${y}0719`, `${y}-07`, `19-07-${y}`, `${y}-07/19`)),
    ),
    anyOf(
      'CHARACTERS',
      year.chain(y => fc.constantFrom(`${y}.07.19`, `${y} 07 19`, `${y}-07-19T00:00Z`)),
    ),
  ),
};
const idempotencyKey = {
  good: fc.uuid().map(good),
  bad: fc.oneof(
    anyOf('LENGTH', fc.constantFrom('', 'k'.repeat(129), 'K'.repeat(300))),
    anyOf(
      'CHARACTERS',
      fc.uuid().map(text => `${text}\u0007`),
    ),
  ),
};
const maxAgeSeconds = {
  good: fc.nat().map(good),
  bad: fc.oneof(
    fc.integer({ min: -(2 ** 31) + 1, max: -1 }).map(age => bad(age, 'IMPOSSIBLE')),
    fc.integer({ min: 2 ** 31, max: 2 ** 40 }).map(age => bad(age, 'TYPE')),
    fc.integer({ min: 10_000, max: 99_999 }).map(age => bad(age + 0.25, 'TYPE')),
    fc.nat().map(age => bad(String(age), 'TYPE')),
  ),
};

/** Names that stand in no message of ours; `__proto__` is one that JavaScript itself stumbles over. */
const unknownName = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'hasOwnProperty', 'nationalID'),
  fc.string({ unit: fc.constantFrom(...'qwzxj'), minLength: 9, maxLength: 14 }),
);
/** `Object.fromEntries` makes own properties of all names, `__proto__` included. */
const object = (entries: (readonly [string, Sent])[]): Sent =>
  Object.fromEntries(entries.filter(entry => entry[1] !== undefined));

const wrongShape = fc.oneof(
  fc.boolean(),
  digits(10).map(text => [text]),
  fc.tuple(unknownName, digits(10)).map(([name, text]) => object([[name, text]])),
);
const wrongForText = fc.oneof(
  wrongShape,
  fc.integer({ min: 100_000, max: 2 ** 31 - 1 }),
  fc.constant(new Word('ZZ_ENUM_VALUE')),
);

interface Leaf {
  readonly good: fc.Arbitrary<Part>;
  readonly bad: fc.Arbitrary<Part>;
}
const required = (leaf: Leaf) =>
  fc.oneof(
    { weight: 5, arbitrary: leaf.good },
    { weight: 5, arbitrary: leaf.bad },
    { weight: 2, arbitrary: wrongForText.map(sent => bad(sent, 'TYPE')) },
    { weight: 2, arbitrary: fc.constantFrom(undefined, null).map(sent => bad(sent, 'REQUIRED')) },
  );
const optional = (leaf: Leaf, wrong: fc.Arbitrary<Sent>) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(undefined, null).map(good) },
    { weight: 2, arbitrary: leaf.good },
    { weight: 2, arbitrary: leaf.bad },
    { weight: 1, arbitrary: wrong.map(sent => bad(sent, 'TYPE')) },
  );

const MOBILE = {
  nationalId: 'NationalId!',
  mobileNumber: 'MobileNumber!',
  maxAgeSeconds: 'Int',
  idempotencyKey: 'String',
};
const CARD = {
  nationalId: 'NationalId!',
  cardNumber: 'CardNumber!',
  birthDate: 'BirthDate!',
  maxAgeSeconds: 'Int',
  idempotencyKey: 'String',
};
const LEAVES = {
  nationalId: required(nationalId),
  mobileNumber: required(mobileNumber),
  cardNumber: required(cardNumber),
  birthDate: required(birthDate),
  maxAgeSeconds: optional(maxAgeSeconds, wrongShape),
  idempotencyKey: optional(idempotencyKey, wrongForText),
};

/** Always at least one fault. */
export const paidArgument: fc.Arbitrary<Argument> = fc.oneof(
  inputArgument('verifyMobile', 'VerifyMobileInput!', MOBILE),
  inputArgument('verifyCard', 'VerifyCardInput!', CARD),
);

function inputArgument(field: string, type: string, types: Record<string, string>): fc.Arbitrary<Argument> {
  const names = Object.keys(types) as (keyof typeof LEAVES)[];
  const whole = fc
    .tuple(fc.tuple(...names.map(name => LEAVES[name])), fc.option(unknownName, { freq: 8 }))
    .map(([parts, unknown]): Part => {
      const entries = names.map((name, index) => [name, parts[index].sent] as const);
      const faults = parts.flatMap((part, index) =>
        part.faults.map(([, code]) => [`.${names[index]}`, code] as const),
      );
      if (unknown === null) return { sent: object(entries), faults };
      return {
        sent: object([...entries, [unknown, '8877665544']]),
        faults: [...faults, ['', 'UNKNOWN_FIELD']],
      };
    });
  const part = fc.oneof(
    { weight: 12, arbitrary: whole },
    {
      weight: 1,
      arbitrary: fc
        .oneof(digits(10), fc.integer({ min: 100_000 }), fc.boolean(), fc.constant<Sent>(['9988776655']))
        .map(sent => bad(sent, 'TYPE')),
    },
    { weight: 1, arbitrary: fc.constantFrom(undefined, null).map(sent => bad(sent, 'REQUIRED')) },
  );
  return part
    .filter(({ faults }) => faults.length > 0)
    .map(found => ({ field, name: 'input', type, types, part: found }));
}

const wrongForId = fc.oneof(
  fc.boolean(),
  fc.nat().map(n => n + 0.5),
  fc.constant({ zzInner: '9988776655' }),
);
/** Always at least one fault. */
export const freeArgument: fc.Arbitrary<Argument> = fc.oneof(
  fc
    .oneof(
      fc.constantFrom(undefined, null).map(sent => bad(sent, 'REQUIRED')),
      fc.oneof(wrongForId, fc.constant<Sent>(['some-id'])).map(sent => bad(sent, 'TYPE')),
    )
    .map(part => ({ field: 'verification', name: 'id', type: 'ID!', types: {}, part })),
  fc
    .oneof(
      fc.constantFrom(undefined, null).map(sent => bad(sent, 'REQUIRED')),
      wrongForId.map(sent => bad(sent, 'TYPE')),
      fc.tuple(fc.array(fc.uuid(), { maxLength: 3 }), wrongForId).map(([ids, wrong]): Part => ({
        sent: [...ids, wrong, null],
        faults: [
          [`.${ids.length}`, 'TYPE'],
          [`.${ids.length + 1}`, 'REQUIRED'],
        ],
      })),
    )
    .map(part => ({ field: 'verifications', name: 'ids', type: '[ID!]!', types: {}, part })),
);
