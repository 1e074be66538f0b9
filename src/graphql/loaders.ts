import DataLoader from 'dataloader';
import { ownError } from '../errors/identityError.ts';
import type { Store } from '../store/store.ts';
import type { Verified } from '../verification/answer.ts';
import type { VerificationService } from '../verification/service.ts';
import type { CallersAsk } from '../verification/service.ts';
import type { Caller, Loaders } from './context.ts';

/** One set a request: what a loader remembers must not outlive it. */
export function createLoaders(
  service: VerificationService,
  store: Store,
  caller: Caller | null,
  maxChecks: number,
): Loaders {
  let checks = 0;
  const verify = async (ask: CallersAsk): Promise<Verified | Error> => {
    checks += 1;
    // Admission has counted before anything was sent; this counts where it is spent, whatever that may have overlooked.
    if (checks > maxChecks) return ownError('TOO_MANY_CHECKS');
    return service.verify({ ...ask, store }).catch(toError);
  };
  return {
    ask: new DataLoader(asks => Promise.all(asks.map(verify)), {
      cacheKeyFn: (ask: CallersAsk) => `${service.fingerprint(ask)} ${ask.idempotencyKey ?? ''}`,
      batchScheduleFn: queueMicrotask, // root mutations run one by one, so there is no batch to wait for
    }),
    recorded: new DataLoader(ids => service.recorded(store, ids, caller?.name ?? '')),
  };
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error('a rejection that is no Error', { cause: error });
}
