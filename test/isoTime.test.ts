import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isoTime } from '../src/isoTime.ts';

it('says what Date says, for every moment that this server can name, with fractions of a millisecond, too', () => {
  const moment = fc.oneof(
    fc.double({ min: 0, max: Date.UTC(9999, 11, 31), noNaN: true }),
    fc.integer({ min: 0, max: 5000 }),
  );
  fc.assert(
    fc.property(fc.array(moment, { minLength: 1 }), moments => {
      for (const ms of moments) expect(isoTime(ms)).toBe(new Date(ms).toISOString());
    }),
  );
});
