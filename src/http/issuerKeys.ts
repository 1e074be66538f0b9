import { createRemoteJWKSet, errors } from 'jose';
import type { CryptoKey, FlattenedJWSInput, JWSHeaderParameters } from 'jose';
import { ownError } from '../errors/identityError.ts';
import { describeError } from '../log.ts';
import type { Log } from '../log.ts';

/** Older keys are fetched anew behind a request. */
const REFRESH_MS = 600_000;
/** After a quiet time a request waits for the fetch: so long can a key that the issuer withdrew live on. */
const WAIT_MS = 1_200_000;
/** Through an outage the last keys go on serving so long; longer, and whoever can block the fetch keeps a stolen key alive. */
const MAX_STALE_MS = 86_400_000;
/** How often a token with an unknown key id, which anyone can make up, may cause a fetch. */
const COOLDOWN_MS = 10_000;
/** So long after a failed fetch nobody waits for another. */
const PAUSE_MS = 5_000;

/** One fetch. */
const FETCH_TIMEOUT_MS = 3_000;

export interface IssuerKeysTools {
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * The issuer's public keys. jose fetches (no redirects, one fetch for all who wait), selects and imports them; when to
 * fetch is decided here, since jose drops the keys it has when a refresh fails, and asks a dead issuer at every token.
 */
export class IssuerKeys {
  readonly #remote: ReturnType<typeof createRemoteJWKSet>;
  readonly #tools: IssuerKeysTools;
  #fetchedAt = -Infinity;
  #pausedUntil = -Infinity;
  #failing = false;
  /** Of which fetch a bad key has been told. */
  #toldOf = -Infinity;

  constructor(jwksUrl: string, requestTimeoutMs: number, tools: IssuerKeysTools) {
    this.#tools = tools;
    this.#remote = createRemoteJWKSet(new URL(jwksUrl), {
      timeoutDuration: Math.min(FETCH_TIMEOUT_MS, requestTimeoutMs),
      cooldownDuration: Infinity,
      cacheMaxAge: Infinity,
    });
  }

  /** The key for a token's header. Throws jose's errors for the token's faults, OVERLOADED when no keys can be had. */
  readonly find = async (header?: JWSHeaderParameters, token?: FlattenedJWSInput): Promise<CryptoKey> => {
    await this.#freshen();
    try {
      return await this.#select(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || this.#age() < COOLDOWN_MS) throw error;
      await this.#load(); // the issuer may have a new key
      return this.#select(header, token);
    }
  };

  async #select(header?: JWSHeaderParameters, token?: FlattenedJWSInput): Promise<CryptoKey> {
    try {
      const key = await this.#remote(header, token);
      if (isShort(key)) throw new TypeError('jose would refuse it later, as if our code were wrong');
      return key;
    } catch (error) {
      if (TOKEN_FAULTS.some(fault => error instanceof fault)) throw error;
      // The issuer publishes something that is no public key.
      if (this.#toldOf !== this.#fetchedAt)
        this.#tools.log.warn('auth', UNUSABLE, { cause: describeError(error) });
      this.#toldOf = this.#fetchedAt;
      throw this.#unavailable(REFRESH_MS - this.#age());
    }
  }

  #age(): number {
    return this.#tools.now() - this.#fetchedAt;
  }

  async #freshen(): Promise<void> {
    const age = this.#age();
    if (age < REFRESH_MS) return;
    const mustWait = age >= (this.#failing ? MAX_STALE_MS : WAIT_MS); // nobody waits for an issuer that just failed
    const loading = this.#load().catch((error: unknown) => {
      if (age >= MAX_STALE_MS) throw error;
    });
    if (mustWait) await loading;
  }

  async #load(): Promise<void> {
    const { log, now } = this.#tools;
    if (now() < this.#pausedUntil) throw this.#unavailable();
    try {
      await this.#remote.reload();
    } catch (error) {
      this.#pausedUntil = now() + PAUSE_MS;
      if (!this.#failing) log.warn('auth', UNREACHABLE, { cause: describeError(error) });
      this.#failing = true;
      throw this.#unavailable();
    }
    this.#fetchedAt = now();
    if (this.#failing) log.info('auth', 'the signing keys of JWT callers have been fetched again');
    this.#failing = false;
  }

  /**
   * The token may be right, and it is not its caller's fault that this cannot be seen: UNAUTHENTICATED would make an app
   * throw it away and log its user out. Of the table, OVERLOADED says what helps: repeat it, the operator has to act.
   */
  #unavailable(waitMs = this.#pausedUntil - this.#tools.now()) {
    return ownError('OVERLOADED', { retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)) });
  }
}

/** RFC 7518 wants 2048 bits of RSA or more. */
function isShort({ algorithm }: CryptoKey): boolean {
  return 'modulusLength' in algorithm && Number(algorithm.modulusLength) < 2048;
}

const TOKEN_FAULTS = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];

const UNUSABLE =
  'a signing key at AUTH_JWKS_URL is broken, too short or not public, so its tokens are answered OVERLOADED: repair it at the issuer';
const UNREACHABLE =
  'the signing keys of JWT callers cannot be fetched: check that AUTH_JWKS_URL is right and answers from this machine ' +
  '(200, JSON, no redirect). Keys fetched within the last 24 hours go on serving; other tokens are answered OVERLOADED';
