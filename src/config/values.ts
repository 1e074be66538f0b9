import { isIP } from 'node:net';
import { z } from 'zod';

/** The largest delay of a Node.js timer; a longer one fires at once. */
const TIMER_MAX_MS = 2_147_483_647;
/** Some 31 700 years: as milliseconds after now it is still within what a Date can hold (8.64e15). */
const SECONDS_MAX = 1_000_000_000_000;

// Every schema takes the trimmed text of a setting; its description completes the sentence "expected …".

export const text = z
  .string()
  .regex(/^\P{Cc}+$/u)
  .describe('a text without control characters');

export const headerText = z
  .string()
  .regex(/^[\x20-\x7e]+$/)
  .describe('printable ASCII characters, since it is sent in a header');

export const longText = z
  .string()
  .refine(value => [...value].length >= 32)
  .describe('a text of 32 characters or more');

export const host = z
  .string()
  .regex(/^[\w.:%-]+$/)
  .describe('an IP address or a host name to listen on');

export const boolean = z.stringbool({ truthy: ['true'], falsy: ['false'] }).describe('true or false');

export const milliseconds = (min: number) => integer(min, TIMER_MAX_MS);
export const seconds = (min: number) => integer(min, SECONDS_MAX);
export const port = integer(0, 65_535);
export const count = (min: number) => integer(min, Number.MAX_SAFE_INTEGER);

function integer(min: number, max: number) {
  const range = z.int().min(min).max(max);
  const expected = `a whole number, at least ${min} and at most ${max}, in digits only`;
  return z.string().regex(/^\d+$/).transform(Number).pipe(range).describe(expected);
}

export function oneOf<const T extends readonly string[]>(...names: T) {
  return z.enum(names).describe(`one of ${names.join(', ')}`);
}

/** Minutes east of UTC. The widest offsets in use are -12:00 and +14:00. */
export const utcOffsetMinutes = parsed('an offset from UTC such as +03:30, or Z', value => {
  if (value === 'Z') return 0;
  const [, sign, hours, minutes] = /^([+-])(\d\d):([0-5]\d)$/.exec(value) ?? [];
  const offset = Number(hours) * 60 + Number(minutes);
  if (!(offset <= 14 * 60)) return undefined;
  return sign === '-' && offset > 0 ? -offset : offset;
});

export const callerName = z
  .string()
  .regex(/^(?!anonymous$)[\w.-]{1,64}$/)
  .describe('1-64 letters, digits, "_", ".", "-", and not "anonymous"');

export type ApiKeyHash = Readonly<{ name: string; sha256: string }>;

/** One name may have several hashes (rotation); one hash under two names would leave open who calls. */
export const apiKeys = parsed(
  'name:sha256hex pairs, comma-separated: names of 1-64 letters, digits, "_", ".", "-", not "anonymous"; ' +
    'the SHA-256 as 64 hex digits, under one name only',
  value => {
    const keys = list(value).map(apiKey);
    if (!keys.every(key => key !== undefined)) return undefined;
    const owners = new Map(keys.map(key => [key.sha256, key.name]));
    return keys.every(key => owners.get(key.sha256) === key.name) ? keys : undefined;
  },
);

function apiKey(entry: string): ApiKeyHash | undefined {
  const [, text, sha256] = /^(.*):([\da-f]{64})$/i.exec(entry) ?? [];
  const name = callerName.safeParse(text).data;
  return name === undefined || sha256 === undefined ? undefined : { name, sha256: sha256.toLowerCase() };
}

/** Serialised as browsers send them: lower-case, without the scheme's own port. */
export const corsOrigins = parsed(
  'exact origins such as https://app.example.com, comma-separated and without a path, or * alone',
  value => {
    if (value === '*') return ['*'];
    const origins = list(value).map(origin);
    return origins.every(entry => entry !== undefined) ? origins : undefined;
  },
);

function origin(entry: string): string | undefined {
  const url = /^[a-z][a-z\d+.-]*:\/\/[^\s/?#@*\\]+$/i.test(entry) ? URL.parse(entry) : null;
  return url?.host ? `${url.protocol}//${url.host}` : undefined;
}

/** What Fastify's trustProxy takes. */
export const trustProxy = parsed<boolean | number | string[]>(
  'true, false, a number of hops, or addresses and CIDR ranges, comma-separated',
  value => {
    if (/^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
    if (/^\d+$/.test(value)) return count(0).safeParse(value).data;
    return list(value).every(isAddressRange) ? list(value) : undefined;
  },
);

// Fastify refuses a range of /0 and an address with a zone.
function isAddressRange(entry: string): boolean {
  const [, address = '', range] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
  const bits = { 4: 32, 6: 128 }[isIP(address)] ?? 0;
  return bits > 0 && (range === undefined || (Number(range) >= 1 && Number(range) <= bits));
}

function list(value: string): string[] {
  return value.split(',').map(entry => entry.trim());
}

/** A schema from a function that returns undefined for what it cannot accept. */
export function parsed<T>(expected: string, parse: (value: string) => T | undefined) {
  return z
    .string()
    .transform((value, context): T => {
      const result = parse(value);
      if (result !== undefined) return result;
      context.addIssue(expected);
      return z.NEVER;
    })
    .describe(expected);
}
