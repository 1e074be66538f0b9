import { KEY_LIFE_MS } from './expiry.ts';
import type { ApiKey } from './keyStore.ts';

/** The key in this process: `refreshAt` is this instance's own, `rejected` since Paystar refused it. */
export interface Held extends ApiKey {
  readonly refreshAt: number;
  readonly rejected: boolean;
}

/**
 * Each instance picks its own moment, 5 to 10 % of the life before the end, so that the cluster does not stand at the
 * lock together.
 */
export function holdKey(key: ApiKey, random: () => number): Held {
  const window = (key.expiresAt - key.obtainedAt) * (0.05 + 0.05 * random());
  return { ...key, refreshAt: key.expiresAt - window, rejected: false };
}

/** A first key of unknown age: served, and due for a refresh from the start. */
export function seedKey(value: string, now: number): Held {
  return {
    value,
    generation: 0,
    obtainedAt: now,
    expiresAt: now + KEY_LIFE_MS,
    refreshAt: now,
    rejected: false,
  };
}

/** Two instances that could not see each other may have counted alike: then a refused key yields to the other one. */
export function isNewer(stored: ApiKey, held: Held | null): boolean {
  if (held === null || stored.generation > held.generation) return true;
  return held.rejected && stored.generation === held.generation && stored.value !== held.value;
}
