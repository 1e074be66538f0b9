import DataLoader from 'dataloader';
import type { VerificationService } from '../verification/service.ts';
import type { Ask } from '../verification/service.ts';
import type { Caller, Loaders } from './context.ts';

/** One set a request: what a loader remembers must not outlive it. */
export function createLoaders(service: VerificationService, caller: Caller | null): Loaders {
  return {
    ask: new DataLoader(asks => Promise.all(asks.map(ask => service.verify(ask).catch(toError))), {
      cacheKeyFn: (ask: Ask) => `${service.fingerprint(ask)} ${ask.idempotencyKey ?? ''}`,
      batchScheduleFn: queueMicrotask, // root mutations run one by one, so there is no batch to wait for
    }),
    recorded: new DataLoader(ids => service.recorded(ids, caller?.name ?? '')),
  };
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error('a rejection that is no Error', { cause: error });
}
