import { expect, it } from '@jest/globals';
import { withTimeout } from '../../src/store/guardedStore.ts';

it('a reply that arrived while the event loop was busy is read, however late that is', async () => {
  const arrived = new Promise<string>(resolve => setImmediate(() => resolve('value')));
  const waited = withTimeout(arrived, 5);
  const end = performance.now() + 50;
  while (performance.now() < end); // the loop stands still beyond the timeout
  await expect(waited).resolves.toBe('value');
});

it('a reply that does not come is given up, and handed over when it comes after all', async () => {
  let answer!: (value: string) => void;
  const operation = new Promise<string>(resolve => (answer = resolve));
  const late: string[] = [];
  await expect(withTimeout(operation, 5, value => late.push(value))).rejects.toThrow('store');
  answer('too late');
  await operation;
  expect(late).toEqual(['too late']);
});
