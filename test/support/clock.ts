/** A clock that stands until it is moved. */
export interface Clock {
  ms: number;
  readonly now: () => number;
  advance(ms: number): void;
}

export function createClock(ms = Date.UTC(2026, 10, 24, 8)): Clock {
  const clock: Clock = { ms, now: () => clock.ms, advance: by => void (clock.ms += by) };
  return clock;
}
