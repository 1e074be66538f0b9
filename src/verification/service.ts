import { randomUUID } from 'node:crypto';
import { IdentityError, ownError } from '../errors/identityError.ts';
import type { Stop } from '../stop.ts';
import { StoreAway } from '../store/store.ts';
import type { Store } from '../store/store.ts';
import type { Answer, Verified } from './answer.ts';
import type { Ask } from './ask.ts';
import { Flights } from './flights.ts';
import type { Flight } from './flights.ts';
import type { Hmac } from './hmac.ts';
import { KeyHold } from './idempotency.ts';
import type { IdempotencyKeys } from './idempotency.ts';
import { verifiedBy } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { asIdentityError } from './payment.ts';
import { payOnce, tellLost, withoutStore } from './payOnce.ts';
import type { PayOnceParts } from './payOnce.ts';

export interface ServiceParts extends PayOnceParts {
  readonly idempotency: IdempotencyKeys;
  readonly hmac: Hmac;
  /** Hears of each definite answer that a caller is given. */
  readonly onAnswer: (caller: string, isMatched: boolean) => void;
  readonly reuseAcrossCallers: boolean;
}

/** The use case: a question becomes an answer, and is paid for once (DESIGN 5). */
export class VerificationService {
  readonly #parts: ServiceParts;
  readonly #flights: Flights;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
    this.#flights = new Flights(result => parts.savings.shared(result));
  }

  /** A match or mismatch; throws `IdentityError` for everything else. */
  async verify(ask: Ask): Promise<Verified> {
    const fingerprint = this.#fingerprint(ask);
    const verified = await (ask.idempotencyKey === null
      ? this.#answer(ask, fingerprint, null)
      : this.#answerOnce(ask, fingerprint, ask.idempotencyKey));
    this.#parts.onAnswer(ask.caller, verified.isMatched);
    return verified;
  }

  async #answerOnce(ask: Ask, fingerprint: string, idempotencyKey: string): Promise<Verified> {
    const key = this.#parts.hmac.digest('idempotency', ask.caller, ask.question.service, idempotencyKey);
    const { idempotency, tracing } = this.#parts;
    const held = await this.#waiting(ask, stop =>
      tracing.step('claim', 'key', () =>
        idempotency.take(ask.store, { key, fingerprint, owner: randomUUID() }, stop),
      ),
    );
    if (held instanceof KeyHold) return this.#answer(ask, fingerprint, held);
    return verifiedBy(this.#parts.savings.given('record', held));
  }

  /** Recorded answers of this caller, in the order of `ids`; null for the unknown. Throws STORE_UNAVAILABLE. */
  async recorded(store: Store, ids: readonly string[], caller: string): Promise<(Verified | null)[]> {
    try {
      const answers = await this.#parts.records.byIds(store, ids, this.#scope(caller));
      return answers.map(answer => answer && { ...answer, source: 'RECORD' });
    } catch (error) {
      if (error instanceof StoreAway) throw ownError('STORE_UNAVAILABLE', { cause: error });
      throw error;
    }
  }

  /** What makes two questions the same: who asks, and every value. Not reversible without STORE_SECRET. */
  #fingerprint({ caller, question }: Ask): string {
    return this.#parts.hmac.digest('question', this.#scope(caller), ...Object.values(question));
  }

  get inFlight(): number {
    return this.#flights.size;
  }

  /** Ends when every question that was sent has been answered and recorded. */
  settled(): Promise<void> {
    return this.#flights.settled();
  }

  #scope(caller: string): string {
    return this.#parts.reuseAcrossCallers ? '*' : this.#parts.hmac.remembered('scope', caller);
  }

  #answer(ask: Ask, fingerprint: string, hold: KeyHold | null): Promise<Verified> {
    return ask.maxAgeSeconds > 0
      ? this.#answerFromRecord(ask, fingerprint, hold)
      : this.#askPaystar(ask, fingerprint, hold);
  }

  async #answerFromRecord(ask: Ask, fingerprint: string, hold: KeyHold | null): Promise<Verified> {
    const recorded = await this.#recent(ask, fingerprint);
    if (!recorded) return this.#askPaystar(ask, fingerprint, hold);
    if (hold) await this.#settle(hold, { answer: recorded });
    return verifiedBy(this.#parts.savings.given('record', { answer: recorded }));
  }

  #askPaystar(ask: Ask, fingerprint: string, hold: KeyHold | null): Promise<Verified> {
    const flight = this.#flights.board(fingerprint, started =>
      payOnce(this.#parts, started, ask, { scope: this.#scope(ask.caller), fingerprint }),
    );
    if (hold) this.#follow(flight, hold);
    return flight.ride(ask.life.stop);
  }

  async #recent(ask: Ask, fingerprint: string): Promise<Answer | null> {
    const { records, now } = this.#parts;
    try {
      return await records.recent(ask.store, fingerprint, ask.maxAgeSeconds * 1000, now());
    } catch (error) {
      return withoutStore(error);
    }
  }

  /** The key's entry follows the flight to its end, whoever is still waiting by then. */
  #follow(flight: Flight, hold: KeyHold): void {
    flight.claims.add(hold);
    const settle = (outcome: Outcome) => this.#settle(hold, outcome);
    flight.result.then(
      answer => settle({ answer }),
      error => settle({ error: asIdentityError(error) }),
    );
  }

  async #settle(hold: KeyHold, outcome: Outcome): Promise<void> {
    await hold.settle(outcome).catch(tellLost(this.#parts.log));
  }

  /** Before a flight there is nothing to cancel: only the wait ends. */
  async #waiting<T>({ life }: Ask, wait: (stop: Stop) => Promise<T>): Promise<T> {
    try {
      return await wait(life.stop);
    } catch (error) {
      if (life.stop.stopped && !(error instanceof IdentityError)) throw ownError('IDEMPOTENCY_IN_PROGRESS');
      throw error;
    }
  }
}
