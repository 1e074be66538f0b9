import { z } from 'zod';
import type { PaidService } from '../paystar/wire.ts';

/** A definite answer: match or mismatch. Holds no personal data. */
export interface Answer {
  readonly id: string;
  readonly service: PaidService;
  readonly isMatched: boolean;
  /** When Paystar gave it, ms since the epoch. */
  readonly checkedAt: number;
}

/** LIVE: Paystar was asked for this request, or for an identical one in flight. RECORD: an earlier answer given again. */
export interface Verified extends Answer {
  readonly source: 'LIVE' | 'RECORD';
}

export const AnswerShape = z.object({
  id: z.string(),
  service: z.enum(['mobile-national-id', 'card-national-id']),
  isMatched: z.boolean(),
  checkedAt: z.number(),
});
