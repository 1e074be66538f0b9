import fc from 'fast-check';

// Written out one by one, independently of the ranges in the source.
export const MARKS = [
  ...'\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064',
  ...'\u2066\u2067\u2068\u2069\u061c\ufeff\u00ad',
];
export const SPACES = [
  ...' \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000',
];
export const DASHES = [...'-\u2010\u2011\u2012\u2013\u2014\u2015\u2212'];
export const LINE_ENDS_AND_TABS = [...'\t\n\v\f\r\u2028\u2029'];
export const PERSIAN = '۰۱۲۳۴۵۶۷۸۹';
export const ARABIC = '٠١٢٣٤٥٦٧٨٩';

export const digits = (count: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: count, maxLength: count });

/** Any text: all planes, controls, lone surrogates, and texts made of what the rules care about. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({
    unit: fc.integer({ min: 0, max: 0xffff }).map(unit => String.fromCharCode(unit)),
    maxLength: 40,
  }),
  fc.string({
    unit: fc.constantFrom(
      ...'0123456789',
      ...PERSIAN,
      ...ARABIC,
      ...MARKS,
      ...SPACES,
      ...DASHES,
      ...'+/\n\t\u0000a',
    ),
    maxLength: 40,
  }),
);

/** Every way to type a number that must mean the same: three scripts, marks, spaces and dashes anywhere. */
export const spellingsOfNumber = (canonical: string): fc.Arbitrary<string> =>
  spelled(canonical, [...MARKS, ...SPACES, ...DASHES]);

/** The same for a date, where only marks may stand inside. */
export const spellingsOfDate = (canonical: string): fc.Arbitrary<string> => spelled(canonical, MARKS);

function spelled(canonical: string, inside: string[]): fc.Arbitrary<string> {
  const around = noise([...MARKS, ...SPACES, ...LINE_ENDS_AND_TABS]);
  const characters = [...canonical].map(character => fc.tuple(inAnyScript(character), noise(inside)));
  return fc.tuple(around, fc.tuple(...characters), around).map(
    ([before, middle, after]) =>
      before +
      middle
        .flat()
        .join('')
        .replace(/[\p{Zs}]+$/u, '') +
      after,
  );
}

const noise = (characters: string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant('') },
    fc.string({ unit: fc.constantFrom(...characters), maxLength: 3 }),
  );

const inAnyScript = (character: string): fc.Arbitrary<string> =>
  /\d/.test(character)
    ? fc.constantFrom(character, PERSIAN[Number(character)], ARABIC[Number(character)])
    : fc.constant(character);
