import { randomUUID } from 'node:crypto';
import { describeError } from '../log.ts';
import type { Log } from '../log.ts';
import { StoreAway } from '../store/store.ts';
import type { Tracing } from '../tracing.ts';
import type { Verified } from './answer.ts';
import type { Ask } from './ask.ts';
import { QuestionClaim } from './claims.ts';
import type { Claims } from './claims.ts';
import type { Flight } from './flights.ts';
import { verifiedBy } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { pay } from './payment.ts';
import type { PaymentParts } from './payment.ts';
import type { Records } from './records.ts';
import type { Savings } from './savings.ts';

export interface PayOnceParts extends PaymentParts {
  readonly claims: Claims;
  readonly records: Records;
  readonly savings: Savings;
  readonly tracing: Tracing;
  readonly log: Log;
}

/** Whose answer it will be, and what is asked; see `Records`. */
export interface Subject {
  readonly scope: string;
  readonly fingerprint: string;
}

/** One flight: the question's claim in the whole cluster, the paid call, and what is kept of it. Throws `IdentityError`. */
export async function payOnce(
  parts: PayOnceParts,
  flight: Flight,
  ask: Ask,
  subject: Subject,
): Promise<Verified> {
  const claim = await takeClaim(parts, flight, ask, subject);
  if (claim !== null && !(claim instanceof QuestionClaim))
    return verifiedBy(parts.savings.given('shared', claim), 'LIVE');
  if (claim) flight.claims.add(claim);
  const id = claim?.id ?? randomUUID();
  const outcome = await pay(parts, flight, { ...ask, id });
  await conclude(parts, ask, subject, claim, outcome);
  return verifiedBy(outcome, 'LIVE');
}

async function takeClaim(
  { claims, tracing }: PayOnceParts,
  flight: Flight,
  ask: Ask,
  { fingerprint }: Subject,
): Promise<QuestionClaim | Outcome | null> {
  try {
    return await tracing.step('claim', 'question', () =>
      claims.take(ask.store, fingerprint, randomUUID(), flight.stop),
    );
  } catch (error) {
    return withoutStore(error);
  }
}

/** The outcome is known: a store that fails now takes nothing from the caller. */
async function conclude(
  { records, log }: PayOnceParts,
  { store }: Ask,
  { scope, fingerprint }: Subject,
  held: QuestionClaim | null,
  outcome: Outcome,
): Promise<void> {
  try {
    const { claim = null, entries = [] } = held?.endedBy(outcome) ?? {};
    if ('answer' in outcome) entries.push(...records.entriesOf(outcome.answer, scope, fingerprint));
    if (claim || entries.length > 0) await store.conclude(entries, claim);
  } catch (error) {
    tellLost(log)(error);
  }
}

/** Without the store a question goes on alone. */
export function withoutStore(error: unknown): null {
  if (error instanceof StoreAway) return null;
  throw error;
}

/** A store that is away has been told of once; anything else that keeps an outcome from it is worth a line each. */
export function tellLost(log: Log): (error: unknown) => void {
  return error => {
    if (error instanceof StoreAway) return;
    const message = 'an outcome could not be written to the store; please report it';
    log.error('store', message, { cause: describeError(error) });
  };
}
