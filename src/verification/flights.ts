import { ownError } from '../errors/identityError.ts';
import type { IdentityError } from '../errors/identityError.ts';
import { FAULT_TABLE, PaystarError } from '../paystar/status.ts';
import type { Claim } from './claims.ts';
import type { Verified } from './answer.ts';

/** The last stages are those of the paid call; before them a flight waits for somebody else's claim. */
export type FlightStage = 'CLAIM' | 'QUEUE' | 'KEY' | 'CONNECT' | 'SENT';

/** One question on its way, and everybody in this process who wants its answer. */
export class Flight {
  readonly claims = new Set<Claim>();
  readonly #cancel = new AbortController();
  #passengers = 0;
  #stage: FlightStage = 'CLAIM';
  #sent = false;
  result!: Promise<Verified>;

  /** Whether anything of the question has ever been sent: from then on it may have been paid. */
  get sent(): boolean {
    return this.#sent;
  }

  reach(stage: FlightStage): void {
    this.#stage = stage;
    this.#sent ||= stage === 'SENT';
  }

  /** Aborted once everybody has left before the send. */
  get signal(): AbortSignal {
    return this.#cancel.signal;
  }

  board(): void {
    this.#passengers += 1;
  }

  /** Waits for the flight's end or the passenger's own, whichever comes first. */
  ride(signal: AbortSignal): Promise<Verified> {
    return new Promise((resolve, reject) => {
      const leave = () => reject(this.#leave());
      if (signal.aborted) return leave();
      signal.addEventListener('abort', leave, { once: true });
      this.result.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
    });
  }

  /** The last one to leave cancels what has not been sent. */
  #leave(): IdentityError {
    const reason = this.#lateError();
    this.#passengers -= 1;
    if (this.#passengers === 0 && this.#stage !== 'SENT') this.#cancel.abort(reason);
    return reason;
  }

  /** What a passenger is told whose time is over: how far the question has come decides whether money may be gone. */
  #lateError(): IdentityError {
    switch (this.#stage) {
      case 'CLAIM':
        return ownError('IDEMPOTENCY_IN_PROGRESS');
      case 'QUEUE':
        return ownError('OVERLOADED', { retryAfterSeconds: 1 });
      case 'KEY':
      case 'CONNECT':
        return new PaystarError(FAULT_TABLE.UNREACHABLE);
      case 'SENT':
        return new PaystarError(FAULT_TABLE.OUTCOME_UNKNOWN);
    }
  }

  async renewClaims(): Promise<void> {
    await Promise.all([...this.claims].map(claim => claim.renew()));
  }
}

/** The flights of this process, by question. */
export class Flights {
  readonly #flights = new Map<string, Flight>();
  readonly #onShared: (result: Promise<Verified>) => void;

  /** `onShared` is told of each passenger but the first. */
  constructor(onShared: (result: Promise<Verified>) => void) {
    this.#onShared = onShared;
  }

  /** The flight of an identical question, or a new one that `start` gives its result. The caller has boarded it. */
  board(fingerprint: string, start: (flight: Flight) => Promise<Verified>): Flight {
    let flight = this.#flights.get(fingerprint);
    if (!flight || flight.signal.aborted) {
      flight = new Flight();
      this.#flights.set(fingerprint, flight);
      flight.result = this.#run(fingerprint, flight, start);
      flight.result.catch(() => undefined); // each passenger has a handler of its own, and may have left
    } else this.#onShared(flight.result);
    flight.board();
    return flight;
  }

  get size(): number {
    return this.#flights.size;
  }

  /** Ends when every flight under way has ended. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#flights.values()].map(flight => flight.result));
  }

  async #run(
    fingerprint: string,
    flight: Flight,
    start: (flight: Flight) => Promise<Verified>,
  ): Promise<Verified> {
    try {
      return await start(flight);
    } finally {
      if (this.#flights.get(fingerprint) === flight) this.#flights.delete(fingerprint);
    }
  }
}
