/** Holds calls back until a test lets them go, so that many can be in flight at once without a sleep. */
export class Gate {
  #waiting: (() => void)[] | null = null;
  #watchers: { count: number; resolve: () => void }[] = [];

  get held(): number {
    return this.#waiting?.length ?? 0;
  }

  /** Calls that arrive from now on wait for the returned release. One hold at a time. */
  hold(): () => void {
    if (this.#waiting !== null) throw new Error('the sandbox already holds its calls');
    const waiting: (() => void)[] = [];
    this.#waiting = waiting;
    return () => {
      if (this.#waiting !== waiting) return;
      this.#waiting = null;
      for (const proceed of waiting) proceed();
    };
  }

  /** Resolves once at least `count` calls are held. */
  whenHeld(count: number): Promise<void> {
    return new Promise(resolve => {
      if (this.held >= count) resolve();
      else this.#watchers.push({ count, resolve });
    });
  }

  pass(proceed: () => void): void {
    if (this.#waiting === null) return proceed();
    this.#waiting.push(proceed);
    this.#tellWatchers(this.#waiting.length);
  }

  /** Forgets the held calls without letting them proceed. */
  abandon(): void {
    this.#waiting = null;
  }

  #tellWatchers(held: number): void {
    this.#watchers = this.#watchers.filter(({ count, resolve }) => {
      if (count <= held) resolve();
      return count > held;
    });
  }
}
