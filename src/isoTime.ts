let [second, text] = [NaN, ''];

/** `Date`'s own `toISOString`, most of it remembered for a second: log lines and answers are about the present. */
export function isoTime(moment: number): string {
  const ms = Math.trunc(moment);
  const whole = Math.floor(ms / 1000);
  if (whole !== second)
    [second, text] = [whole, new Date(whole * 1000).toISOString().slice(0, -'000Z'.length)];
  return `${text}${String(ms - whole * 1000).padStart(3, '0')}Z`;
}
