import { setTimeout as sleep } from 'node:timers/promises';
import type { Stop } from '../stop.ts';
import { FAULT_TABLE, PaystarError } from './status.ts';

const MAX_RETRIES = 2;
const BASE_MS = 100;
/** Retries may add a tenth to the traffic, so that they never turn a Paystar in trouble into one that is down. */
const SHARE = 0.1;
const MAX_SAVED = 10;

/** Repeats what was provably not sent, and nothing else: anything that may have been received may have been paid. */
export class Retry {
  readonly #random: () => number;
  #saved = MAX_SAVED;

  constructor(random: () => number) {
    this.#random = random;
  }

  async run<T>(attempt: () => Promise<T>, stop: Stop): Promise<T> {
    this.#saved = Math.min(MAX_SAVED, this.#saved + SHARE);
    for (let retries = 0; ; retries += 1) {
      try {
        return await attempt();
      } catch (error) {
        if (!isUnsent(error) || retries >= MAX_RETRIES || this.#saved < 1) throw error;
        this.#saved -= 1;
        const pauseMs = this.#random() * BASE_MS * 2 ** retries;
        await sleep(pauseMs, undefined, { signal: stop.signal }).catch(() => {
          throw error; // whoever waited has left: the fault is what there is to tell
        });
      }
    }
  }
}

function isUnsent(error: unknown): boolean {
  return error instanceof PaystarError && error.row.code === FAULT_TABLE.UNREACHABLE.code;
}
