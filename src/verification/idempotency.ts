import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ownError } from '../errors/identityError.ts';
import { FAULT_TABLE, PaystarError } from '../paystar/status.ts';
import type { Stop } from '../stop.ts';
import { StoreAway } from '../store/store.ts';
import type { Store } from '../store/store.ts';
import type { Claim, ClaimOptions } from './claims.ts';
import { readOutcome, writeOutcome } from './outcome.ts';
import type { Outcome } from './outcome.ts';

/** How long a key means the same question, whatever the retention of records. */
const KEY_LIFE_MS = 24 * 3_600_000;
const POLL_MS = 40;
/** Instances' clocks differ a little; a sender is not called dead on the second. */
const GRACE_MS = 1000;

const Entry = z.object({
  fingerprint: z.string(),
  owner: z.string(),
  /** Until then the owner may be at work; afterwards a missing outcome means that it died. ms since the epoch. */
  until: z.number(),
  outcome: z.string().nullable(),
});
type Entry = z.infer<typeof Entry>;

/** One caller's idempotency key for one question. */
export interface KeyedQuestion {
  /** HMAC of caller, operation and key. */
  readonly key: string;
  readonly fingerprint: string;
  /** Unique to this attempt. */
  readonly owner: string;
}

/** The hold of one attempt on its idempotency key. */
export class KeyHold implements Claim {
  readonly #options: ClaimOptions;
  readonly #store: Store;
  readonly #storeKey: string;
  #entry: Entry;

  constructor(options: ClaimOptions, store: Store, storeKey: string, entry: Entry) {
    this.#options = options;
    this.#store = store;
    this.#storeKey = storeKey;
    this.#entry = entry;
  }

  /** Rejects with STORE_UNAVAILABLE when that cannot be told: a keyed question is never sent without its mark. */
  renew(): Promise<void> | undefined {
    const { neededMs, now } = this.#options;
    return this.#entry.until - now() >= neededMs ? undefined : this.#renew();
  }

  async #renew(): Promise<void> {
    const { lifeMs, now } = this.#options;
    const renewed = { ...this.#entry, until: now() + lifeMs };
    if (!(await guarded(this.#replace(renewed)))) throw ownError('OVERLOADED', { retryAfterSeconds: 1 });
    this.#entry = renewed;
  }

  /** Keeps what may have cost money, and frees the key of what certainly did not. */
  async settle(outcome: Outcome): Promise<void> {
    const free = 'error' in outcome && outcome.error.charged === 'NO';
    if (free) await this.#store.remove(this.#storeKey, JSON.stringify(this.#entry));
    else await this.#replace({ ...this.#entry, outcome: writeOutcome(asKept(outcome)) });
  }

  #replace(entry: Entry): Promise<boolean> {
    return this.#store.replace(
      this.#storeKey,
      JSON.stringify(this.#entry),
      JSON.stringify(entry),
      KEY_LIFE_MS,
    );
  }
}

/** Same key and same input within 24 hours: the same outcome, never a second paid call, on any instance (DESIGN 5). */
export class IdempotencyKeys {
  readonly #options: ClaimOptions;

  constructor(options: ClaimOptions) {
    this.#options = options;
  }

  /** Our hold on the key, or the outcome it already has. Waits for the outcome of an attempt under way until `stop`. */
  async take(store: Store, question: KeyedQuestion, stop: Stop): Promise<KeyHold | Outcome> {
    const storeKey = `idem:${question.key}`;
    for (;;) {
      const { fingerprint, owner } = question;
      const entry: Entry = {
        fingerprint,
        owner,
        until: this.#options.now() + this.#options.lifeMs,
        outcome: null,
      };
      const text = JSON.stringify(entry);
      if (await guarded(store.add(storeKey, text, KEY_LIFE_MS))) {
        return new KeyHold(this.#options, store, storeKey, entry);
      }
      const outcome = await this.#waitForOther(storeKey, fingerprint, stop);
      if (outcome) return outcome;
    }
  }

  /** null when the key has come free. */
  async #waitForOther(storeKey: string, fingerprint: string, stop: Stop): Promise<Outcome | null> {
    for (;;) {
      const text = await guarded(this.#options.store.get(storeKey));
      if (text === undefined) return null;
      const entry = readEntry(text);
      if (entry.fingerprint !== fingerprint) throw ownError('IDEMPOTENCY_KEY_REUSED');
      if (entry.outcome !== null) return readKept(entry.outcome);
      if (this.#options.now() > entry.until + GRACE_MS) return this.#declareDead(storeKey, text, entry);
      await sleep(POLL_MS, undefined, { signal: stop.signal }).catch(() => stop.throwIfStopped());
    }
  }

  /** The sender died: what it sent may have been paid, so the question is never sent again under this key. */
  async #declareDead(storeKey: string, text: string, entry: Entry): Promise<Outcome | null> {
    const outcome: Outcome = { error: new PaystarError(FAULT_TABLE.OUTCOME_UNKNOWN) };
    const dead = JSON.stringify({ ...entry, outcome: writeOutcome(outcome) });
    return (await guarded(this.#options.store.replace(storeKey, text, dead, KEY_LIFE_MS))) ? outcome : null;
  }
}

/** An outcome that is kept is final: repeating the key gives it again, so no retry helps. */
function asKept(outcome: Outcome): Outcome {
  return 'error' in outcome ? { error: outcome.error.with({ retryable: false }) } : outcome;
}

function readEntry(text: string): Entry {
  const parsed = Entry.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error('an idempotency entry of the store has another shape than ours');
  return parsed.data;
}

function readKept(text: string): Outcome {
  return readOutcome(text) ?? { error: new PaystarError(FAULT_TABLE.OUTCOME_UNKNOWN) };
}

/** A store that is away cannot promise "never twice": then the question is refused. */
async function guarded<T>(operation: Promise<T>): Promise<T> {
  try {
    return await operation;
  } catch (error) {
    if (error instanceof StoreAway) throw ownError('STORE_UNAVAILABLE', { cause: error });
    throw error;
  }
}
