import { ownError } from '../errors/identityError.ts';
import type { IdentityError } from '../errors/identityError.ts';
import { FAULT_TABLE, PaystarError } from '../paystar/status.ts';
import { Stop } from '../stop.ts';
import type { Claim } from './claims.ts';
import type { Verified } from './answer.ts';

/** The last stages are those of the paid call; before them a flight waits for somebody else's claim. */
export type FlightStage = 'CLAIM' | 'QUEUE' | 'KEY' | 'CONNECT' | 'SENT';

/** One question on its way, and everybody in this process who wants its answer. */
export class Flight {
  readonly claims = new Set<Claim>();
  /** Stopped once everybody has left before the send. */
  readonly stop = new Stop();
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

  board(): void {
    this.#passengers += 1;
  }

  /** Waits for the flight's end or the passenger's own, whichever comes first. */
  ride(stop: Stop): Promise<Verified> {
    return new Promise((resolve, reject) => {
      const leave = () => reject(this.#leave());
      if (stop.stopped) return leave();
      stop.on(leave);
      this.result.then(
        verified => (stop.off(leave), resolve(verified)),
        (error: unknown) => (stop.off(leave), reject(error)),
      );
    });
  }

  /** The last one to leave cancels what has not been sent. */
  #leave(): IdentityError {
    const reason = this.#lateError();
    this.#passengers -= 1;
    if (this.#passengers === 0 && this.#stage !== 'SENT') this.stop.stop(reason);
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

  /** undefined when all of them are good for a whole call, as they mostly are. */
  renewClaims(): Promise<void> | undefined {
    const renewals: Promise<void>[] = [];
    for (const claim of this.claims) {
      const renewal = claim.renew();
      if (renewal) renewals.push(renewal);
    }
    return renewals.length === 0 ? undefined : Promise.all(renewals).then(() => undefined);
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
    const flying = this.#flights.get(fingerprint);
    const flight = flying && !flying.stop.stopped ? flying : this.#start(fingerprint, start);
    if (flight === flying) this.#onShared(flight.result);
    flight.board();
    return flight;
  }

  #start(fingerprint: string, start: (flight: Flight) => Promise<Verified>): Flight {
    const flight = new Flight();
    const landed = () => {
      if (this.#flights.get(fingerprint) === flight) this.#flights.delete(fingerprint);
    };
    flight.result = start(flight);
    this.#flights.set(fingerprint, flight);
    flight.result.then(landed, landed); // before any passenger hears of it; all of them may have left
    return flight;
  }

  get size(): number {
    return this.#flights.size;
  }

  /** Ends when every flight under way has ended. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#flights.values()].map(flight => flight.result));
  }
}
