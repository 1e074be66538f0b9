import DataLoader from 'dataloader';
import type { Store } from '../store/store.ts';
import type { VerificationService } from '../verification/service.ts';
import type { CallersAsk } from '../verification/service.ts';
import type { Caller, Loaders } from './context.ts';

/** One set a request: what a loader remembers must not outlive it. */
export function createLoaders(service: VerificationService, store: Store, caller: Caller | null): Loaders {
  return {
    ask: new DataLoader(
      asks => Promise.all(asks.map(ask => service.verify({ ...ask, store }).catch(toError))),
      {
        cacheKeyFn: (ask: CallersAsk) => `${service.fingerprint(ask)} ${ask.idempotencyKey ?? ''}`,
        batchScheduleFn: queueMicrotask, // root mutations run one by one, so there is no batch to wait for
      },
    ),
    recorded: new DataLoader(ids => service.recorded(store, ids, caller?.name ?? '')),
  };
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error('a rejection that is no Error', { cause: error });
}
