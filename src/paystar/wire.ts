import { z } from 'zod';
import type { ErrorDetails } from '../errors/identityError.ts';
import {
  CREDENTIALS_REJECTED,
  FAULT_TABLE,
  PaystarError,
  STATUS_SUCCESS,
  STATUS_TABLE,
  statusRow,
} from './status.ts';

/** Paystar's endpoints, by the last part of their path. */
export type Endpoint = 'refresh-api-key' | 'mobile-national-id' | 'card-national-id';
export const PAID_SERVICES = ['mobile-national-id', 'card-national-id'] as const satisfies Endpoint[];
export type PaidService = (typeof PAID_SERVICES)[number];

/** A whole HTTP answer. */
export interface Reply {
  readonly httpStatus: number;
  /** Whole seconds, from Retry-After; null when absent or unreadable. */
  readonly retryAfterSeconds: number | null;
  readonly body: string;
}

/** Paystar's names of the inputs, which status 10 uses in its `data` map, and ours. */
const INPUT_NAMES = new Map([
  ['national_id', 'nationalId'],
  ['mobile_number', 'mobileNumber'],
  ['card_number', 'cardNumber'],
  ['birth_date', 'birthDate'],
]);
const CREDENTIAL_NAMES = new Set(['application_id', 'access_password', 'refresh_token']);

const Envelope = z.looseObject({ status: z.unknown(), data: z.unknown().optional() });
const MatchData = z.looseObject({ is_matched: z.boolean() });
const KeyData = z.looseObject({
  // A key goes into a header: only visible ASCII can be sent, anything else is not a key.
  api_key: z.string().regex(/^[\x21-\x7e]{1,4096}$/),
  api_key_expire_date: z.unknown().optional(),
});

/** The answer of a paid question. Throws `PaystarError` for anything but status 1 with a real boolean. */
export function readMatch(reply: Reply, service: PaidService): boolean {
  const parsed = MatchData.safeParse(readData(reply, service));
  if (parsed.success) return parsed.data.is_matched;
  throw new PaystarError(FAULT_TABLE.RESPONSE_INVALID, {
    charged: 'YES', // status 1 is the paid answer, even if it cannot be read
    paystar: { status: STATUS_SUCCESS, service },
  });
}

/** A new API key and its raw expiry date. Throws `PaystarError` for anything else. */
export function readApiKey(reply: Reply): { apiKey: string; expireDate: unknown } {
  const parsed = KeyData.safeParse(readData(reply, 'refresh-api-key'));
  if (parsed.success) return { apiKey: parsed.data.api_key, expireDate: parsed.data.api_key_expire_date };
  throw new PaystarError(FAULT_TABLE.RESPONSE_INVALID, {
    paystar: { status: STATUS_SUCCESS, service: 'refresh-api-key' },
  });
}

/** `data` of a status-1 envelope. The body decides, whatever the HTTP code: that code is not documented. */
function readData(reply: Reply, service: Endpoint): unknown {
  const envelope = Envelope.safeParse(parseJson(reply.body));
  if (!envelope.success || !Object.hasOwn(envelope.data, 'status')) throw notOurs(reply);
  const status = readStatus(envelope.data.status);
  if (status === STATUS_SUCCESS) return envelope.data.data;
  const row = statusRow(status);
  const details = { paystar: { status, service }, ...retryAfter(reply) };
  throw row.reaction === 'FIELDS'
    ? inputRejected(details, envelope.data.data)
    : new PaystarError(row, details);
}

/** Status 10. Only the names in its `data` map are used: Paystar's messages may repeat values. */
function inputRejected(details: ErrorDetails, data: unknown): PaystarError {
  const names = typeof data === 'object' && data !== null && !Array.isArray(data) ? Object.keys(data) : [];
  const rejected = names.flatMap(name => INPUT_NAMES.get(name) ?? []);
  const credentialsOnly = names.length > 0 && names.every(name => CREDENTIAL_NAMES.has(name));
  return new PaystarError(credentialsOnly ? CREDENTIALS_REJECTED : STATUS_TABLE[10]!, {
    ...details,
    rejected,
  });
}

/** An integer, or an integer in a string; every other value is an unknown status: null, so no text of theirs spreads. */
function readStatus(status: unknown): number | null {
  if (typeof status === 'string') return /^(?:0|[1-9]\d{0,8})$/.test(status) ? Number(status) : null;
  return Number.isSafeInteger(status) ? (status as number) : null;
}

function notOurs(reply: Reply): PaystarError {
  return new PaystarError(FAULT_TABLE.RESPONSE_INVALID, {
    ...retryAfter(reply),
    cause: new Error(`HTTP ${reply.httpStatus} with a body that is not Paystar's JSON`),
    httpFault: reply.httpStatus >= 500 || reply.httpStatus === 429,
  });
}

function retryAfter(reply: Reply): { retryAfterSeconds?: number } {
  const overloaded = reply.httpStatus >= 500 || reply.httpStatus === 429;
  return overloaded && reply.retryAfterSeconds !== null ? { retryAfterSeconds: reply.retryAfterSeconds } : {};
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch {
    return undefined; // the parser's message repeats the text, which holds the access password
  }
}
