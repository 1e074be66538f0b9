import { shownCode, shownFailure } from '../graphql/errors.ts';
import type { ErrorDetail } from '../graphql/errors.ts';
import type { Closed } from '../paystar/gate.ts';
import type { KeyStatus } from '../paystar/tokenStatus.ts';
import type { StoreHealth } from '../store/store.ts';

/** How calls of paid services ended in one minute, and questions that needed none. */
export interface Minute {
  readonly paid: number;
  readonly unknown: number;
  readonly notSent: number;
  readonly saved: number;
}

/** What the status page shows. Times are ms since the epoch. */
export interface StatusDetail {
  readonly version: string;
  readonly livemode: boolean;
  readonly now: number;
  readonly startedAt: number;
  readonly key: KeyStatus;
  readonly closed: readonly {
    readonly scope: Closed['scope'];
    readonly kind: Closed['kind'];
    readonly code: string;
    readonly until: number;
  }[];
  readonly store: StoreHealth;
  readonly active: number;
  readonly queued: number;
  /** The last 60, the oldest first. */
  readonly hour: readonly Minute[];
  readonly sinceStart: Minute;
}

/** Tells the page's parts as they are now, from memory alone; `detail` says how much of an operator's fault is told. */
export type ReadStatus = (detail: ErrorDetail) => StatusDetail;

/** The parts whose state is shown. All answer from memory. */
export interface Watched {
  readonly keys: { peek(): KeyStatus };
  readonly gate: { closed(): readonly Closed[] };
  readonly bulkhead: { readonly active: number; readonly queued: number };
  readonly store: { health(): StoreHealth };
}

interface Parts extends Watched {
  readonly version: string;
  readonly livemode: boolean;
  readonly startedAt: number;
  readonly now: () => number;
  readonly calls: { lastHour(): readonly Minute[]; sinceStart(): Minute };
}

export function statusReader(parts: Parts): ReadStatus {
  const { version, livemode, startedAt, now, keys, gate, bulkhead, store, calls } = parts;
  return detail => {
    const key = keys.peek();
    return {
      version,
      livemode,
      now: now(),
      startedAt,
      key: { ...key, lastFailure: key.lastFailure && shownFailure(key.lastFailure, detail) },
      closed: gate.closed().map(({ scope, kind, error, until }) => ({
        scope,
        kind,
        code: shownCode(error, detail),
        until,
      })),
      store: store.health(),
      active: bulkhead.active,
      queued: bulkhead.queued,
      hour: calls.lastHour(),
      sinceStart: calls.sinceStart(),
    };
  };
}
