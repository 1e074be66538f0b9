import { afterEach, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import type { MagicName, SandboxPaystar } from '../../src/sandbox/paystar.ts';
import { MINUTE, SECOND, startKeyServer, times, until } from '../paystar/keyServer.ts';
import { Audit, NO_DAMAGE } from '../support/audit.ts';
import { askFresh, freshInput, percentile, startInstance } from '../support/cluster.ts';
import { figure, ms } from '../support/figures.ts';
import { VERIFY_MOBILE, magicMobile } from '../support/questions.ts';
import { freePort } from '../support/redis.ts';
import { startSandbox } from '../support/server.ts';

const ends: (() => void)[] = [];
afterEach(() => ends.splice(0).forEach(end => end()));

/** Passes everything on to the sandbox, each call on a connection of its own; refuses connections while its door is shut. */
async function startRelay(sandbox: SandboxPaystar) {
  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { origin } = new URL(sandbox.url);
    const headers = {
      authorization: incoming.headers.authorization ?? '',
      'content-type': 'application/json',
    };
    const reply = await request(origin + incoming.url, { method: 'POST', headers, body: incoming });
    outgoing.writeHead(reply.statusCode, { connection: 'close', 'content-type': 'application/json' });
    outgoing.end(await reply.body.text());
  };
  const relay = createServer((incoming, outgoing) => void pass(incoming, outgoing));
  const port = await freePort();
  const open = () => new Promise<void>(resolve => relay.listen(port, '127.0.0.1', resolve));
  const shut = () => new Promise<void>(resolve => relay.close(() => resolve()));
  await open();
  ends.push(() => {
    relay.close();
    relay.closeAllConnections();
  });
  return { url: sandbox.url.replace(new URL(sandbox.url).port, String(port)), open, shut };
}

it('connections refused for half of the calls are tried again within the retry budget', async () => {
  const sandbox = await startSandbox();
  const relay = await startRelay(sandbox);
  const server = await startInstance(sandbox, 'memory:', { PAYSTAR_BASE_URL: relay.url });
  const audit = new Audit(sandbox, [server], 12_000);
  await askFresh(server);
  for (let turn = 0; turn < 20; turn += 1) {
    await audit.ask();
    await relay.shut();
    const refused = audit.ask();
    await sleep(60); // the door opens between the first try and the last, whose waits are random up to 100 and 200 ms
    await relay.open();
    await refused;
  }
  const { answered = 0, ...others } = audit.codes;
  const share = Math.round((100 * answered) / audit.questions.length);
  expect(Object.keys(others)).toEqual(['PAYSTAR_UNREACHABLE']);
  figure(
    'connection refused for half of the calls',
    'retried inside the deadline and the retry budget; the rest says PAYSTAR_UNREACHABLE',
    `${share} % answered, longest wait ${ms(audit.longestMs)}`,
    share >= 50,
  );
  expect(await audit.damage()).toEqual(NO_DAMAGE);
});

it.each<[MagicName, string]>([
  ['dropped', 'reset after the body was received'],
  ['charged-timeout', 'timeout, and Paystar charges'],
  ['late', 'answer later than the timeout'],
])('%s: PAYSTAR_OUTCOME_UNKNOWN, and nothing is sent again', async (name, fault) => {
  const sandbox = await startSandbox({ lateAnswerMs: 1500 });
  const server = await startInstance(sandbox, 'memory:', { PAYSTAR_TIMEOUT_MS: '500' });
  await askFresh(server);
  sandbox.control.serviceBehaviour = name;
  const audit = new Audit(sandbox, [server], 12_000);
  const before = sandbox.ledger.paidCalls();
  await times(4, () => audit.ask()); // five would open the breaker
  const calls = sandbox.ledger.paidCalls() - before;
  const { paidTwice } = await audit.damage();
  const ok = calls === 4 && audit.codes['PAYSTAR_OUTCOME_UNKNOWN'] === 4 && paidTwice === 0;
  figure(
    fault,
    'PAYSTAR_OUTCOME_UNKNOWN, no resend, paid twice = 0',
    `${calls} calls for 4 questions, ${paidTwice}`,
    ok,
  );
  expect(await audit.damage()).toEqual(NO_DAMAGE);
});

const BODIES: [MagicName, string, string][] = [
  ['truncated', 'half of the JSON', 'PAYSTAR_RESPONSE_INVALID'],
  ['early-end', 'an end before the announced length', 'PAYSTAR_OUTCOME_UNKNOWN'],
  ['html-200', 'an HTML page with 200', 'PAYSTAR_RESPONSE_INVALID'],
  ['huge', 'a body of 50 MB', 'PAYSTAR_RESPONSE_INVALID'],
  ['slow-bytes', 'one byte a second', 'PAYSTAR_OUTCOME_UNKNOWN'],
];
it.each(BODIES)('%s: a typed error in bounded time and memory', async (name, fault, code) => {
  const sandbox = await startSandbox();
  const server = await startInstance(sandbox, 'memory:', { PAYSTAR_TIMEOUT_MS: '1000' });
  for (let turn = 0; turn < 20; turn += 1) await askFresh(server);
  const before = residentMb(server.pid);
  sandbox.control.serviceBehaviour = name;
  const audit = new Audit(sandbox, [server], 12_000);
  await times(4, () => audit.ask());
  const grown = residentMb(server.pid) - before;
  const ok = audit.codes[code] === 4 && audit.longestMs < 2000 && grown < 50;
  const measured = `${Object.keys(audit.codes).join()}, ${ms(audit.longestMs)}, ${Math.max(0, Math.round(grown))} MB more`;
  figure(`four answers with ${fault}`, `${code} within 1000 ms, under 50 MB more`, measured, ok);
  expect(await audit.damage()).toEqual(NO_DAMAGE);
});

