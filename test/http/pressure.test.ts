import { expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { VERIFY_MOBILE, mobileInput } from '../support/questions.ts';
import { startServer } from '../support/server.ts';

it('while the event loop is held up, questions are shed before they cost anything, and health goes on', async () => {
  const server = await startServer();
  const ask = () => server.gql(VERIFY_MOBILE, { input: mobileInput() });
  await ask();
  let shed = await ask();
  let calls = 0;
  while (!shed.body.errors) {
    calls = server.sandbox.ledger.paidCalls();
    block(700);
    shed = await ask();
  }
  const [live, ready] = await Promise.all([server.http('/health/live'), server.http('/health/ready')]);
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
  expect(server.sandbox.ledger.paidCalls()).toBe(calls);
  while ((await ask()).body.errors) await sleep(50); // polls for the end of it
});

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
