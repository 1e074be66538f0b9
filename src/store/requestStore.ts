import { OPERATION_MS, withTimeout } from './guardedStore.ts';
import { StoreAway } from './store.ts';
import type { Store, StoreHealth } from './store.ts';
import { WrappedStore } from './wrappedStore.ts';

/**
 * The store as one request sees it: all its waits together end within 300 ms. What is still under way by then goes on
 * without the request, so an outcome is written although nobody waits for it.
 */
export class RequestStore extends WrappedStore {
  #leftMs = OPERATION_MS;

  health(): StoreHealth {
    return this.inner.health();
  }

  close(): Promise<void> {
    return Promise.resolve(); // the store is everybody's
  }

  protected async around<T>(
    _name: keyof Store,
    run: () => Promise<T>,
    undo?: (late: T) => unknown,
  ): Promise<T> {
    const startedAt = performance.now();
    const operation = run();
    if (this.#leftMs <= 0) {
      operation.then(undo, () => undefined);
      throw new StoreAway();
    }
    try {
      return await withTimeout(operation, this.#leftMs, undo);
    } finally {
      this.#leftMs -= performance.now() - startedAt;
    }
  }
}
