import { adviceFor } from '../errors/advice.ts';
import { describeError } from '../log.ts';
import type { Log } from '../log.ts';
import { PaystarError, STATUS_TABLE } from './status.ts';
import type { Failure } from './tokenStatus.ts';

const SECOND = 1000;
/** A refresh that changed nothing is not repeated sooner. */
const UNCHANGED_WAIT_MS = 60 * SECOND;

export interface Block {
  readonly until: number;
  /** What callers without a key are told meanwhile; null when the last refresh succeeded but changed nothing. */
  readonly error: PaystarError | null;
  readonly storm: boolean;
}

/**
 * When the next refresh may be tried. Refreshes are free, but each may end a good key, and a refused credential does
 * not get better by asking again: so every reason to wait is written down here (DESIGN 4).
 */
export class RefreshGuard {
  readonly #now: () => number;
  readonly #random: () => number;
  readonly #log: Log;
  #block: Block | null = null;
  #failure: Failure | null = null;
  #refusals = 0;
  #faults = 0;
  #storms = 0;
  #lastRejection: { generation: number; at: number; error: PaystarError } | null = null;

  constructor(options: { now: () => number; random: () => number; log: Log }) {
    this.#now = options.now;
    this.#random = options.random;
    this.#log = options.log;
  }

  /** The last failed refresh; null after a later success. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** Whether the last refresh was refused for the password (6) or the token (13): their files may hold newer ones. */
  get credentialsRefused(): boolean {
    return this.#failure?.status === 6 || this.#failure?.status === 13;
  }

  /** The reason not to refresh now, or null. */
  get block(): Block | null {
    return this.#block !== null && this.#block.until > this.#now() ? this.#block : null;
  }

  /** Throws what callers without a key are told while no refresh may be tried. */
  throwIfBlocked(): void {
    if (!this.block) return;
    const error = this.block.error ?? this.#lastRejection?.error ?? new PaystarError(STATUS_TABLE[5]!);
    throw error.with({ retryAfterSeconds: Math.ceil((this.block.until - this.#now()) / 1000) });
  }

  refreshed(changed: boolean): void {
    this.#refusals = this.#faults = 0;
    this.#failure = null;
    this.#block = changed ? null : { until: this.#now() + UNCHANGED_WAIT_MS, error: null, storm: false };
  }

  /** Another instance had more success. */
  adopted(generation: number, expiresAt: number): void {
    this.#failure = null;
    this.#log.info('key', 'a newer API key was taken from the store', {
      generation,
      expiresAt: new Date(expiresAt).toISOString(),
    });
  }

  /** Returns the error, for the callers that waited. */
  failed(error: PaystarError): PaystarError {
    const wait = isRefusal(error) ? this.#refusalWait() : this.#faultWait(error.details.retryAfterSeconds);
    const until = this.#now() + wait;
    const retryAfterSeconds = Math.ceil(wait / 1000);
    const status = error.details.paystar?.status ?? null;
    this.#block = { until, error, storm: false };
    this.#failure = { code: error.code, actor: error.actor, status, at: this.#now(), retryAt: until };
    const cause = describeError(error.details.cause ?? error);
    this.#log.warn(
      'key',
      `the key refresh failed: ${error.message} ${adviceFor(error.code).en} ${MEANWHILE}`,
      {
        code: error.code,
        status,
        retryAfterSeconds,
        cause,
      },
    );
    return error.with({ retryAfterSeconds });
  }

  /** Paystar rejected the key of this generation on a paid call. Two generations within a minute are a storm. */
  rejected(generation: number, error: PaystarError): void {
    const last = this.#lastRejection;
    if (last?.generation === generation) return;
    this.#lastRejection = { generation, at: this.#now(), error };
    const fields = { code: error.code, generation };
    this.#log.warn('key', `the API key is of no use: ${error.message} ${adviceFor(error.code).en}`, fields);
    if (last === null || this.#now() - last.at > 60 * SECOND) return;
    const wait = Math.min(300 * SECOND, 30 * SECOND * 2 ** this.#storms);
    this.#storms += 1;
    this.#block = { until: this.#now() + wait, error, storm: true };
    this.#log.warn('key', STORM, { ...fields, retryAfterSeconds: wait / SECOND });
  }

  /** A key works: the storm is over. */
  accepted(): void {
    this.#storms = 0;
    if (!this.#block?.storm) return;
    this.#block = null;
    this.#log.info('key', 'the API key works again; refreshes are no longer held back');
  }

  /** 60, 120, 240, 480, 600, 600 … seconds. */
  #refusalWait(): number {
    this.#refusals += 1;
    return Math.min(600, 60 * 2 ** (this.#refusals - 1)) * SECOND;
  }

  /** Full jitter under 0.5, 1, 2 … 30 seconds, so that many instances do not return at once; never before Retry-After. */
  #faultWait(retryAfterSeconds = 0): number {
    const ceiling = Math.min(30, 0.5 * 2 ** this.#faults) * SECOND;
    this.#faults += 1;
    return Math.max(this.#random() * ceiling, retryAfterSeconds * SECOND);
  }
}

const MEANWHILE = 'A key that is still valid keeps serving.';

const STORM =
  'two API keys were refused within a minute: refreshes are held back. Does something else refresh the same application? Stop it, or let it share this store.';

/** Configuration at fault: only an operator's act can change the answer. */
function isRefusal(error: PaystarError): boolean {
  return [2, 3, 6, 7, 12, 13].includes(error.details.paystar?.status ?? -1);
}
