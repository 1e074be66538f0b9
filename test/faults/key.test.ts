import { expect, it } from '@jest/globals';
import type { RefreshBehaviour } from '../../src/sandbox/state.ts';
import { NO_DAMAGE, Audit } from '../support/audit.ts';
import { askFresh, failures, startInstance } from '../support/cluster.ts';
import { figure, ms } from '../support/figures.ts';
import { startSandbox } from '../support/server.ts';
import { SECOND, startKeyServer, times } from '../paystar/keyServer.ts';

it('a cold process with a thousand callers refreshes once', async () => {
  const sandbox = await startSandbox();
  const server = await startInstance(sandbox, 'memory:');
  const audit = new Audit(sandbox, [server], 12_000);
  const replies = await times(1000, () => audit.ask());
  const refreshes = sandbox.ledger.refreshes();
  const ok = refreshes === 1 && failures(replies).length === 0;
  figure(
    'cold start, 1000 callers',
    'refreshes = 1, failed = 0',
    `${refreshes}, ${failures(replies).length}`,
    ok,
  );
  expect(await audit.damage()).toEqual(NO_DAMAGE);
});

it('while a refresh hangs and the key is valid, nobody waits', async () => {
  const sandbox = await startSandbox();
  const seed = sandbox.control.issueKey(); // of unknown age: due for a refresh from the start
  const server = await startInstance(sandbox, 'memory:', { PAYSTAR_API_KEY: seed });
  sandbox.control.refreshBehaviour = 'hang';
  const audit = new Audit(sandbox, [server], 12_000);
  const replies = await times(200, () => audit.ask());
  expect(sandbox.ledger.refreshes()).toBe(1);
  const failed = failures(replies).length;
  const measured = `${failed} of 200, longest wait ${ms(audit.longestMs)}`;
  figure('load while a refresh is due and hangs', 'errors = 0, the old key serves', measured, failed === 0);
  expect(await audit.damage()).toEqual(NO_DAMAGE);
});

it('when the refresh hangs and the key is gone, callers fail at their deadline', async () => {
  const sandbox = await startSandbox();
  const server = await startInstance(sandbox, 'memory:', { REQUEST_TIMEOUT_MS: '1500' });
  sandbox.control.refreshBehaviour = 'hang';
  const audit = new Audit(sandbox, [server], 1500);
  const replies = await times(50, () => audit.ask());
  expect(new Set(replies.map(({ code }) => code))).toEqual(new Set(['PAYSTAR_UNREACHABLE']));
  const measured = `longest wait ${ms(audit.longestMs)}`;
  figure(
    'refresh hangs and the key is gone',
    'fails at the deadline of 1500 ms',
    measured,
    audit.longestMs < 2500,
  );
  expect([sandbox.ledger.paidCalls(), await audit.damage()]).toEqual([0, NO_DAMAGE]);
});

it('a key revoked with 500 calls in flight is refreshed once, and each call answered', async () => {
  const sandbox = await startSandbox();
  const server = await startInstance(sandbox, 'memory:', { PAYSTAR_MAX_CONCURRENT: '500' });
  await askFresh(server);
  const audit = new Audit(sandbox, [server], 12_000);
  const release = sandbox.control.hold();
  const calls = times(500, () => audit.ask());
  await sandbox.control.whenHeld(500);
  sandbox.control.revokeKeys();
  release();
  const failed = failures(await calls).length;
  const refreshes = sandbox.ledger.refreshes() - 1; // without the first key
  const measured = `${refreshes}, ${failed} of 500`;
  figure(
    'key revoked with 500 in flight',
    'refreshes = 1, failed = 0',
    measured,
    refreshes === 1 && failed === 0,
  );
  expect(await audit.damage()).toEqual(NO_DAMAGE);
});

/** One question a second for a minute of the server's clock, which also is the sandbox's. */
async function refreshesInAMinute(setUp: (server: Awaited<ReturnType<typeof startKeyServer>>) => void) {
  const server = await startKeyServer({ random: () => 0.5 });
  await server.ask();
  setUp(server);
  const before = server.sandbox.ledger.refreshes();
  for (let second = 0; second < 60; second += 1) {
    await server.ask();
    server.clock.advance(SECOND);
  }
  return server.sandbox.ledger.refreshes() - before;
}

it.each<[string, RefreshBehaviour, number]>([
  ['every new key rejected', 'rejected-keys', 3],
  ['the same key returned', 'same-key', 1],
  ['the refresh answers with a page', 'html', 10],
])('%s: refreshes a minute stay few', async (name, behaviour, most) => {
  const refreshes = await refreshesInAMinute(({ sandbox }) => {
    sandbox.control.revokeKeys();
    sandbox.control.refreshBehaviour = behaviour;
  });
  figure(
    `${name}, one question a second`,
    `no loop: at most ${most} refreshes a minute`,
    refreshes,
    refreshes <= most,
  );
});

it('a wrong refresh token is asked for once a minute', async () => {
  const refreshes = await refreshesInAMinute(({ sandbox }) => {
    sandbox.control.revokeKeys();
    sandbox.control.setRefreshToken('another');
  });
  figure(
    'refresh token wrong, one question a second',
    'at most 1 refresh a minute',
    refreshes,
    refreshes <= 1,
  );
});

it.each(['garbage', 'past', 'year-9999', 'jalali'] as const)(
  'an expiry date that is %s makes no loop',
  async form => {
    const refreshes = await refreshesInAMinute(({ sandbox, clock }) => {
      sandbox.control.expiryForm = form;
      clock.advance(24 * 3600 * SECOND);
    });
    figure(`expiry ${form}, one question a second`, '1 refresh', refreshes, refreshes === 1);
  },
);
