import type { Log } from '../log.ts';
import type { PaidCallObserver } from './paystar.ts';

/** A line for each paid call, so that an operator can hold the wallet's statement against ours. */
export function journal(log: Log, now: () => number): PaidCallObserver {
  return (service, error, startedAt) => {
    const charged = error?.charged ?? 'YES';
    const outcome = { YES: 'paid', UNKNOWN: 'unknown', NO: 'not_paid' }[charged];
    const fields = { service, outcome, code: error?.code ?? 'OK', durationMs: now() - startedAt };
    if (charged === 'UNKNOWN')
      log.warn('paid', 'a call may have been charged; look it up in the wallet', fields);
    else log.info('paid', 'paid call', fields);
  };
}