function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
}

it.each<[MagicName, string, number]>([
  ['html-502', '502', 5 + 5],
  ['html-503', '503 with Retry-After: 7', 1 + 6],
  ['html-429', '429 with Retry-After: 7', 1 + 6],
  ['status-0', 'all answers 0', 5 + 5],
  ['status-11', 'all answers 11', 5 + 5],
])('%s: the breaker opens, and one probe goes out at a time', async (name, fault, most) => {
  const server = await startKeyServer();
  await server.ask();
  server.sandbox.control.serviceBehaviour = name;
  const before = server.sandbox.ledger.paidCalls();
  for (let tenth = 0; tenth < 600; tenth += 1) {
    await server.ask();
    server.clock.advance(SECOND / 10);
  }
  const calls = server.sandbox.ledger.paidCalls() - before;
  figure(`${fault}, ten questions a second`, `breaker: at most ${most} calls a minute`, calls, calls <= most);
});

it('with Paystar down a call is refused at once, and the first one after its return succeeds', async () => {
  const sandbox = await startSandbox();
  const server = await startKeyServer({
    upstream: sandbox,
    env: { PAYSTAR_API_KEY: sandbox.control.issueKey() },
    random: () => 0,
  });
  sandbox.control.refreshBehaviour = 'drop';
  sandbox.control.serviceBehaviour = 'dropped';
  for (let turn = 0; turn < 5; turn += 1) await server.ask();
  const took: number[] = [];
  for (let turn = 0; turn < 100; turn += 1) {
    const startedAt = performance.now();
    expect(await server.code()).toBe('PAYSTAR_UNREACHABLE');
    took.push(performance.now() - startedAt);
  }
  const median = percentile(took, 0.5);
  figure('Paystar down, breaker open', 'refused in under 5 ms', `median ${median.toFixed(1)} ms`, median < 5);
  sandbox.control.refreshBehaviour = 'normal';
  sandbox.control.serviceBehaviour = null;
  let seconds = 0;
  while ((await server.code()) !== 'OK') {
    seconds += 1;
    server.clock.advance(SECOND);
  }
  figure(
    'Paystar back',
    'the first call after the breaker’s 10 s succeeds',
    `after ${seconds} s`,
    seconds <= 10,
  );
});

it('a client that leaves before the send cancels, after the send its answer is recorded', async () => {
  const sandbox = await startSandbox();
  const server = await startInstance(sandbox, 'memory:', { PAYSTAR_MAX_CONCURRENT: '1' });
  await askFresh(server);
  const before = sandbox.ledger.paidCalls();
  const release = sandbox.control.hold();
  const sent = freshInput();
  const leaving = [new AbortController(), new AbortController()];
  const ask = (input: object, { signal }: AbortController) =>
    fetch(`${server.origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: VERIFY_MOBILE, variables: { input } }),
      signal,
    }).catch(() => 'left');
  const first = ask(sent, leaving[0]);
  await sandbox.control.whenHeld(1);
  const second = ask(freshInput(), leaving[1]);
  await until(async () => (await inFlight(server.origin)) === 2);
  for (const client of leaving) client.abort();
  expect([await first, await second]).toEqual(['left', 'left']);
  await until(async () => (await inFlight(server.origin)) === 1); // the one in the queue is given up
  release();
  await until(async () => (await inFlight(server.origin)) === 0);
  const recorded = await server.gql(VERIFY_MOBILE, { input: { ...sent, maxAgeSeconds: 60 } });
  const { source } = recorded.data.verifyMobile;
  const calls = sandbox.ledger.paidCalls() - before;
  const measured = `${calls} call for both, then source ${source}`;
  figure(
    'client leaves before / after the send',
    'paid 0 / 1, and recorded',
    measured,
    calls === 1 && source === 'RECORD',
  );
});

async function inFlight(origin: string): Promise<number> {
  const ready = await fetch(`${origin}/health/ready`);
  return ((await ready.json()) as { inFlight: number }).inFlight;
}

it('an operator’s fault is asked about once a minute', async () => {
  for (const [status, most] of [
    ['0002', 2],
    ['0009', 2],
    ['0012', 2],
  ] as const) {
    const server = await startKeyServer();
    await server.ask();
    server.sandbox.control.serviceBehaviour = `status-${Number(status)}` as MagicName;
    const before = server.sandbox.ledger.paidCalls();
    for (let second = 0; second < MINUTE / SECOND; second += 1) {
      await server.gql(VERIFY_MOBILE, { input: freshInput({ mobileNumber: magicMobile(status) }) });
      server.clock.advance(SECOND);
    }
    const calls = server.sandbox.ledger.paidCalls() - before;
    figure(
      `status ${Number(status)} for a minute, a question a second`,
      'pause: 1 call a minute',
      calls,
      calls < most,
    );
  }
});
