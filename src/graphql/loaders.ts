import DataLoader from 'dataloader';
import { ownError } from '../errors/identityError.ts';
import type { Store } from '../store/store.ts';
import type { Verified } from '../verification/answer.ts';
import type { VerificationService } from '../verification/service.ts';
import type { CallersAsk } from '../verification/service.ts';
import type { Caller, Loaders } from './context.ts';

export interface LoaderLimits {
  readonly maxChecks: number;
  readonly onRepeat: OnRepeat;
}

/**
 * One set a request: what a loader remembers must not outlive it. `onRepeat` is told of each question that is asked
 * again in the same operation, with the result that it gets as well.
 */
export function createLoaders(
  service: VerificationService,
  store: Store,
  caller: Caller | null,
  limits: LoaderLimits,
): Loaders {
  let checks = 0;
  const verify = async (ask: CallersAsk): Promise<Verified | Error> => {
    checks += 1;
    // Admission has counted before anything was sent; this counts where it is spent, whatever that may have overlooked.
    if (checks > limits.maxChecks) return ownError('TOO_MANY_CHECKS');
    return service.verify({ ...ask, store }).catch(toError);
  };
  const ask = () =>
    new DataLoader(asks => Promise.all(asks.map(verify)), {
      // The values themselves: they are gone with the request. Only the last could hold a line break.
      cacheKeyFn: ({ question, idempotencyKey }: CallersAsk) =>
        [...Object.values(question), idempotencyKey ?? ''].join('\n'),
      cacheMap: new Memo(limits.onRepeat),
      batchScheduleFn: queueMicrotask, // root mutations run one by one, so there is no batch to wait for
    });
  const recorded = () =>
    new DataLoader((ids: readonly string[]) => service.recorded(store, ids, caller?.name ?? ''));
  return new LazyLoaders(ask, recorded);
}

/** Most requests need one of them, or none. */
class LazyLoaders implements Loaders {
  readonly #make: { ask: () => Loaders['ask']; recorded: () => Loaders['recorded'] };
  #ask: Loaders['ask'] | null = null;
  #recorded: Loaders['recorded'] | null = null;

  constructor(ask: () => Loaders['ask'], recorded: () => Loaders['recorded']) {
    this.#make = { ask, recorded };
  }

  get ask(): Loaders['ask'] {
    return (this.#ask ??= this.#make.ask());
  }

  get recorded(): Loaders['recorded'] {
    return (this.#recorded ??= this.#make.recorded());
  }
}

type OnRepeat = (result: Promise<Verified>) => void;

class Memo extends Map<string, Promise<Verified>> {
  readonly #onRepeat: OnRepeat;

  constructor(onRepeat: OnRepeat) {
    super();
    this.#onRepeat = onRepeat;
  }

  override get(key: string): Promise<Verified> | undefined {
    const known = super.get(key);
    if (known) this.#onRepeat(known);
    return known;
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error('a rejection that is no Error', { cause: error });
}
