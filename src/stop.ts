/**
 * Tells whoever waits that there is nothing to wait for any more. What an AbortController does, too, and
 * at more cost: a question needs two of them and four listeners. Where Node itself waits, there is a `signal`.
 */
export class Stop {
  #stopped = false;
  #reason: unknown;
  #listeners: Set<() => void> | null = null;
  #controller: AbortController | null = null;

  get stopped(): boolean {
    return this.#stopped;
  }

  get reason(): unknown {
    return this.#reason;
  }

  /** Made when it is first asked for. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#stopped) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Once; later reasons are not heard. */
  stop(reason: unknown): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
    for (const listener of this.#listeners ?? []) listener();
  }

  /** Throws the reason once stopped. */
  throwIfStopped(): void {
    if (this.#stopped) throw this.#reason;
  }

  /** `listener` runs when it is stopped; never, when it has been by now. */
  on(listener: () => void): void {
    (this.#listeners ??= new Set()).add(listener);
  }

  off(listener: () => void): void {
    this.#listeners?.delete(listener);
  }
}

/** Settles as `promise` does, or rejects with the reason once stopped. The promise goes on without us. */
export function unlessStopped<T>(promise: Promise<T>, stop: Stop): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(stop.reason);
    if (stop.stopped) leave();
    else stop.on(leave);
    promise.then(resolve, reject).finally(() => stop.off(leave));
  });
}
