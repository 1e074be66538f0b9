import { setTimeout as sleep } from 'node:timers/promises';
import { isoTime } from '../isoTime.ts';
import type { Log } from '../log.ts';
import { unlessStopped } from '../stop.ts';
import type { Stop } from '../stop.ts';
import { readExpiry } from './expiry.ts';
import { holdKey, isNewer, seedKey } from './heldKey.ts';
import type { Held } from './heldKey.ts';
import type { ApiKey, KeyStore, Lock } from './keyStore.ts';
import { RefreshGuard } from './refreshGuard.ts';
import { PaystarError, asRefreshFailure } from './status.ts';
import { keyStatus } from './tokenStatus.ts';
import type { KeyStatus } from './tokenStatus.ts';

const POLL_MS = 50;

export interface ApiKeyOptions {
  readonly refresh: () => Promise<{ apiKey: string; expireDate: unknown }>;
  readonly keyStore: KeyStore;
  /** Reads the credentials' files again: after status 6 or 13 somebody may have replaced them. */
  readonly reloadCredentials: () => void;
  readonly seed: string | null;
  readonly utcOffsetMinutes: number;
  /** Longer than one refresh can take: a lock that outlives its holder delays the next. */
  readonly lockMs: number;
  readonly log: Log;
  readonly now: () => number;
  readonly random: () => number;
  readonly observe: (event: KeyEvent) => void;
}

export type KeyEvent = 'refreshed' | 'adopted' | 'failed' | 'expiry_assumed' | 'rejected';

/** The life of the API key (DESIGN 4): obtained at the first question, refreshed once for everybody, never shown expired. */
export class ApiKeyManager {
  readonly #options: ApiKeyOptions;
  readonly #guard: RefreshGuard;
  #held: Held | null = null;
  #loaded = false;
  #loading: Promise<void> | null = null;
  #pending: Promise<Held> | null = null;

  constructor(options: ApiKeyOptions) {
    this.#options = options;
    this.#guard = new RefreshGuard(options);
  }

  /** A key to call with. Waits for the one refresh only when there is no key to serve. */
  get(stop: Stop): Promise<ApiKey> | ApiKey {
    return this.#loaded ? this.#serving(stop) : this.#load().then(() => this.#serving(stop));
  }

