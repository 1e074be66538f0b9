import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { request } from 'undici';
import { adviceFor } from '../../src/errors/advice.ts';
import { html } from '../../src/http/html.ts';
import { statusPage } from '../../src/http/statusPage.ts';
import { textsFor } from '../../src/http/statusTexts.ts';
import { FAULT_TABLE, STATUS_TABLE } from '../../src/paystar/status.ts';
import { createClock } from '../support/clock.ts';
import { VERIFY_CARD, VERIFY_MOBILE, cardInput, magicMobile, mobileInput } from '../support/questions.ts';
import { startSandbox, startServer } from '../support/server.ts';
import type { TestServer, TestServerOptions } from '../support/server.ts';

const KEY = 'test-key-of-the-first-app';
const CALLERS = { AUTH_API_KEYS: `first-app:${createHash('sha256').update(KEY).digest('hex')}` };
const BEARER = { authorization: `Bearer ${KEY}` };

/** A server whose time stands still, and Paystar's with it. */
async function startStill(options: TestServerOptions = {}) {
  const clock = createClock();
  const upstream = await startSandbox({ now: clock.now });
  const server = await startServer({ upstream, overrides: { now: clock.now }, ...options });
  const magic = (code: string, more = {}) =>
    server.gql(
      VERIFY_MOBILE,
      { input: mobileInput(0, { mobileNumber: magicMobile(code), ...more }) },
      BEARER,
    );
  return { clock, upstream, server, magic };
}

