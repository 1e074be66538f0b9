import { describe, expect, it } from '@jest/globals';
import { Stop } from '../../src/stop.ts';
import { Retry } from '../../src/paystar/retry.ts';
import { FAULT_TABLE, PaystarError, STATUS_TABLE } from '../../src/paystar/status.ts';

const here = () => new Stop();
const unreachable = () => new PaystarError(FAULT_TABLE.UNREACHABLE);
const newRetry = () => new Retry(() => 0);

/** Fails `failures` times, then answers; counts its attempts. */
function attempts(failures: number, error: () => unknown = unreachable) {
  const counted = { made: 0 };
  const attempt = async () => {
    counted.made += 1;
    if (counted.made <= failures) throw error();
    return 'answer';
  };
  return { counted, attempt };
}

describe('retry', () => {
  it('repeats twice what was not sent', async () => {
    const { counted, attempt } = attempts(2);
    await expect(newRetry().run(attempt, here())).resolves.toBe('answer');
    expect(counted.made).toBe(3);
  });

  it('gives up after that', async () => {
    const { counted, attempt } = attempts(Infinity);
    await expect(newRetry().run(attempt, here())).rejects.toMatchObject({ code: 'PAYSTAR_UNREACHABLE' });
    expect(counted.made).toBe(3);
  });

  it.each([
    ['what may have been received', () => new PaystarError(FAULT_TABLE.OUTCOME_UNKNOWN)],
    ['a foreign answer', () => new PaystarError(FAULT_TABLE.RESPONSE_INVALID)],
    ['a server error', () => new PaystarError(STATUS_TABLE[0])],
    ['a provider error', () => new PaystarError(STATUS_TABLE[11])],
    ['a refused key', () => new PaystarError(STATUS_TABLE[4])],
    ['anything else', () => new Error('a bug')],
  ])('never repeats %s', async (_what, error) => {
    const { counted, attempt } = attempts(1, error);
    await expect(newRetry().run(attempt, here())).rejects.toThrow();
    expect(counted.made).toBe(1);
  });

  it('adds at most a tenth to the traffic once its savings are spent', async () => {
    const retry = newRetry();
    const { counted, attempt } = attempts(Infinity);
    const questions = 1000;
    for (let question = 0; question < questions; question += 1)
      await retry.run(attempt, here()).catch(() => undefined);
    expect(counted.made - questions).toBeGreaterThan(questions * 0.08);
    expect(counted.made - questions).toBeLessThanOrEqual(questions * 0.1 + 10);
  });

  it('ends with the fault, and without another attempt, when whoever waited leaves', async () => {
    const leaver = new Stop();
    const { counted, attempt } = attempts(Infinity);
    const run = new Retry(() => 1000).run(attempt, leaver); // a pause that the test does not wait for
    leaver.stop(new Error('left'));
    await expect(run).rejects.toMatchObject({ code: 'PAYSTAR_UNREACHABLE' });
    expect(counted.made).toBe(1);
  });
});
