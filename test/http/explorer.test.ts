import { describe, expect, it } from '@jest/globals';
import { hasChromium, openPage } from '../support/browser.ts';
import { SAMPLE_NATIONAL_ID } from '../support/questions.ts';
import { startServer } from '../support/server.ts';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

(hasChromium ? describe : describe.skip)(
  'in a real Chromium that reaches this machine and nothing else',
  () => {
    it.each([
      { path: '/explorer', env: {} },
      { path: '/', env: { LANDING_PAGE: 'altair' } },
    ])(
      '$path loads with the operations, asks a question, and shows the answer',
      async ({ path, env }) => {
        const server = await startServer({ env });
        const page = await openPage();
        await page.goto(server.origin + path);
        for (const name of ['TokenStatus', 'VerifyMobile', 'VerifyCard', 'Verification', 'Verifications']) {
          await page.getByText(name, { exact: true }).first().waitFor();
        }
        await page.getByRole('button', { name: 'Send Request' }).click();
        const result = page.locator('app-query-result');
        await result.getByText('"isMatched": true').first().waitFor();
        expect(await result.innerText()).toMatch(/"source": "LIVE"/);
        expect(server.sandbox.ledger.entries.map(({ endpoint, charged }) => [endpoint, charged])).toEqual([
          ['refresh-api-key', false],
          ['mobile-national-id', true],
        ]);
        if (process.env['SCREENSHOTS'])
          await page.screenshot({ path: `${process.env['SCREENSHOTS']}/explorer.png` });
        expect(page.complaints).toEqual([]);
      },
      120_000,
    );
  },
);

describe('the explorer', () => {
  it('is held to a policy under which nothing but this server can be reached, and no inline script runs', async () => {
    const server = await startServer({ env: { LANDING_PAGE: 'altair' } });
    for (const path of ['/explorer', '/']) {
      const page = await server.http(path);
      expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(page.headers['content-security-policy']).toBe(POLICY);
      expect(page.text.match(/<script\b[^>]*>/g)!.filter(tag => !tag.includes(' src='))).toEqual([]);
    }
  });

  it('gives its own files and no others', async () => {
    const server = await startServer();
    const script = await server.http('/explorer/main.js');
    expect([script.status, script.headers['content-type']]).toEqual([200, 'text/javascript; charset=utf-8']);
    for (const path of [
      'index.html',
      'iframe-sandbox/vite.svg',
      '../package.json',
      '..%2fpackage.json',
      '',
    ]) {
      expect((await server.http(`/explorer/${path}`)).status).toBe(404);
    }
  });

  it.each([{ NODE_ENV: 'production' }, { LANDING_PAGE: 'off' }])('is absent with %j', async env => {
    const server = await startServer({ env });
    for (const path of ['/explorer', '/explorer/init.js', '/explorer/main.js', '/']) {
      const reply = await server.http(path);
      expect([reply.status, reply.body.errors[0].extensions.code]).toEqual([404, 'BAD_REQUEST']);
    }
  });

  it('asks for a credential where one is needed, and about nobody where a question costs money', async () => {
    const sandbox = await startServer();
    expect((await sandbox.http('/explorer/init.js')).text).not.toContain('Authorization');
    const live = await startServer({
      env: { PAYSTAR_APPLICATION_ID: 'application', AUTH_API_KEYS: `app:${'0'.repeat(64)}` },
    });
    const { text } = await live.http('/explorer/init.js');
    expect(text).toContain('Authorization');
    expect(text).not.toContain(SAMPLE_NATIONAL_ID);
  });
});