  /** After a 4 or 5 with `failed`: a newer key. Throws when there is none to be had; then the 4 or 5 is final. */
  async replace(failed: ApiKey, error: PaystarError, stop: Stop): Promise<ApiKey> {
    this.reject(failed, error);
    if (this.#held && this.#held.generation > failed.generation) return this.#held;
    return unlessStopped(this.#refresh(), stop);
  }

  /** Paystar refused this key on a paid call. */
  reject(failed: ApiKey, error: PaystarError): void {
    if (this.#held?.generation !== failed.generation || this.#held.rejected) return;
    this.#held = { ...this.#held, rejected: true };
    this.#guard.rejected(failed.generation, error);
    this.#options.observe('rejected');
  }

  /** Paystar took this key on a paid call. */
  accept(key: ApiKey): void {
    if (this.#held?.generation !== key.generation) return;
    if (this.#held.rejected) this.#held = { ...this.#held, rejected: false };
    this.#guard.accepted();
  }

  /** What `tokenStatus` shows. Reads the store at most; never refreshes. */
  async status(): Promise<KeyStatus> {
    await this.#load();
    const held = this.#held;
    if (!held || !this.#serves(held) || this.#shouldRefresh(held)) await this.#adoptStored();
    return keyStatus(this.#held, this.#guard.failure, this.#options.now());
  }

  /** The same from memory alone, for health and metrics. */
  peek(): KeyStatus {
    return keyStatus(this.#held, this.#guard.failure, this.#options.now());
  }

  /** Ends when a refresh under way has ended, so that a drain loses no key. */
  async settled(): Promise<void> {
    await this.#pending?.catch(() => undefined);
  }

  #serving(stop: Stop): Promise<ApiKey> | ApiKey {
    const held = this.#held;
    if (!held || !this.#serves(held)) return unlessStopped(this.#refresh(), stop);
    if (this.#shouldRefresh(held)) this.#refreshBehind();
    return held;
  }

  #shouldRefresh(held: Held): boolean {
    return this.#options.now() >= held.refreshAt;
  }

  /**
   * Gone, or so near its end that a call could outlive it; while no refresh may be tried, a valid key serves to its last
   * moment. A rejected key serves only in a storm, when nothing newer may be had.
   */
  #serves(held: Held): boolean {
    const block = this.#guard.block;
    const margin = block ? 0 : Math.min(60_000, 0.05 * (held.expiresAt - held.obtainedAt));
    return this.#options.now() < held.expiresAt - margin && (!held.rejected || block?.storm === true);
  }

  /** Once: what the store holds, else the seed. A new instance adopts the cluster's key and refreshes nothing. */
  #load(): Promise<void> {
    return (this.#loading ??= this.#adoptStored().then(() => {
      this.#loaded = true;
      const { seed, now } = this.#options;
      if (this.#held === null && seed !== null) this.#held = seedKey(seed, now());
    }));
  }

  #refreshBehind(): void {
    if (this.#pending || this.#guard.block) return;
    this.#refresh().catch(() => undefined); // already logged and remembered; the old key still serves
  }

  /** Single flight: one refresh for any number of callers, and no caller's leaving ends it. */
  #refresh(): Promise<Held> {
    if (this.#pending) return this.#pending;
    const pending = this.#obtain().finally(() => {
      if (this.#pending === pending) this.#pending = null;
    });
    return (this.#pending = pending);
  }

  async #obtain(): Promise<Held> {
    for (;;) {
      const adopted = await this.#adoptStored();
      if (adopted) return adopted;
      this.#guard.throwIfBlocked();
      const lock = await this.#options.keyStore.lock(this.#options.lockMs);
      if (lock !== 'HELD_BY_OTHER') return this.#refreshUnder(lock === 'STORE_AWAY' ? null : lock);
      await sleep(POLL_MS * (0.5 + this.#options.random()));
    }
  }

  async #refreshUnder(lock: Lock | null): Promise<Held> {
    try {
      // The lock may have come free because somebody else has just finished.
      const adopted = lock && (await this.#adoptStored());
      if (adopted) return adopted;
      return await this.#ask(lock);
    } catch (error) {
      if (!(error instanceof PaystarError)) throw error;
      this.#options.observe('failed');
      throw this.#guard.failed(asRefreshFailure(error));
    } finally {
      if (lock) await this.#options.keyStore.unlock(lock);
    }
  }

  async #ask(lock: Lock | null): Promise<Held> {
    if (this.#guard.credentialsRefused) this.#options.reloadCredentials();
    const asked = this.#options.now();
    const { apiKey, expireDate } = await this.#options.refresh();
    const { expiresAt, assumed } = readExpiry(expireDate, asked, this.#options.utcOffsetMinutes);
    if (assumed) this.#options.observe('expiry_assumed');
    const old = this.#held;
    const same = old?.value === apiKey;
    const again = same && old.generation > 0; // a seed key that comes back is obtained for the first time
    const generation = again ? old.generation : (old?.generation ?? 0) + 1;
    const key: ApiKey = { value: apiKey, generation, obtainedAt: again ? old.obtainedAt : asked, expiresAt };
    const written = lock ? await this.#options.keyStore.write(key, lock) : 'STORE_AWAY';
    // Whoever took the lock over has asked later than we did: theirs is the newer key.
    const newer = written === 'LOST' ? await this.#adoptStored() : null;
    this.#guard.refreshed(!same && expiresAt > (old?.generation ? old.expiresAt : 0));
    this.#options.observe('refreshed');
    this.#options.log.info('key', 'a new API key was obtained', {
      generation,
      expiresAt: isoTime(expiresAt),
    });
    return newer ?? this.#hold(key);
  }

  /** Takes the store's key when it is newer than ours and still of use. */
  async #adoptStored(): Promise<Held | null> {
    const stored = await this.#options.keyStore.read();
    if (!stored || !isNewer(stored, this.#held) || stored.expiresAt <= this.#options.now()) return null;
    this.#guard.adopted(stored.generation, stored.expiresAt);
    this.#options.observe('adopted');
    const held = this.#hold(stored);
    return this.#serves(held) ? held : null;
  }

  #hold(key: ApiKey): Held {
    return (this.#held = holdKey(key, this.#options.random));
  }
}