/** The text of the page, tags away and spaces single. */
async function read(server: TestServer, headers: Record<string, string> = {}): Promise<string> {
  const reply = await server.http('/status', { headers });
  expect([reply.status, reply.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  return textOf(reply.text);
}

function textOf(page: string): string {
  return page
    .replace(/<style>.*<\/style>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replace(/\s+/g, ' ');
}

async function ownPort(server: TestServer) {
  const reply = await request(`http://127.0.0.1:${server.app.metricsPort()}/status`);
  return { status: reply.statusCode, text: await reply.body.text() };
}

describe('who may read the page', () => {
  it('on PORT, callers with the scope', async () => {
    const server = await startServer({ env: CALLERS });
    const refused = await server.http('/status');
    expect([refused.status, refused.body.errors[0].extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(refused.text).not.toContain('html');
    expect((await server.http('/status', { headers: BEARER })).status).toBe(200);
  });

  it('on METRICS_PORT, whoever reaches it, and then not on PORT', async () => {
    const server = await startServer({ env: { ...CALLERS, METRICS_PORT: '0' } });
    expect((await ownPort(server)).status).toBe(200);
    expect((await server.http('/status', { headers: BEARER })).status).toBe(404);
  });
});

it('runs nothing and loads nothing: its policy lets its own style in, by hash, and nothing else', async () => {
  const server = await startServer();
  const { headers, text } = await server.http('/status');
  const style = /<style>(.*)<\/style>/s.exec(text)![1];
  const hash = createHash('sha256').update(style).digest('base64');
  expect(headers['content-security-policy']).toBe(
    `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  );
  expect(headers).toMatchObject({ 'cache-control': 'no-store', vary: 'accept-language' });
  expect(text).not.toMatch(/<script|<link|<img|<iframe| on\w+=| style=|javascript:|url\(|http/i);
});

describe('the language', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['fa', 'fa'],
    ['fa-IR', 'fa'],
    ['FA-ir,en;q=0.9', 'fa'],
    ['en,fa;q=0.9', 'en'],
    ['en;q=0.5, fa;q=0.7', 'fa'],
    ['en,fa', 'en'],
    ['fa,en', 'fa'],
    ['fa;q=0', 'en'],
    ['fa;q=x', 'en'],
    ['fa;q=9', 'en'],
    ['de, fa;q=0.1', 'fa'],
    ['fax', 'en'],
    ['*', 'en'],
  ])('for Accept-Language %p is %s', (header, lang) => {
    expect(textsFor(header).lang).toBe(lang);
  });

  it('is told in headers and on the page, right to left for Persian', async () => {
    const server = await startServer();
    const english = await server.http('/status');
    expect(english.headers['content-language']).toBe('en');
    expect(english.text).toContain('<html lang="en" dir="ltr">');
    const persian = await server.http('/status', { headers: { 'accept-language': 'fa-IR' } });
    expect(persian.headers['content-language']).toBe('fa');
    expect(persian.text).toContain('<html lang="fa" dir="rtl">');
    expect(textOf(persian.text)).toContain('ایرادی دیده نمی‌شود');
  });
});

it('tells what was paid, perhaps paid and saved, in the last hour and since the start', async () => {
  const { server, clock, magic } = await startStill();
  await magic('0001');
  clock.advance(61 * 60_000); // so it leaves the hour, but not the sum
  await magic('0100');
  await magic('0100', { maxAgeSeconds: 60 });
  await magic('0000');
  await magic('0010');
  await server.gql(VERIFY_MOBILE, { input: mobileInput(1, { nationalId: '9990000019' }) });
  const text = await read(server);
  expect(text).toContain(money([1, 2], [1, 1], [2, 2]));
  expect(text).toContain('paid: 1 perhaps paid: 1 not charged: 1 Most in one minute: 3');
  expect(text).toContain('Nothing is known to be wrong.');
  clock.advance(59 * 60_000);
  expect(await read(server)).toContain(money([1, 2], [1, 1], [2, 2]));
  clock.advance(60_000);
  expect(await read(server)).toContain(money([0, 2], [0, 1], [0, 2]));
});

it('tells the life of the key: when it was obtained, when it is refreshed and when it ends', async () => {
  const { server, clock, magic } = await startStill();
  expect(await read(server)).toContain('ABSENT none yet');
  await magic('0001');
  clock.advance(6 * 3_600_000);
  const reply = await server.http('/status');
  expect(textOf(reply.text)).toContain('Obtained 24 Nov 2026, 08:00 ( 6 hours ago )');
  expect(textOf(reply.text)).toContain('Expires 25 Nov 2026, 08:00 ( in 18 hours )');
  expect(reply.text).toMatch(/class="passed" y="1.5" width="25" height="3"/);
  const [, from] = /class="window" x="([\d.]+)"/.exec(reply.text)!;
  expect(Number(from)).toBeGreaterThanOrEqual(90);
  expect(Number(from)).toBeLessThanOrEqual(95);
});

/** In the last hour, and since the start. */
function money(...[paid, unknown, saved]: [number, number][]): string {
  const row = (label: string, counts: number[] = []) => ` ${label} ${counts.join(' ')}`;
  return `last hour since start${row('paid', paid)}${row('perhaps paid', unknown)}${row('saved', saved)} `;
}

describe('each active fault says what to do', () => {
  it.each([
    ['0002', 'PAYSTAR_APPLICATION_NOT_FOUND'],
    ['0003', 'PAYSTAR_APPLICATION_INACTIVE'],
    ['0006', 'PAYSTAR_ACCESS_PASSWORD_WRONG'],
    ['0007', 'PAYSTAR_IP_NOT_ALLOWED'],
    ['0008', 'PAYSTAR_SERVICE_NOT_ENABLED'],
    ['0009', 'PAYSTAR_CREDIT_INSUFFICIENT'],
    ['0012', 'PAYSTAR_SETTINGS_NOT_FOUND'],
  ])('a pause after %s', async (magicCode, code) => {
    const { server, magic, clock } = await startStill();
    await magic(magicCode);
    const english = await read(server);
    expect(english).toContain(`${code} ${adviceFor(code).en}`);
    expect(english).toContain('Something needs attention.');
    expect(await read(server, { 'accept-language': 'fa' })).toContain(`${code} ${adviceFor(code).fa}`);
    clock.advance(61_000);
    expect(await read(server)).toContain('The next question tries whether it is over.');
    await magic('0001');
    expect(await read(server)).toContain('Nothing is known to be wrong.');
  });

  it('an open breaker', async () => {
    const { server, magic } = await startStill();
    for (let n = 0; n < 5; n += 1) await magic('0011');
    const text = await read(server);
    expect(text).toContain('Breaker open: mobile and national ID PAYSTAR_PROVIDER_ERROR');
    expect(text).toContain(adviceFor('PAYSTAR_PROVIDER_ERROR').en);
  });

  it('a key that cannot be refreshed', async () => {
    const { server, magic, upstream } = await startStill();
    upstream.control.refreshBehaviour = { status: 13 };
    await magic('0001');
    const text = await read(server);
    expect(text).toContain(`PAYSTAR_REFRESH_TOKEN_INVALID ${adviceFor('PAYSTAR_REFRESH_TOKEN_INVALID').en}`);
    expect(text).toContain('Next refresh from 24 Nov 2026, 08:01 ( in 60 seconds )');
  });

  it('there is a sentence of its own for every code that can close something', () => {
    const codes = [...Object.values(STATUS_TABLE), ...Object.values(FAULT_TABLE)].map(row => row.code);
    const otherwise = adviceFor('NO_SUCH_CODE');
    for (const code of [...codes, 'STORE_UNAVAILABLE', 'SERVICE_UNAVAILABLE']) {
      expect([code, adviceFor(code).en === otherwise.en]).toEqual([code, false]);
      expect(adviceFor(code).fa).toMatch(/[\u0600-\u06ff]/);
    }
    expect(adviceFor('constructor')).toBe(otherwise);
  });
});

it('ERROR_DETAIL=masked holds on PORT, whose callers are told no more elsewhere, and not on METRICS_PORT', async () => {
  const env = { ERROR_DETAIL: 'masked' };
  const open = await startStill({ env: { ...env, ...CALLERS, METRICS_PORT: '0' } });
  const shut = await startStill({ env });
  await Promise.all([open.magic('0009'), shut.magic('0009')]);
  expect(textOf((await ownPort(open.server)).text)).toContain('PAYSTAR_CREDIT_INSUFFICIENT');
  const text = await read(shut.server);
  expect(text).not.toMatch(/PAYSTAR_\w+/);
  expect(text).toContain(`SERVICE_UNAVAILABLE ${adviceFor('SERVICE_UNAVAILABLE').en}`);
});

it('whatever stands in a value is text, never markup', async () => {
  const evil = `<script>alert("'1'")</script>&amp;\``;
  expect(html`<a title="${evil}">${[evil]}</a>${html`<b></b>`}${null}${3}`.text).toBe(
    '<a title="&#60;script&#62;alert(&#34;&#39;1&#39;&#34;)&#60;/script&#62;&#38;amp;&#96;">' +
      '&#60;script&#62;alert(&#34;&#39;1&#39;&#34;)&#60;/script&#62;&#38;amp;&#96;</a><b></b>3',
  );
  const page = statusPage(
    {
      version: evil,
      livemode: true,
      now: 0,
      startedAt: 0,
      key: {
        state: 'ABSENT',
        generation: 0,
        expiresAt: null,
        expiresInSeconds: null,
        refreshedAt: null,
        refreshAt: null,
        lastFailure: { code: evil, actor: 'OPERATOR', status: null, at: 0, retryAt: 0 },
      },
      closed: [{ scope: 'all', kind: 'pause', code: evil, until: 1 }],
      store: { kind: 'memory', ok: false },
      active: 0,
      queued: 0,
      hour: [],
      sinceStart: { paid: 0, unknown: 0, notSent: 0, saved: 0 },
    },
    textsFor('fa'),
  );
  expect(page).not.toContain('<script');
  expect(page.match(/alert/g)).toHaveLength(3);
});

it('questions of both services are in the chart, one bar a minute', async () => {
  const { server, clock, magic } = await startStill();
  await magic('0001');
  clock.advance(60_000);
  await server.gql(VERIFY_CARD, { input: cardInput() });
  await magic('0001');
  const { text } = await server.http('/status');
  const bars = [
    ...text.matchAll(/<rect\s+class="paid"\s+x="(\d+)"\s+y="([\d.]+)"\s+width="8"\s+height="([\d.]+)"/g),
  ];
  expect(bars.map(([, ...numbers]) => numbers.map(Number))).toEqual([
    [581, 50, 50],
    [591, 0, 100],
  ]);
});
