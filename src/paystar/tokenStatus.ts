import type { Actor } from '../errors/row.ts';
import type { Held } from './heldKey.ts';

/** The last failed refresh. Times are ms since the epoch. */
export interface Failure {
  readonly code: string;
  readonly actor: Actor;
  readonly status: number | null;
  readonly at: number;
  readonly retryAt: number;
}

export type KeyState = 'ABSENT' | 'VALID' | 'EXPIRING' | 'EXPIRED' | 'REJECTED';

/** Everything about the key but the key. Times are ms since the epoch; a seed key's are unknown. */
export interface KeyStatus {
  readonly state: KeyState;
  readonly generation: number;
  readonly expiresAt: number | null;
  /** Whole seconds until then; 0 when it is over. */
  readonly expiresInSeconds: number | null;
  readonly refreshedAt: number | null;
  readonly refreshAt: number | null;
  readonly lastFailure: Failure | null;
}

export function keyStatus(held: Held | null, lastFailure: Failure | null, now: number): KeyStatus {
  const obtained = held !== null && held.generation > 0;
  return {
    state: stateOf(held, now),
    generation: held?.generation ?? 0,
    expiresAt: obtained ? held.expiresAt : null,
    expiresInSeconds: obtained ? Math.max(0, Math.floor((held.expiresAt - now) / 1000)) : null,
    refreshedAt: obtained ? held.obtainedAt : null,
    refreshAt: obtained ? held.refreshAt : null,
    lastFailure,
  };
}

function stateOf(held: Held | null, now: number): KeyState {
  if (held === null) return 'ABSENT';
  if (held.rejected) return 'REJECTED';
  if (now >= held.expiresAt) return 'EXPIRED';
  return now >= held.refreshAt ? 'EXPIRING' : 'VALID';
}
