import { expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { VERIFY_MOBILE, mobileInput } from '../support/questions.ts';
import { startServer } from '../support/server.ts';

it('while the event loop is held up, questions are shed before they cost anything, and health goes on', async () => {
  const server = await startServer();
  const ask = () => server.gql(VERIFY_MOBILE, { input: mobileInput() });
  await ask();
  const before = server.sandbox.ledger.paidCalls();
  for (let turn = 0; turn < 3; turn += 1) {
    block(700);
    await sleep(1); // lets the monitor take its sample
  }
  const [shed, live, ready] = await Promise.all([
    ask(),
    server.http('/health/live'),
    server.http('/health/ready'),
  ]);
  expect(shed.status).toBe(200);
  expect(shed.body.errors[0].extensions).toMatchObject({
    code: 'OVERLOADED',
    class: 'RESOURCE_LIMIT',
    charged: 'NO',
    actor: 'OPERATOR',
    retryAfterSeconds: 1,
    requestId: shed.headers['x-request-id'],
  });
  expect([live.status, ready.status]).toEqual([200, 200]);
  expect(server.sandbox.ledger.paidCalls()).toBe(before);
  while ((await ask()).body.errors) await sleep(50); // polls for the end of it
});

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
