/** Delays that all end when the sandbox closes. */
export class Timers {
  readonly #pending = new Set<NodeJS.Timeout>();

  /** Zero acts at once, in the same turn. */
  after(delayMs: number, act: () => void): void {
    if (delayMs <= 0) return act();
    const timer = setTimeout(() => {
      this.#pending.delete(timer);
      act();
    }, delayMs);
    this.#pending.add(timer);
  }

  clear(): void {
    for (const timer of this.#pending) clearTimeout(timer);
    this.#pending.clear();
  }
}
