import { expect, it } from '@jest/globals';
import { Stop, unlessStopped } from '../src/stop.ts';

it('is heard once, with its first reason', () => {
  const stop = new Stop();
  const heard: unknown[] = [];
  const silent = () => heard.push('off');
  stop.on(() => heard.push(stop.reason));
  stop.on(silent);
  stop.off(silent);
  stop.stop('first');
  stop.stop('second');
  expect([heard, stop.stopped, stop.reason]).toEqual([['first'], true, 'first']);
  expect(() => stop.throwIfStopped()).toThrow('first');
});

it('has a signal, whether asked for before or after', () => {
  const [before, after] = [new Stop(), new Stop()];
  const { signal } = before;
  for (const stop of [before, after]) stop.stop('over');
  expect([signal.aborted, signal.reason]).toEqual([true, 'over']);
  expect([after.signal.aborted, after.signal.reason]).toEqual([true, 'over']);
});

it('that has been stopped ends a wait at once, and what fails later is nobody’s surprise', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  try {
    const stop = new Stop();
    stop.stop(new Error('left'));
    let fail!: (error: Error) => void;
    const later = new Promise<void>((_resolve, reject) => (fail = reject));
    await expect(unlessStopped(later, stop)).rejects.toThrow('left');
    fail(new Error('later'));
    await new Promise(resolve => setImmediate(resolve));
    expect(unhandled).toEqual([]);
  } finally {
    process.off('unhandledRejection', note);
  }
});
