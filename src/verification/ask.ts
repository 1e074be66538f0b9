import type { Question } from '../paystar/client.ts';
import type { Stop } from '../stop.ts';
import type { Store } from '../store/store.ts';

/** One caller's wish to know something. */
export interface Ask {
  readonly question: Question;
  readonly caller: string;
  /** A recorded answer at most this old will do; 0 asks Paystar. */
  readonly maxAgeSeconds: number;
  readonly idempotencyKey: string | null;
  /** The store, as much of it as one request may wait for. */
  readonly store: Store;
  /** Stopped when the caller leaves, or its time is over. */
  readonly life: { readonly stop: Stop };
}

/** The same, before it has been given the request's store. */
export type CallersAsk = Omit<Ask, 'store'>;
