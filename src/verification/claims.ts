import { setTimeout as sleep } from 'node:timers/promises';
import { ownError } from '../errors/identityError.ts';
import type { Stop } from '../stop.ts';
import type { Store, StoreClaim, StoreEntry } from '../store/store.ts';
import { readOutcome, writeOutcome } from './outcome.ts';
import type { Outcome } from './outcome.ts';

const POLL_MS = 40;
/** How long a failure stays readable for those who waited for it on other instances. */
const OUTCOME_MS = 30_000;

/** A mark that something is about to be sent, good until `until` (ms since the epoch) unless renewed. */
export interface Claim {
  /**
   * Before the send: makes the claim good for a whole call, if it is not. Rejects when it no longer is ours: then nothing
   * may be sent.
   */
  renew(): Promise<void> | undefined;
}

/** The claim on one question, held by one flight in the whole cluster. */
export class QuestionClaim implements Claim {
  readonly #options: ClaimOptions;
  readonly #store: Store;
  readonly #key: string;
  readonly id: string;
  #until: number;

  constructor(options: ClaimOptions, store: Store, key: string, id: string, until: number) {
    this.#options = options;
    this.#store = store;
    this.#key = key;
    this.id = id;
    this.#until = until;
  }

  renew(): Promise<void> | undefined {
    const { neededMs, now } = this.#options;
    return this.#until - now() >= neededMs ? undefined : this.#renew();
  }

  async #renew(): Promise<void> {
    const { lifeMs, now } = this.#options;
    // A store that is away cannot take the claim from us either; only a claim that somebody else holds stops the send.
    const renewed = await this.#extend(lifeMs).catch(() => true);
    if (!renewed) throw ownError('OVERLOADED', { retryAfterSeconds: 1 });
    this.#until = now() + lifeMs;
  }

  /** A claim that ran out while we waited for the key is taken again, unless somebody else has it by now. */
  async #extend(lifeMs: number): Promise<boolean> {
    if (await this.#store.replace(this.#key, this.id, this.id, lifeMs)) return true;
    return this.#store.add(this.#key, this.id, lifeMs);
  }

  /**
   * What ends the claim, for `Store.conclude`, and what tells whoever waits for it elsewhere. An answer is told by its
   * record, so only failures are written.
   */
  endedBy(outcome: Outcome): { readonly claim: StoreClaim; readonly entries: StoreEntry[] } {
    const claim = { key: this.#key, value: this.id };
    if ('answer' in outcome) return { claim, entries: [] };
    const value = writeOutcome(outcome);
    return { claim, entries: [{ key: `failure:${this.id}`, value, ttlMs: OUTCOME_MS }] };
  }
}

export interface ClaimOptions {
  /** For waiting on others, which may last as long as a call does; what a request itself does goes to its own store. */
  readonly store: Store;
  /** PAYSTAR_TIMEOUT_MS + 5 s: longer than a call lasts, so that a claim outlives only a sender that died. */
  readonly lifeMs: number;
  /** What a call may still take when it is sent. */
  readonly neededMs: number;
  readonly now: () => number;
}

/** Claims on questions: identical ones in flight anywhere in the cluster share one paid call. */
export class Claims {
  readonly #options: ClaimOptions;

  constructor(options: ClaimOptions) {
    this.#options = options;
  }

  /** Our claim under `id`, or the outcome of whoever had it first. Rejects with `StoreAway`, or `stop.reason`. */
  async take(store: Store, fingerprint: string, id: string, stop: Stop): Promise<QuestionClaim | Outcome> {
    const { lifeMs, now } = this.#options;
    const key = `claim:${fingerprint}`;
    for (;;) {
      const until = now() + lifeMs;
      if (await store.add(key, id, lifeMs)) return new QuestionClaim(this.#options, store, key, id, until);
      const outcome = await this.#waitForHolder(key, stop);
      if (outcome) return outcome;
    }
  }

  /** null when the claim ended without an outcome: its sender died, or its store did. */
  async #waitForHolder(key: string, stop: Stop): Promise<Outcome | null> {
    const { store } = this.#options;
    const holder = await store.get(key);
    if (holder === undefined) return null;
    for (;;) {
      const [record, failure, current] = await store.getMany([`record:${holder}`, `failure:${holder}`, key]);
      const outcome = fromRecord(record) ?? (failure === undefined ? null : readOutcome(failure));
      if (outcome || current !== holder) return outcome;
      await sleep(POLL_MS, undefined, { signal: stop.signal }).catch(() => stop.throwIfStopped());
    }
  }
}

function fromRecord(record: string | undefined): Outcome | null {
  return record === undefined ? null : readOutcome(`{"answer":${record}}`);
}
