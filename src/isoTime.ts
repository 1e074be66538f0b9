/** Log lines are about this second, answers about a few others, the key's end about one of tomorrow. */
const MAX_SECONDS = 64;
const seconds = new Map<number, string>();

/** `Date`'s own `toISOString`, which took 3 µs of a request each time, with most of it remembered by the second. */
export function isoTime(moment: number): string {
  const ms = Math.trunc(moment);
  const second = Math.floor(ms / 1000);
  let text = seconds.get(second);
  if (text === undefined) {
    text = new Date(second * 1000).toISOString().slice(0, -'000Z'.length);
    if (seconds.size >= MAX_SECONDS) seconds.clear();
    seconds.set(second, text);
  }
  return `${text}${String(ms - second * 1000).padStart(3, '0')}Z`;
}
