import { ownError } from '../errors/identityError.ts';
import { StoreAway } from '../store/store.ts';
import type { MemoryStore } from '../store/memoryStore.ts';
import type { Store, Unit, UsedUp } from '../store/store.ts';
import type { Hmac } from './hmac.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Iran's clocks have not been changed since 2022. */
const TEHRAN_OFFSET_MS = 3.5 * 3_600_000;

export interface LimitsOptions {
  readonly ratePerMinute: number;
  readonly subjectPerDay: number;
  /** Null is no limit. */
  readonly dailyBudgetPerCaller: number | null;
  readonly dailyBudget: number | null;
  readonly hmac: Hmac;
  /** Counts for this process alone while the store is away: a limit that lapses then would be worth provoking. */
  readonly insurance: MemoryStore;
  readonly now: () => number;
}

/** What a paid question has taken from the day. */
export interface Taken {
  /** For a question that was never sent. Never rejects. */
  giveBack(): Promise<void>;
}

/**
 * How much a caller may ask, and how much may be paid. On the store's own `take`, which gives one unit of each counter or
 * none: rate-limiter-flexible counts what it refuses, too, and one counter at a time, so that a unit given back would
 * still leave the rest of a budget refused.
 */
export class Limits {
  readonly #options: LimitsOptions;

  constructor(options: LimitsOptions) {
    this.#options = options;
  }

  /** One request of `who`, whatever it asks. Throws, or rejects with, RATE_LIMITED. */
  request(store: Store, who: string): Promise<void> | undefined {
    const { hmac, insurance, ratePerMinute } = this.#options;
    const units = [{ key: `rate:${hmac.remembered('rate', who)}`, limit: ratePerMinute, ttlMs: MINUTE_MS }];
    // A minute is not worth a disk: only instances that share a store share the count.
    if (store.kind === 'redis') return this.#take(store, units).then(() => undefined);
    refuse(insurance.takeNow(units));
    return undefined;
  }

  /** One paid question. Throws RATE_LIMITED for its national ID, BUDGET_EXHAUSTED for its caller's or everybody's budget. */
  question(store: Store, caller: string, nationalId: string): Promise<Taken> {
    const { hmac, now, subjectPerDay, dailyBudget, dailyBudgetPerCaller } = this.#options;
    const tehran = now() + TEHRAN_OFFSET_MS;
    const day = String(Math.floor(tehran / DAY_MS));
    const ttlMs = DAY_MS - (tehran % DAY_MS);
    const units: Unit[] = [
      { key: `subject:${hmac.digest('subject', nationalId, day)}`, limit: subjectPerDay, ttlMs },
    ];
    if (dailyBudgetPerCaller !== null)
      units.push({
        key: `budget:${day}:${hmac.remembered('budget', caller)}`,
        limit: dailyBudgetPerCaller,
        ttlMs,
      });
    if (dailyBudget !== null) units.push({ key: `budget:${day}`, limit: dailyBudget, ttlMs });
    return this.#take(store, units);
  }

  async #take(store: Store, units: readonly Unit[]): Promise<Taken> {
    let counter = store;
    try {
      refuse(await store.take(units));
    } catch (error) {
      if (!(error instanceof StoreAway)) throw error;
      counter = this.#options.insurance;
      refuse(this.#options.insurance.takeNow(units));
    }
    // A store that is away by now keeps the units until the day ends: too little is asked then, never too much.
    return { giveBack: () => counter.giveBack(units).catch(() => undefined) };
  }
}

/** Throws for what is used up. */
function refuse(usedUp: UsedUp | null): void {
  if (!usedUp) return;
  const code = usedUp.key.startsWith('budget:') ? 'BUDGET_EXHAUSTED' : 'RATE_LIMITED';
  throw ownError(code, { retryAfterSeconds: Math.max(1, Math.ceil(usedUp.resetMs / 1000)) });
}
