import { StoreAway } from './store.ts';
import type { Store, StoreHealth } from './store.ts';
import { WrappedStore } from './wrappedStore.ts';

/** No operation is waited for longer: all of a request together never add more (see `RequestStore`). */
export const OPERATION_MS = 300;
/** How often a store that went away is asked whether it is back. */
const PROBE_MS = 250;
const PROBE_KEY = 'probe:';

/**
 * A store that may be out of reach: gives up on slow operations, and after one refuses all others at once until a
 * probe gets through. So a store in trouble costs each request one wait at most.
 */
export class GuardedStore extends WrappedStore {
  readonly #onChange: (ok: boolean, cause: unknown) => void;
  #probe: NodeJS.Timeout | null = null;
  #asked: Promise<void> | null = null;

  /** `onChange` tells each loss (with its cause) and each return. */
  constructor(store: Store, onChange: (ok: boolean, cause: unknown) => void) {
    super(store);
    this.#onChange = onChange;
  }

  health(): StoreHealth {
    return { kind: this.kind, ok: this.#probe === null && this.inner.health().ok };
  }

  async close(): Promise<void> {
    if (this.#probe) clearTimeout(this.#probe);
    await this.inner.close();
  }

  protected async around<T>(
    _name: keyof Store,
    operation: () => Promise<T>,
    undo?: (late: T) => unknown,
  ): Promise<T> {
    if (this.#probe) throw new StoreAway();
    try {
      return await withTimeout(operation(), OPERATION_MS, undo);
    } catch (error) {
      this.#lost(error);
      throw error;
    }
  }

  #lost(cause: unknown): void {
    if (this.#probe) return;
    this.#onChange(false, cause);
    this.#schedule();
  }

  #schedule(): void {
    this.#probe = setTimeout(() => void this.#ask(), PROBE_MS).unref();
  }

  async #ask(): Promise<void> {
    try {
      // A write: a store that is full or read-only answers reads, and takes no claim.
      // One at a time: a client that is written to again and again does not see that its server has gone silent.
      this.#asked ??= this.inner.set(PROBE_KEY, '', 1000).finally(() => (this.#asked = null));
      await withTimeout(this.#asked, OPERATION_MS);
      this.#probe = null;
      this.#onChange(true, undefined);
    } catch {
      this.#schedule();
    }
  }
}

/**
 * Rejects with `StoreAway` after `ms`. The operation goes on; `late` gets what it still brings. A busy event loop is not
 * a slow store: timers come before sockets in its turn, so a reply that has arrived by then is read first and counts.
 */
export function withTimeout<T>(operation: Promise<T>, ms: number, late?: (result: T) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    let over = false;
    let settled = false;
    const giveUp = () => {
      if (settled) return;
      over = true;
      reject(new StoreAway());
    };
    const timer = setTimeout(() => setImmediate(giveUp), ms);
    const settle = () => {
      settled = true;
      clearTimeout(timer);
    };
    operation.then(
      result => {
        settle();
        if (over) late?.(result);
        else resolve(result);
      },
      (error: unknown) => {
        settle();
        reject(error instanceof Error ? error : new StoreAway({ cause: error }));
      },
    );
  });
}
