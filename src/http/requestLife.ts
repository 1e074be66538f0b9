import type { ServerResponse } from 'node:http';

/**
 * How long a request lives: until its client leaves or its time is over. Most requests never wait for anything, so signal,
 * timer and listener are made for the first one who asks.
 */
export class RequestLife {
  readonly #response: ServerResponse;
  readonly #endsAt: number;
  #controller: AbortController | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(response: ServerResponse, startedAt: number, timeoutMs: number) {
    this.#response = response;
    this.#endsAt = startedAt + timeoutMs;
  }

  /** Aborted when the client leaves, or the request's time is over. */
  get signal(): AbortSignal {
    return (this.#controller ??= this.#begin()).signal;
  }

  /** Frees timer and listener. */
  end(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#response.off('close', this.#abort);
  }

  readonly #abort = (): void => this.#controller?.abort();

  #begin(): AbortController {
    const controller = new AbortController();
    this.#timer = setTimeout(this.#abort, Math.max(1, this.#endsAt - performance.now()));
    this.#response.once('close', this.#abort);
    if (this.#response.closed) controller.abort();
    return controller;
  }
}
