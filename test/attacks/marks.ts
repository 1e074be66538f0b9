import { createHash } from 'node:crypto';

/** Everything that must never be seen again once it has gone in. Values that stand nowhere else. */
export const SECRETS = {
  accessPassword: 'canary password/+%&="1f',
  refreshToken: 'canary-refresh-token/+=&?2e',
  storeSecret: 'canary-store-secret/of-more-than-32-characters',
  bearer: 'canary-bearer-of-the-caller/+=3d',
  wrongBearer: 'canary-bearer-of-nobody/+=4c',
  bug: 'canary-words-of-a-bug',
};

export const PERSON = {
  nationalId: '4839201757',
  mobileNumber: '09367418520',
  cardNumber: '6037997294618351',
  birthDate: '1987-11-23',
  idempotencyKey: 'canary-idempotency-key',
};

/** The same data as people write them, good and mistyped. */
export const SPELLINGS = [
  '4839201757 483-920175-7 ۴۸۳۹۲۰۱۷۵۷ ٤٨٣٩٢٠١٧٥٧ 4839201750 48392017579',
  '9367418520 0936-741-8520 +989367418520 ۰۹۳۶۷۴۱۸۵۲۰ 0936741852O',
  '6037997294618351 6037-9972-9461-8351 ۶۰۳۷۹۹۷۲۹۴۶۱۸۳۵۱ 6037997294618350',
  '1987-11-23 1987/11/23 19871123 1366-09-02 1366/9/2 1366/09/02 ۱۳۶۶/۰۹/۰۲ 1987-11-31 1366.09.02',
]
  .flatMap(line => line.split(' '))
  .concat('0936 741 8520', '6037 9972 9461 8351');

export const MARKS = [...Object.values(SECRETS), ...Object.values(PERSON), ...SPELLINGS];

/** The marks that a text holds, in any form: as it is, escaped, encoded or hashed without a key. */
export function marksIn(text: string, marks: readonly string[]): string[] {
  return marks.filter(mark => formsOf(mark).some(form => text.includes(form)));
}

const known = new Map<string, string[]>();

export function formsOf(mark: string): string[] {
  const forms = known.get(mark) ?? makeForms(mark);
  known.set(mark, forms);
  return forms;
}

function makeForms(mark: string): string[] {
  const bytes = Buffer.from(mark);
  const hex = bytes.toString('hex');
  const escaped = [...mark].map(char =>
    char > '~' ? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}` : char,
  );
  const hashes = ['sha256', 'sha1', 'md5', 'sha512'].flatMap(name => hashForms(name, bytes));
  return [
    mark,
    JSON.stringify(mark).slice(1, -1),
    escaped.join(''),
    encodeURIComponent(mark),
    new URLSearchParams([['', mark]]).toString().slice(1),
    bytes.toString('latin1'),
    hex,
    hex.toUpperCase(),
    ...base64Forms(bytes),
    ...hashes,
  ];
}

function hashForms(name: string, bytes: Buffer): string[] {
  const digest = createHash(name).update(bytes).digest();
  const hex = digest.toString('hex');
  return [
    hex,
    hex.toUpperCase(),
    digest.toString('base64'),
    digest.toString('base64url'),
    digest.toString('latin1'),
  ];
}

/** Base64 of a text that holds the mark, wherever in it the mark begins: the characters that only the mark decides. */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap(offset => {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const sure = padded.slice([0, 2, 3][offset], Math.floor(((offset + bytes.length) * 8) / 6));
    return [sure, sure.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
