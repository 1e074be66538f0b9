import { describe, expect, it } from '@jest/globals';
import { TOKEN_STATUS, VERIFY_MOBILE, magicMobile, mobileInput } from '../support/questions.ts';
import { startServer } from '../support/server.ts';
import type { Reply, TestServer } from '../support/server.ts';

const start = () => startServer({ env: { ERROR_DETAIL: 'masked', PAYSTAR_TIMEOUT_MS: '200' } });
const ask = (server: TestServer, mobileNumber?: string): Promise<Reply> =>
  server.gql(VERIFY_MOBILE, { input: mobileInput(0, mobileNumber ? { mobileNumber } : {}) });

/** Nothing in it tells callers what an operator has to mend, but for when to come back. */
function expectMasked(reply: Reply): any {
  const { message, extensions } = reply.body.errors[0];
  const { displayMessage, requestId, retryAfterSeconds, ...rest } = extensions;
  expect(rest).toEqual({
    code: 'SERVICE_UNAVAILABLE',
    class: 'SERVICE_AVAILABILITY',
    retryable: true,
    charged: 'NO',
    actor: 'OPERATOR',
  });
  expect(message).not.toMatch(/Paystar|wallet|password|token|key|IP/);
  expect(displayMessage).toEqual({
    fa: expect.stringMatching(/[آ-ی]{3}/),
    en: expect.stringMatching(/[a-z]{3}/),
  });
  expect(requestId).toBe(reply.headers['x-request-id']);
  expect(reply.text).not.toMatch(/PAYSTAR|"paystar"|"status"|"fields"/);
  return retryAfterSeconds;
}

describe('with ERROR_DETAIL=masked', () => {
  it.each([2, 3, 4, 5, 6, 7, 8, 9, 12, 13])(
    'status %i on a question reaches callers as SERVICE_UNAVAILABLE, and operators in the log',
    async status => {
      const server = await start();
      expectMasked(await ask(server, magicMobile(status)));
      const line = server.logs.map(text => JSON.parse(text)).find(({ event }) => event === 'request');
      expect(line.code).toMatch(/^PAYSTAR_/);
    },
  );

  it.each([2, 3, 6, 7, 12, 13])('so does status %i on a refresh', async status => {
    const server = await start();
    server.sandbox.control.refreshBehaviour = { status };
    expect(expectMasked(await ask(server))).toBe(60);
    expect(expectMasked(await ask(server))).toBeLessThanOrEqual(60);
    expect(server.sandbox.ledger.count()).toBe(1);
  });

  it('so does a pause, with the time until it ends', async () => {
    const server = await start();
    await ask(server, magicMobile(9));
    const retryAfterSeconds = expectMasked(await ask(server));
    expect(retryAfterSeconds).toBeGreaterThan(0);
    expect(retryAfterSeconds).toBeLessThanOrEqual(60);
  });

  it('so does a status 10 that is about our credentials', async () => {
    const server = await start();
    expectMasked(await ask(server, magicMobile('0122')));
  });

  it('tokenStatus and health tell that a pause holds, but not why', async () => {
    const server = await start();
    await ask(server, magicMobile(9));
    const status = await server.gql(TOKEN_STATUS);
    const health = await server.http('/health/ready');
    for (const reply of [status, health])
      expect(reply.text).not.toMatch(/PAYSTAR|WRONG|INSUFFICIENT|"status":\d/);
    expect(health.body.closed).toMatchObject([{ code: 'SERVICE_UNAVAILABLE' }]);
  });

  it.each([
    [{ status: 6 }, 'SERVICE_UNAVAILABLE', null],
    [{ status: 0 }, 'PAYSTAR_SERVER_ERROR', 0],
    ['drop', 'PAYSTAR_UNREACHABLE', null],
  ] as const)('tokenStatus tells a refresh that failed with %j as %s', async (fault, code, status) => {
    const server = await start();
    server.sandbox.control.refreshBehaviour = fault;
    await ask(server);
    const { lastFailure } = (await server.gql(TOKEN_STATUS)).body.data.tokenStatus;
    expect(lastFailure).toEqual({ code, status, at: expect.any(String), retryAt: expect.any(String) });
    expect((await server.http('/health/ready')).body.key.lastFailure).toBe(code);
  });

  it.each([
    ['0000', 'PAYSTAR_SERVER_ERROR'],
    ['0010', 'PAYSTAR_INPUT_REJECTED'],
    ['0011', 'PAYSTAR_PROVIDER_ERROR'],
    ['0103', 'PAYSTAR_STATUS_UNKNOWN'],
    ['0104', 'PAYSTAR_OUTCOME_UNKNOWN'],
    ['0106', 'PAYSTAR_RESPONSE_INVALID'],
  ])('%s, which is no operator’s fault, is told as it is: %s', async (number, code) => {
    const server = await start();
    expect((await ask(server, magicMobile(number))).body.errors[0].extensions.code).toBe(code);
  });
});
