import type { Stop } from '../stop.ts';
import type { Tracing } from '../tracing.ts';
import type { ApiKeyManager } from './apiKey.ts';
import type { Bulkhead } from './bulkhead.ts';
import type { PaystarClient, Question } from './client.ts';
import type { Gate } from './gate.ts';
import type { ApiKey } from './keyStore.ts';
import type { Retry } from './retry.ts';
import type { SharedPauses } from './sharedPauses.ts';
import { PaystarError } from './status.ts';
import type { PaidService } from './wire.ts';

/** How far a question has come; decides what its caller is told when the time is over. */
export type Stage = 'QUEUE' | 'KEY' | 'CONNECT' | 'SENT';

export interface PaidCallOptions {
  /** Cancels the question until it is sent; from then on the answer is waited for. */
  readonly stop: Stop;
  readonly onStage: (stage: Stage) => void;
  /** Awaited before each send: the claim must be good for the whole call. A rejection stops the question unsent. */
  readonly beforeSend: () => Promise<void> | undefined;
}

/** One attempt's end: `error` null means an answer that was paid for. */
export type PaidCallObserver = (service: PaidService, error: PaystarError | null, startedAt: number) => void;

export interface PaystarParts {
  readonly client: PaystarClient;
  readonly keys: ApiKeyManager;
  readonly gate: Gate;
  readonly pauses: SharedPauses;
  readonly bulkhead: Bulkhead;
  readonly retry: Retry;
  /** Reads the credentials' files again: after status 6 somebody may have replaced the password. */
  readonly reloadCredentials: () => void;
  readonly observe: PaidCallObserver;
  readonly now: () => number;
  readonly tracing: Tracing;
}

/** What a call met at Paystar: an error, null for an answer; absent while nothing was sent. */
interface Met {
  outcome?: PaystarError | null;
}

/** A paid question, from the gate to the answer: pause and breaker, queue, key, send, and one replay with a newer key. */
export class Paystar {
  readonly #parts: PaystarParts;
  #passwordRefused = false;

  constructor(parts: PaystarParts) {
    this.#parts = parts;
  }

  /** Whether the data belong together. Throws `PaystarError`, OVERLOADED, or `stop.reason` when cancelled unsent. */
  async ask(question: Question, options: PaidCallOptions): Promise<boolean> {
    const { gate, bulkhead, pauses } = this.#parts;
    pauses.look();
    const pass = gate.enter(question.service);
    const met: Met = {};
    try {
      options.onStage('QUEUE');
      const place = bulkhead.take(options.stop);
      if (place) await place;
      try {
        return await this.#askWithKey(question, options, met);
      } finally {
        bulkhead.release();
      }
    } finally {
      gate.leave(pass, met.outcome);
    }
  }

  async #askWithKey(question: Question, options: PaidCallOptions, met: Met): Promise<boolean> {
    const { keys, tracing } = this.#parts;
    options.onStage('KEY');
    const found = tracing.step('key', 'get', () => keys.get(options.stop));
    const key = found instanceof Promise ? await found : found;
    try {
      return await this.#send(question, key, options, met);
    } catch (error) {
      if (!isKeyRefusal(error)) throw error;
      options.onStage('KEY');
      const newer = await tracing.step('key', 'replace', () => keys.replace(key, error, options.stop));
      return this.#send(question, newer, options, met);
    }
  }

  async #send(question: Question, key: ApiKey, options: PaidCallOptions, met: Met): Promise<boolean> {
    try {
      const isMatched = await this.#parts.retry.run(
        () => this.#attempt(question, key, options),
        options.stop,
      );
      met.outcome = null;
      this.#parts.keys.accept(key);
      return isMatched;
    } catch (error) {
      if (error instanceof PaystarError) met.outcome = error;
      if (isKeyRefusal(error)) this.#parts.keys.reject(key, error);
      throw error;
    }
  }

  async #attempt(question: Question, key: ApiKey, options: PaidCallOptions): Promise<boolean> {
    const { client, observe, now, tracing } = this.#parts;
    options.onStage('CONNECT');
    const renewal = options.beforeSend();
    if (renewal) await renewal;
    if (this.#passwordRefused) this.#parts.reloadCredentials();
    this.#passwordRefused = false;
    const startedAt = now();
    const onSend = () => options.onStage('SENT');
    try {
      const isMatched = await tracing.step('paystar', question.service, () =>
        client.ask(question, {
          apiKey: key.value,
          stop: options.stop,
          onSend,
          traceparent: tracing.traceparent(),
        }),
      );
      observe(question.service, null, startedAt);
      return isMatched;
    } catch (error) {
      if (error instanceof PaystarError) observe(question.service, error, startedAt);
      this.#passwordRefused ||= isPasswordRefusal(error);
      throw error;
    }
  }
}

function isPasswordRefusal(error: unknown): boolean {
  return error instanceof PaystarError && error.details.paystar?.status === 6;
}

function isKeyRefusal(error: unknown): error is PaystarError {
  return error instanceof PaystarError && error.row.reaction === 'REFRESH_AND_REPLAY';
}
