import { adviceFor } from '../errors/advice.ts';
import type { Log } from '../log.ts';
import { FAULT_TABLE, PaystarError } from './status.ts';
import type { PaidService } from './wire.ts';

const PAUSE_MS = 60_000;
const BREAKER_MS = 10_000;
const FAULTS_TO_OPEN = 5;

/** Where a closed gate stands: before every service, or before one. */
export type Scope = 'all' | PaidService;

export interface Closed {
  readonly scope: Scope;
  readonly kind: 'pause' | 'breaker';
  readonly error: PaystarError;
  readonly until: number;
  probing: boolean;
}

type OnPause = (scope: Scope, error: PaystarError, until: number) => void;

/**
 * Keeps questions away from a Paystar that cannot answer them: pauses for faults that an operator must mend, a breaker
 * for faults that pass. Both are one thing: closed for a time, answering at once with what closed it; then one real
 * waiting call is the probe, and what it meets opens or closes the gate again. (cockatiel's breaker lets all other calls
 * wait for the probe, and knows neither Retry-After nor an injected clock; hence our own.)
 */
export class Gate {
  readonly #now: () => number;
  readonly #log: Log;
  readonly #closed = new Map<Scope, Closed>();
  readonly #faults = new Map<PaidService, number>();

  readonly #onPause: OnPause;

  /** `onPause` hears of each pause that this instance itself has met the cause of. */
  constructor(now: () => number, log: Log, onPause: OnPause = () => {}) {
    this.#now = now;
    this.#log = log;
    this.#onPause = onPause;
  }

  /** Passes, perhaps as the probe, or throws what closed the gate. Every pass must end in `leave`. */
  enter(service: PaidService): Pass {
    const closed = [this.#closed.get('all'), this.#closed.get(service)].filter(gate => gate !== undefined);
    for (const gate of closed) {
      if (gate.until > this.#now() || gate.probing) throw this.#refusal(gate);
    }
    for (const gate of closed) gate.probing = true;
    return { service, probes: closed };
  }

  /** `outcome`: what the call met at Paystar; null for an answer; undefined when nothing was learnt, since it was never sent. */
  leave(pass: Pass, outcome: PaystarError | null | undefined): void {
    for (const gate of pass.probes) gate.probing = false;
    if (outcome === undefined) return;
    for (const gate of pass.probes) this.#open(gate);
    const scope = outcome === null ? null : pauseScope(outcome, pass.service);
    if (scope !== null) {
      const until = this.#now() + PAUSE_MS;
      this.pause(scope, outcome!, until);
      this.#onPause(scope, outcome!, until);
    }
    this.#countFault(pass, outcome);
  }

  /** Until then nothing of `scope` is asked; also when another instance has met the cause. */
  pause(scope: Scope, error: PaystarError, until: number): void {
    if (until > this.#now()) this.#close({ scope, kind: 'pause', error, until, probing: false });
  }

  /** What is closed now, for health, metrics and the status page. */
  closed(): readonly Closed[] {
    return [...this.#closed.values()];
  }

  #countFault(pass: Pass, outcome: PaystarError | null): void {
    if (outcome === null || !isFault(outcome)) {
      this.#faults.delete(pass.service);
      return;
    }
    const faults = (this.#faults.get(pass.service) ?? 0) + 1;
    this.#faults.set(pass.service, faults);
    const failedProbe = pass.probes.some(gate => gate.kind === 'breaker');
    if (faults < FAULTS_TO_OPEN && !failedProbe && outcome.details.retryAfterSeconds === undefined) return;
    const openMs = Math.max(BREAKER_MS, (outcome.details.retryAfterSeconds ?? 0) * 1000);
    this.#close({
      scope: pass.service,
      kind: 'breaker',
      error: outcome,
      until: this.#now() + openMs,
      probing: false,
    });
  }

  #close(gate: Closed): void {
    const known = this.#closed.get(gate.scope);
    if (known && known.until >= gate.until) return;
    this.#closed.set(gate.scope, gate);
    if (known?.error.code === gate.error.code) return;
    this.#log.warn(
      gate.kind,
      `paid calls are held back: ${gate.error.message} ${adviceFor(gate.error.code).en}`,
      {
        code: gate.error.code,
        service: gate.scope,
        status: gate.error.details.paystar?.status ?? null,
        retryAfterSeconds: Math.ceil((gate.until - this.#now()) / 1000),
      },
    );
  }

  #open(gate: Closed): void {
    if (this.#closed.get(gate.scope) !== gate) return;
    this.#closed.delete(gate.scope);
    this.#log.info(gate.kind, 'a probe got through; paid calls go on unless it met a new fault', {
      service: gate.scope,
    });
  }

  #refusal(gate: Closed): PaystarError {
    const retryAfterSeconds = Math.max(1, Math.ceil((gate.until - this.#now()) / 1000));
    // What befell the calls that opened the breaker is not what befalls this one: nothing is sent, and later it can be.
    const unsent = gate.kind === 'breaker' && gate.error.details.paystar === undefined;
    const error = unsent ? new PaystarError(FAULT_TABLE.UNREACHABLE, { cause: gate.error }) : gate.error;
    return error.with({ retryAfterSeconds, charged: 'NO' });
  }
}

export interface Pass {
  readonly service: PaidService;
  readonly probes: readonly Closed[];
}

function pauseScope(error: PaystarError, service: PaidService): Scope | null {
  if (error.row.reaction === 'PAUSE_ALL' || error.row.reaction === 'PAUSE_INSTANCE') return 'all';
  return error.row.reaction === 'PAUSE_SERVICE' ? service : null;
}

/** Faults that say that Paystar, or the way to it, is down; never an answer such as 9, 10 or a mismatch. */
function isFault(error: PaystarError): boolean {
  return error.row.reaction === 'BREAKER' || error.details.httpFault === true;
}
