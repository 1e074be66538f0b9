import { IdentityError, ownError } from '../errors/identityError.ts';
import type { Question } from '../paystar/client.ts';
import type { Paystar } from '../paystar/paystar.ts';
import type { Store } from '../store/store.ts';
import type { Flight } from './flights.ts';
import type { Limits, Taken } from './limits.ts';
import type { Outcome } from './outcome.ts';

export interface PaymentParts {
  readonly paystar: Paystar;
  readonly limits: Limits;
  readonly now: () => number;
}

/** A question that is to be paid for, and by whom. `id` becomes its answer's. */
export interface Payment {
  readonly id: string;
  readonly question: Question;
  readonly caller: string;
  readonly store: Store;
}

/** Takes the question's units of limits and budgets, asks Paystar, and gives them back when nothing was sent. */
export async function pay(parts: PaymentParts, flight: Flight, payment: Payment): Promise<Outcome> {
  const { id, question, caller, store } = payment;
  let taken: Taken | null = null;
  try {
    taken = await parts.limits.question(store, caller, question.nationalId);
    const isMatched = await parts.paystar.ask(question, {
      stop: flight.stop,
      onStage: stage => flight.reach(stage),
      beforeSend: () => flight.renewClaims(),
    });
    return { answer: { id, service: question.service, isMatched, checkedAt: parts.now() } };
  } catch (error) {
    if (!flight.sent) await taken?.giveBack();
    return { error: asIdentityError(error) };
  }
}

export function asIdentityError(error: unknown): IdentityError {
  return error instanceof IdentityError ? error : ownError('INTERNAL_SERVER_ERROR', { cause: error });
}
