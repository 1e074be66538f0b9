import { expect, it } from '@jest/globals';
import { MAGIC, SANDBOX_CREDENTIALS } from '../../src/sandbox/paystar.ts';
import {
  VERIFY_CARD,
  VERIFY_MOBILE,
  cardInput,
  magicCard,
  magicMobile,
  mobileInput,
} from '../support/questions.ts';
import { startSandbox, startServer } from '../support/server.ts';
import { MINUTE, startKeyServer } from './keyServer.ts';

/** Everything that a reply and the log tell. */
const told = (reply: { text: string; headers: object }, logs: string[]) =>
  reply.text + JSON.stringify(reply.headers) + logs.join('');

function expectNone(text: string, secrets: readonly string[]): void {
  for (const secret of secrets) {
    for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
      expect(text.includes(form)).toBe(false);
    }
  }
}

it('no key, password, token or personal datum leaves in a reply or a log line at any level, whatever Paystar does', async () => {
  const server = await startServer({ env: { PAYSTAR_TIMEOUT_MS: '150' } });
  const { accessPassword, refreshToken } = SANDBOX_CREDENTIALS;
  const keys = new Set<string>();
  for (const { code } of MAGIC) {
    const upstream = server.sandbox;
    const one = await startServer({ upstream, env: { PAYSTAR_TIMEOUT_MS: '150' } });
    const mobile = mobileInput(0, { mobileNumber: magicMobile(code), idempotencyKey: `idempotency-${code}` });
    const card = cardInput({ cardNumber: magicCard(code) });
    const replies = await Promise.all([
      one.gql(VERIFY_MOBILE, { input: mobile }),
      one.gql(VERIFY_CARD, { input: card }),
    ]);
    keys.add(upstream.control.currentKey!);
    const text = replies.map(reply => told(reply, one.logs)).join('');
    const data = [
      mobile.nationalId,
      magicMobile(code),
      magicCard(code),
      card.birthDate,
      `idempotency-${code}`,
    ];
    expectNone(text, [...keys, accessPassword, refreshToken, ...data]);
    expect(text).not.toMatch(/[<>]|Bearer \w/); // nor anything of the pages and messages that came back
    await one.close();
  }
  expect(keys.size).toBe(MAGIC.length);
}, 30_000);

it('a seed key, and a key that a refresh brought, are in no reply and no line', async () => {
  const upstream = await startSandbox();
  const seed = upstream.control.issueKey();
  const server = await startKeyServer({ upstream, env: { PAYSTAR_API_KEY: seed } });
  const keys = [seed];
  for (const end of ['revokeKeys', 'expireKeys', 'revokeKeys'] as const) {
    await server.ask();
    keys.push(upstream.control.currentKey!);
    upstream.control[end]();
    server.clock.advance(2 * MINUTE);
  }
  const pages = await Promise.all(['/health/live', '/health/ready', '/'].map(path => server.http(path)));
  const status = await server.tokenStatus();
  expectNone(pages.map(page => told(page, server.logs)).join('') + JSON.stringify(status), keys);
});

it('Paystar is sent the credentials in the body and the key in its header, never in a URL', async () => {
  const server = await startServer();
  await server.gql(VERIFY_MOBILE, { input: mobileInput() });
  await server.gql(VERIFY_CARD, { input: cardInput() });
  const {
    applicationId: application_id,
    accessPassword: access_password,
    refreshToken,
  } = SANDBOX_CREDENTIALS;
  const { nationalId: national_id, mobileNumber: mobile_number } = mobileInput();
  const { cardNumber: card_number, birthDate: birth_date } = cardInput();
  const [refresh, mobile, card] = server.sandbox.ledger.entries;
  expect(refresh.body).toEqual({ application_id, access_password, refresh_token: refreshToken });
  expect(refresh.headers.authorization).toBeUndefined();
  expect(mobile.body).toEqual({ application_id, access_password, national_id, mobile_number });
  expect(card.body).toEqual({ application_id, access_password, national_id, card_number, birth_date });
  for (const { headers } of [mobile, card]) {
    expect(headers.authorization).toBe(`Bearer ${server.sandbox.control.currentKey}`);
    expect([headers.accept, headers['content-type']]).toEqual(['application/json', 'application/json']);
  }
});
