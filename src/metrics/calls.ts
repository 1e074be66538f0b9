import type { Minute } from '../http/statusDetail.ts';
import type { PaidOutcome } from '../paystar/journal.ts';

const MINUTES = 60;
const MINUTE_MS = 60_000;

type Counted = PaidOutcome | 'saved';

interface Slot extends Record<Counted, number> {
  minute: number;
}

/** What became of calls and questions: since the start, and in each of the last 60 minutes, in slots that are used in turn. */
export class Calls {
  readonly #now: () => number;
  readonly #all = empty(-1);
  readonly #slots: Slot[] = Array.from({ length: MINUTES }, () => empty(-1));

  constructor(now: () => number) {
    this.#now = now;
  }

  count(what: Counted): void {
    const minute = this.#minute();
    const index = minute % MINUTES;
    if (this.#slots[index]!.minute !== minute) this.#slots[index] = empty(minute);
    this.#slots[index]![what] += 1;
    this.#all[what] += 1;
  }

  sinceStart(): Minute {
    return asMinute(this.#all);
  }

  /** 60 entries, the oldest first; the current minute is the last. */
  lastHour(): readonly Minute[] {
    const last = this.#minute();
    return Array.from({ length: MINUTES }, (_, age) => {
      const minute = last - (MINUTES - 1) + age;
      const slot = this.#slots[((minute % MINUTES) + MINUTES) % MINUTES]!;
      return asMinute(slot.minute === minute ? slot : empty(minute));
    });
  }

  #minute(): number {
    return Math.floor(this.#now() / MINUTE_MS);
  }
}

function empty(minute: number): Slot {
  return { minute, paid: 0, unknown: 0, not_sent: 0, saved: 0 };
}

function asMinute({ paid, unknown, not_sent: notSent, saved }: Slot): Minute {
  return { paid, unknown, notSent, saved };
}
