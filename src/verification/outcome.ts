import { z } from 'zod';
import { IdentityError } from '../errors/identityError.ts';
import { OWN_ERRORS, ownRow } from '../errors/own.ts';
import type { OwnCode } from '../errors/own.ts';
import type { ErrorRow } from '../errors/row.ts';
import {
  CREDENTIALS_REJECTED,
  FAULT_TABLE,
  PaystarError,
  STATUS_TABLE,
  asRefreshFailure,
} from '../paystar/status.ts';
import type { PaystarRow } from '../paystar/status.ts';
import { AnswerShape } from './answer.ts';
import type { Answer, Verified } from './answer.ts';

/** How a question ended, in a form that the store can keep for those who wait for it elsewhere. */
export type Outcome = { readonly answer: Answer } | { readonly error: IdentityError };

/** The answer as callers get it; throws the error. */
export function verifiedBy(outcome: Outcome, source: Verified['source'] = 'RECORD'): Verified {
  if ('error' in outcome) throw outcome.error;
  return { ...outcome.answer, source };
}

const Kept = z.union([
  z.object({ answer: AnswerShape }),
  z.object({
    error: z.object({
      code: z.string(),
      charged: z.enum(['NO', 'YES', 'UNKNOWN']),
      retryable: z.boolean(),
      actor: z.enum(['USER', 'CALLER', 'OPERATOR', 'PROVIDER']),
      retryAfterSeconds: z.number().optional(),
      paystar: z.object({ status: z.number().nullable(), service: z.string() }).optional(),
      rejected: z.array(z.string()).optional(),
    }),
  }),
]);

export function writeOutcome(outcome: Outcome): string {
  if ('answer' in outcome) return JSON.stringify({ answer: outcome.answer });
  const { error } = outcome;
  const { retryAfterSeconds, paystar, rejected } = error.details;
  const { code, charged, retryable, actor } = error;
  return JSON.stringify({ error: { code, charged, retryable, actor, retryAfterSeconds, paystar, rejected } });
}

/** null when the text is not one of ours. */
export function readOutcome(text: string): Outcome | null {
  const kept = Kept.safeParse(parseJson(text));
  if (!kept.success) return null;
  if ('answer' in kept.data) return { answer: kept.data.answer };
  const { code, retryAfterSeconds, paystar, rejected, ...fixed } = kept.data.error;
  const details = {
    ...fixed,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(paystar === undefined ? {} : { paystar }),
    ...(rejected === undefined ? {} : { rejected }),
  };
  const row = paystarRow(code, fixed.actor);
  if (row) {
    const error = new PaystarError(row, details);
    // Only a failed refresh is free of charge under such a code, and its message is another one.
    return { error: fixed.charged === 'NO' && row.charged === 'UNKNOWN' ? asRefreshFailure(error) : error };
  }
  return Object.hasOwn(OWN_ERRORS, code)
    ? { error: new IdentityError(ownRow(code as OwnCode), details) }
    : null;
}

/** One code has two rows: rejected input is the user's to correct, rejected credentials the operator's. */
function paystarRow(code: string, actor: string): PaystarRow | undefined {
  if (code === CREDENTIALS_REJECTED.code && actor === CREDENTIALS_REJECTED.actor) return CREDENTIALS_REJECTED;
  const rows: PaystarRow[] = [...Object.values(STATUS_TABLE), ...Object.values(FAULT_TABLE)];
  return rows.find((row: ErrorRow) => row.code === code);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
