import { ownError } from '../errors/identityError.ts';
import type { Stop } from '../stop.ts';

/** How soon room can be expected: a paid call takes about a second. */
const RETRY_AFTER_SECONDS = 1;

/** A fixed number of places for paid calls, and a line of bounded length for those who wait. First come, first served. */
export class Bulkhead {
  readonly #maxActive: number;
  readonly #maxQueued: number;
  readonly #queue = new Set<() => void>();
  #active = 0;

  constructor(maxActive: number, maxQueued: number) {
    this.#maxActive = maxActive;
    this.#maxQueued = maxQueued;
  }

  get active(): number {
    return this.#active;
  }

  get queued(): number {
    return this.#queue.size;
  }

  /** A place, to be given back by `release`. Throws OVERLOADED when the line is full, `stop.reason` once stopped. */
  take(stop: Stop): Promise<void> | void {
    stop.throwIfStopped();
    if (this.#active < this.#maxActive) {
      this.#active += 1;
      return;
    }
    if (this.#queue.size >= this.#maxQueued)
      throw ownError('OVERLOADED', { retryAfterSeconds: RETRY_AFTER_SECONDS });
    return this.#wait(stop);
  }

  release(): void {
    const [next] = this.#queue;
    if (next) next();
    else this.#active -= 1;
  }

  #wait(stop: Stop): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        this.#queue.delete(enter);
        stop.off(leave);
        resolve(); // the place passes on directly, so the count of active ones stays
      };
      const leave = () => {
        this.#queue.delete(enter);
        reject(stop.reason);
      };
      this.#queue.add(enter);
      stop.on(leave);
    });
  }
}
