import { expect, it } from '@jest/globals';
import { Stop } from '../../src/stop.ts';
import { MemoryStore } from '../../src/store/memoryStore.ts';
import { Claims, QuestionClaim } from '../../src/verification/claims.ts';
import { createClock } from '../support/clock.ts';

const LIFE_MS = 6000;

function setUp() {
  const clock = createClock();
  const store = new MemoryStore(clock.now);
  const claims = new Claims({ store, lifeMs: LIFE_MS, neededMs: 2000, now: clock.now });
  const take = async (id: string): Promise<QuestionClaim> => {
    const taken = await claims.take(store, 'question', id, new Stop());
    if (!(taken instanceof QuestionClaim)) throw new Error('expected a claim');
    return taken;
  };
  return { clock, store, take };
}

it('a claim that ran out while its question waited for the key is taken again before the send', async () => {
  const { clock, store, take } = setUp();
  const claim = await take('first');
  clock.advance(LIFE_MS + 1);
  await claim.renew();
  expect(await store.get('claim:question')).toBe('first');
});

it('a claim that somebody else has taken meanwhile stops the send', async () => {
  const { clock, take } = setUp();
  const late = await take('first');
  clock.advance(LIFE_MS + 1);
  await take('second');
  await expect(late.renew()).rejects.toMatchObject({ code: 'OVERLOADED' });
});
