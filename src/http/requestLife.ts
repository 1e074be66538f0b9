import type { ServerResponse } from 'node:http';
import { Stop } from '../stop.ts';

/**
 * How long a request lives: until its client leaves or its time is over. Most requests never wait for anything, so timer
 * and listener are made for the first one who asks.
 */
export class RequestLife {
  readonly #response: ServerResponse;
  readonly #endsAt: number;
  #stop: Stop | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(response: ServerResponse, startedAt: number, timeoutMs: number) {
    this.#response = response;
    this.#endsAt = startedAt + timeoutMs;
  }

  /** Stopped when the client leaves, or the request's time is over. */
  get stop(): Stop {
    return (this.#stop ??= this.#begin());
  }

  /** Frees timer and listener. */
  end(): void {
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.#response.off('close', this.#end);
  }

  readonly #end = (): void => this.#stop?.stop(new Error('the request is over'));

  #begin(): Stop {
    const stop = new Stop();
    this.#timer = setTimeout(this.#end, Math.max(1, this.#endsAt - performance.now()));
    this.#response.once('close', this.#end);
    if (this.#response.closed) stop.stop(new Error('the request is over'));
    return stop;
  }
}
