import DataLoader from 'dataloader';
import { ownError } from '../errors/identityError.ts';
import type { Store } from '../store/store.ts';
import type { Verified } from '../verification/answer.ts';
import type { CallersAsk } from '../verification/ask.ts';
import type { VerificationService } from '../verification/service.ts';
import type { Caller, Loaders } from './context.ts';

export interface LoaderParts {
  readonly service: VerificationService;
  readonly maxChecks: number;
  /** Is told of each question that is asked again in the same operation, with the result that it gets as well. */
  readonly onRepeat: (result: Promise<Verified>) => void;
}

/** One set a request: what it remembers must not outlive it. */
export class RequestLoaders implements Loaders {
  readonly #parts: LoaderParts;
  readonly #store: Store;
  readonly #caller: Caller | null;
  readonly #asked = new Map<string, Promise<Verified>>();
  #recorded: Loaders['recorded'] | null = null;

  constructor(parts: LoaderParts, store: Store, caller: Caller | null) {
    this.#parts = parts;
    this.#store = store;
    this.#caller = caller;
  }

  /** Root mutations run one by one, so there is nothing to batch, and no loader for it. */
  ask(ask: CallersAsk): Promise<Verified> {
    const { service, maxChecks, onRepeat } = this.#parts;
    // The values themselves: they are gone with the request. Only the last could hold a line break.
    const question = [...Object.values(ask.question), ask.idempotencyKey ?? ''].join('\n');
    const known = this.#asked.get(question);
    if (known) {
      onRepeat(known);
      return known;
    }
    // Admission has counted before anything was sent; this counts where it is spent, whatever that may have overlooked.
    if (this.#asked.size >= maxChecks) return Promise.reject(ownError('TOO_MANY_CHECKS'));
    const result = service.verify({ ...ask, store: this.#store });
    this.#asked.set(question, result);
    return result;
  }

  /** Any number of ids in one read of the store. */
  get recorded(): Loaders['recorded'] {
    return (this.#recorded ??= new DataLoader((ids: readonly string[]) =>
      this.#parts.service.recorded(this.#store, ids, this.#caller?.name ?? ''),
    ));
  }
}
