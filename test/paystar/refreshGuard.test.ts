import { describe, expect, it } from '@jest/globals';
import { RefreshGuard } from '../../src/paystar/refreshGuard.ts';
import { FAULT_TABLE, PaystarError, STATUS_TABLE } from '../../src/paystar/status.ts';
import { createClock } from '../support/clock.ts';
import { silentLog } from '../support/silentLog.ts';

function setUp(random = () => 1) {
  const clock = createClock();
  const guard = new RefreshGuard({ now: clock.now, random, log: silentLog });
  /** Seconds that a refresh has to wait now; 0: it may go. */
  const wait = () => (guard.block ? (guard.block.until - clock.now()) / 1000 : 0);
  /** Waits out the block, lets `event` happen, and tells the next wait. */
  const after = (event: () => void) => {
    clock.advance(wait() * 1000);
    event();
    return wait();
  };
  return { clock, guard, wait, after };
}

const status = (number: number) =>
  new PaystarError(STATUS_TABLE[number], { paystar: { status: number, service: 'refresh-api-key' } });
const times = <T>(count: number, act: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => act(index));

describe('after a failed refresh', () => {
  it.each([2, 3, 6, 7, 12, 13])('with status %i the next waits 60, 120 … 600 s', number => {
    const { guard, after } = setUp();
    const waits = times(7, () => after(() => guard.failed(status(number))));
    expect(waits).toEqual([60, 120, 240, 480, 600, 600, 600]);
  });

  it.each([
    ['status 0', status(0)],
    ['status 11', status(11)],
    ['status 10', status(10)],
    ['no answer', new PaystarError(FAULT_TABLE.UNREACHABLE)],
    ['a foreign body', new PaystarError(FAULT_TABLE.RESPONSE_INVALID)],
  ])('with %s the next waits up to 0.5, 1 … 30 s', (_what, error) => {
    const { guard, after } = setUp();
    const waits = times(9, () => after(() => guard.failed(error)));
    expect(waits).toEqual([0.5, 1, 2, 4, 8, 16, 30, 30, 30]);
  });

  it('the backoff has full jitter', () => {
    const { guard, after } = setUp(() => 0.25);
    expect(times(3, () => after(() => guard.failed(status(0))))).toEqual([0.125, 0.25, 0.5]);
  });

  it('the next waits as long as Retry-After says', () => {
    const { guard, after } = setUp();
    const error = new PaystarError(FAULT_TABLE.RESPONSE_INVALID, { httpFault: true, retryAfterSeconds: 90 });
    expect(after(() => guard.failed(error))).toBe(90);
  });

  it('whoever has no key is told why, and when to come again', () => {
    const { clock, guard } = setUp();
    expect(guard.failed(status(13)).details.retryAfterSeconds).toBe(60);
    clock.advance(20_500);
    expect(() => guard.throwIfBlocked()).toThrow(
      expect.objectContaining({
        code: 'PAYSTAR_REFRESH_TOKEN_INVALID',
        details: expect.objectContaining({ retryAfterSeconds: 40 }),
      }),
    );
    clock.advance(39_500);
    expect(() => guard.throwIfBlocked()).not.toThrow();
  });

  it('it is remembered until one succeeds here or elsewhere', () => {
    for (const mend of ['refreshed', 'adopted'] as const) {
      const { clock, guard } = setUp();
      const at = clock.now();
      guard.failed(status(6));
      expect(guard.failure).toMatchObject({
        code: 'PAYSTAR_ACCESS_PASSWORD_WRONG',
        status: 6,
        at,
        retryAt: at + 60_000,
      });
      expect(guard.credentialsRefused).toBe(true);
      if (mend === 'adopted') guard.adopted(2, at);
      else guard.refreshed(true);
      expect([guard.failure, guard.credentialsRefused]).toEqual([null, false]);
    }
  });

  it('a success begins both counts anew', () => {
    const { guard, after } = setUp();
    times(3, () => after(() => guard.failed(status(13))));
    times(3, () => after(() => guard.failed(status(0))));
    guard.refreshed(true);
    expect(after(() => guard.failed(status(13)))).toBe(60);
    expect(after(() => guard.failed(status(0)))).toBe(0.5);
  });
});

describe('after a refresh that succeeded', () => {
  it('the next may come at any time', () => {
    const { guard, after } = setUp();
    expect(after(() => guard.refreshed(true))).toBe(0);
  });

  it('but changed nothing the next waits 60 s', () => {
    const { guard, after } = setUp();
    expect(after(() => guard.refreshed(false))).toBe(60);
    expect(() => guard.throwIfBlocked()).toThrow(PaystarError);
  });
});

describe('rejected keys', () => {
  it('stop nothing one at a time: a generation may be rejected by many calls', () => {
    const { guard, wait } = setUp();
    times(100, () => guard.rejected(1, status(4)));
    expect(wait()).toBe(0);
  });

  it('stop refreshing for 30, 60 … 300 s while each new generation is rejected within a minute', () => {
    const { clock, guard, wait } = setUp();
    guard.rejected(1, status(4));
    const waits = times(6, index => {
      guard.rejected(2 * index + 2, status(4));
      const stopped = wait();
      clock.advance(stopped * 1000);
      guard.rejected(2 * index + 3, status(4)); // alone after a long wait it stops nothing, or it stops as the next would
      return stopped;
    });
    expect(waits[0]).toBe(30);
    expect(Math.max(...waits)).toBe(300);
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
  });

  it('that lie more than a minute apart are no storm', () => {
    const { clock, guard, wait } = setUp();
    times(10, generation => {
      guard.rejected(generation, status(5));
      clock.advance(60_001);
    });
    expect(wait()).toBe(0);
  });

  it('are forgiven once a key is accepted: the next storm begins at 30 s', () => {
    const { clock, guard, wait } = setUp();
    times(2, generation => guard.rejected(generation, status(4)));
    guard.accepted();
    expect(wait()).toBe(0);
    clock.advance(60_001);
    times(2, generation => guard.rejected(generation + 5, status(4)));
    expect(wait()).toBe(30);
  });
});
