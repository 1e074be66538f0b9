import { accept, refuse, type RuleResult } from './ruleResult.ts';

/** The greatest age, in seconds, of a recorded answer: 0 or more, without upper bound. Below 0: IMPOSSIBLE. */
export function maxAge(seconds: number): RuleResult<number> {
  return seconds >= 0 ? accept(seconds) : refuse('IMPOSSIBLE');
}
