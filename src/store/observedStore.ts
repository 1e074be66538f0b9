import type { Tracing } from '../tracing.ts';
import type { Store, StoreHealth } from './store.ts';
import { WrappedStore } from './wrappedStore.ts';

/** How long an operation took, in ms, and whether the store answered. */
export type StoreObserver = (ms: number, ok: boolean) => void;

/** A store whose operations are timed and traced. */
export class ObservedStore extends WrappedStore {
  readonly #observe: StoreObserver;
  readonly #tracing: Tracing;

  constructor(store: Store, observe: StoreObserver, tracing: Tracing) {
    super(store);
    this.#observe = observe;
    this.#tracing = tracing;
  }

  health(): StoreHealth {
    return this.inner.health();
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  protected async around<T>(name: keyof Store, operation: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    let ok = false;
    try {
      const result = await this.#tracing.step('store', name, operation);
      ok = true;
      return result;
    } finally {
      this.#observe(performance.now() - startedAt, ok);
    }
  }
}
