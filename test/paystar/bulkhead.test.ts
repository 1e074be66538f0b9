import { describe, expect, it } from '@jest/globals';
import { Stop } from '../../src/stop.ts';
import { Bulkhead } from '../../src/paystar/bulkhead.ts';

const here = () => new Stop();

describe('the bulkhead', () => {
  it('gives its places at once, then lets wait, then refuses with OVERLOADED', () => {
    const bulkhead = new Bulkhead(2, 1);
    expect([bulkhead.take(here()), bulkhead.take(here())]).toEqual([undefined, undefined]);
    expect(bulkhead.take(here())).toBeInstanceOf(Promise);
    expect(() => bulkhead.take(here())).toThrow(
      expect.objectContaining({ code: 'OVERLOADED', details: { retryAfterSeconds: 1 } }),
    );
    expect([bulkhead.active, bulkhead.queued]).toEqual([2, 1]);
  });

  it('serves those who wait in the order in which they came', async () => {
    const bulkhead = new Bulkhead(1, 10);
    void bulkhead.take(here());
    const order: number[] = [];
    const waiting = [1, 2, 3].map(async number => {
      await bulkhead.take(here());
      order.push(number);
      bulkhead.release();
    });
    bulkhead.release();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3]);
    expect([bulkhead.active, bulkhead.queued]).toEqual([0, 0]);
  });

  it('never has more at work than places, whoever leaves in the middle', async () => {
    const bulkhead = new Bulkhead(3, 1000);
    let active = 0;
    let most = 0;
    const calls = Array.from({ length: 200 }, async (_, number) => {
      const leaver = new Stop();
      const place = Promise.resolve(bulkhead.take(leaver));
      if (number % 3 === 0) leaver.stop(new Error('left'));
      try {
        await place;
      } catch {
        return;
      }
      most = Math.max(most, (active += 1));
      await Promise.resolve();
      active -= 1;
      bulkhead.release();
    });
    await Promise.all(calls);
    expect(most).toBe(3);
    expect([bulkhead.active, bulkhead.queued]).toEqual([0, 0]);
  });

  it('forgets whoever leaves the line, with the reason of the leaving', async () => {
    const bulkhead = new Bulkhead(1, 1);
    void bulkhead.take(here());
    const leaver = new Stop();
    const waiting = bulkhead.take(leaver);
    leaver.stop(new Error('left'));
    await expect(waiting).rejects.toThrow('left');
    expect(bulkhead.queued).toBe(0);
    bulkhead.release();
    expect(bulkhead.take(here())).toBeUndefined();
  });

  it('does not let in whoever has left already', () => {
    const gone = new Stop();
    gone.stop(new Error('left'));
    const bulkhead = new Bulkhead(1, 1);
    expect(() => bulkhead.take(gone)).toThrow('left');
    expect(bulkhead.active).toBe(0);
  });
});
