import { IdentityError } from '../errors/identityError.ts';
import type { Verified } from './answer.ts';
import type { Outcome } from './outcome.ts';

/** Why a question needed no paid call of its own: an earlier outcome was given again, or another call's was shared. */
export type Saving = 'record' | 'shared';

/** Counts the calls that were saved: only outcomes that may have cost money, since what is free saves nothing. */
export class Savings {
  readonly #observe: (reason: Saving) => void;

  constructor(observe: (reason: Saving) => void) {
    this.#observe = observe;
  }

  /** The same outcome, counted. */
  given(reason: Saving, outcome: Outcome): Outcome {
    if ('answer' in outcome || outcome.error.charged !== 'NO') this.#observe(reason);
    return outcome;
  }

  /** One more question waits for this result. */
  readonly shared = (result: Promise<Verified>): void => {
    result.then(
      () => this.#observe('shared'),
      (error: unknown) => {
        if (error instanceof IdentityError && error.charged !== 'NO') this.#observe('shared');
      },
    );
  };
}
