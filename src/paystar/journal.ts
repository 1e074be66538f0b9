import type { Log } from '../log.ts';
import type { PaidCallObserver } from './paystar.ts';
import type { PaystarError } from './status.ts';
import type { PaidService } from './wire.ts';

/** `not_sent` is all that certainly cost nothing: what never left, and what Paystar refused without a charge. */
export type PaidOutcome = 'paid' | 'unknown' | 'not_sent';

/** Durations are ms. */
export type CountPaidCall = (service: PaidService, outcome: PaidOutcome, durationMs: number) => void;

/** A line and a count for each paid call, so that an operator can hold the wallet's statement against ours. */
export function journal(log: Log, now: () => number, count: CountPaidCall): PaidCallObserver {
  return (service, error, startedAt) => {
    const outcome = outcomeOf(error);
    const durationMs = now() - startedAt;
    count(service, outcome, durationMs);
    const fields = { service, outcome, code: error?.code ?? 'OK', durationMs };
    if (outcome === 'unknown')
      log.warn('paid', 'a call may have been charged; look it up in the wallet', fields);
    else log.info('paid', 'paid call', fields);
  };
}

const OUTCOME_OF = { YES: 'paid', UNKNOWN: 'unknown', NO: 'not_sent' } as const;

function outcomeOf(error: PaystarError | null): PaidOutcome {
  return OUTCOME_OF[error?.charged ?? 'YES'];
}
