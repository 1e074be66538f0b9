import { describe, expect, it, jest } from '@jest/globals';
import { MISMATCH_NATIONAL_ID } from '../../src/sandbox/paystar.ts';
import { hasChromium, openPage } from '../support/browser.ts';
import { startExamplePage } from '../support/examplePage.ts';
import { SAMPLE_NATIONAL_ID, magicCard, magicMobile } from '../support/questions.ts';
import { freePort } from '../support/redis.ts';
import { startSandbox, startServer } from '../support/server.ts';
import type { TestServer, TestServerOptions } from '../support/server.ts';

jest.setTimeout(120_000);

const MOBILE = '۰۹۱۲۳۴۵۶۷۸۹';
const CARD = '6037-9912-3456-7893';
const BIRTH_DATE = '۱۳۷۰/۰۱/۳۱';

(hasChromium ? describe : describe.skip)('the example page, in a real Chromium', () => {
  it('shows a match and a mismatch of a mobile number, typed in Persian digits', async () => {
    const { page, server, fill, ask } = await open();
    expect(await page.evaluate('[document.dir, document.documentElement.lang]')).toEqual(['rtl', 'fa']);
    await fill({ nationalId: SAMPLE_NATIONAL_ID, mobileNumber: MOBILE });
    await shoot(page, 'form');
    await ask();
    await page.getByText('این شمارهٔ موبایل به صاحب این کد ملی تعلق دارد.').waitFor();
    await page.getByText('این پاسخ آزمایشی است').waitFor();
    await shoot(page, 'match');
    await fill({ nationalId: MISMATCH_NATIONAL_ID });
    await ask();
    await page.getByText('این شمارهٔ موبایل به صاحب این کد ملی تعلق ندارد.').waitFor();
    expect(server.sandbox.ledger.charged()).toBe(2);
    expect(page.complaints).toEqual([]);
  });

  it('shows a match and a mismatch of a card, on a narrow phone without scrolling sideways', async () => {
    const { page, server, fill, ask } = await open({}, 360);
    await page.getByRole('button', { name: 'کارت بانکی' }).click();
    await fill({ nationalId: SAMPLE_NATIONAL_ID, cardNumber: CARD, birthDate: BIRTH_DATE });
    await ask();
    await page.getByText('با این کد ملی و تاریخ تولد مطابقت دارد.').waitFor();
    await fill({ cardNumber: magicCard('0100') });
    await ask();
    await page.getByText('با این کد ملی و تاریخ تولد مطابقت ندارد.').waitFor();
    await shoot(page, 'narrow-mismatch');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(server.sandbox.ledger.charged()).toBe(2);
  });

  it('shows what is wrong beside the field, and Paystar is asked nothing', async () => {
    const { page, server, fill, ask, noteOf } = await open({}, 360);
    await fill({ nationalId: '9990000019', mobileNumber: MOBILE });
    await ask();
    await page.getByText('اطلاعات واردشده پذیرفته نشد').waitFor();
    expect(await noteOf('nationalId')).toContain('کد ملی درست نیست');
    expect(await page.locator('#nationalId').getAttribute('aria-invalid')).toBe('true');
    expect(await page.locator('#mobileNumber').getAttribute('aria-invalid')).toBe('false');
    expect(await page.getByRole('button', { name: 'تلاش دوباره' }).count()).toBe(0);
    await shoot(page, 'narrow-checksum');
    await fill({ nationalId: SAMPLE_NATIONAL_ID });
    expect(await noteOf('nationalId')).toBe('۱۰ رقم');
    expect(server.sandbox.ledger.count()).toBe(0);
  });

  it('says of an empty wallet only that the check is not available, with the id that the log has', async () => {
    const { page, server, fill, ask } = await open();
    server.sandbox.control.setCredit(0);
    await fill({ nationalId: SAMPLE_NATIONAL_ID, mobileNumber: MOBILE });
    await ask();
    const box = page.locator('.failed');
    await box.getByText('در حال حاضر انجام این استعلام ممکن نیست.').waitFor();
    const text = await box.innerText();
    expect(text).not.toMatch(/Paystar|پی‌استار|پی استار|CREDIT|کیف|اعتبار/);
    const [requestId] = /[\w-]{36}/.exec(text)!;
    expect(server.logs.filter(line => line.includes(requestId))).not.toEqual([]);
    expect(await page.getByRole('button', { name: 'تلاش دوباره' }).count()).toBe(0);
    await shoot(page, 'wallet');
  });

  it('repeats a question that did not reach Paystar when asked to, and it is paid for once', async () => {
    const port = await freePort();
    const away = { PAYSTAR_BASE_URL: `http://127.0.0.1:${port}/api/open-banking` };
    const { page, fill, ask } = await open({ env: away, overrides: { random: () => 0 } });
    await fill({ nationalId: SAMPLE_NATIONAL_ID, mobileNumber: MOBILE });
    await ask();
    const retry = page.getByRole('button', { name: 'تلاش دوباره' });
    await page.getByText('سرویس استعلام موقتاً پاسخ نمی‌دهد.').waitFor();
    await shoot(page, 'retry');
    const paystar = await startSandbox({ port });
    await retry.click();
    await page.getByText('این شمارهٔ موبایل به صاحب این کد ملی تعلق دارد.').waitFor();
    expect(paystar.ledger.charged()).toBe(1);
  });

  it('counts down the seconds that the server asks for before it lets a question be repeated', async () => {
    let now = Date.parse('2026-11-24T08:00:00Z');
    const overrides = { now: () => now };
    const { page, server, fill, ask } = await open({ env: { RATE_LIMIT_PER_MINUTE: '1' }, overrides });
    await page.clock.install();
    await fill({ nationalId: SAMPLE_NATIONAL_ID, mobileNumber: MOBILE });
    await ask();
    await page.locator('.matched').waitFor();
    await fill({ mobileNumber: magicMobile('0100') });
    await ask();
    const retry = page.getByRole('button', { name: 'تلاش دوباره' });
    await retry.waitFor();
    expect(await retry.innerText()).toMatch(/^تلاش دوباره، [۰-۹]+ ثانیهٔ دیگر$/);
    expect(await retry.isDisabled()).toBe(true);
    await shoot(page, 'countdown');
    now += 60_000;
    await page.clock.runFor(61_000);
    await page.getByRole('button', { name: 'تلاش دوباره', exact: true }).click();
    await page.locator('.mismatched').waitFor();
    expect(server.sandbox.ledger.charged()).toBe(2);
  });

  it('says that the server was not reached, and repeats without paying twice for what had been answered', async () => {
    const { page, server, fill, ask } = await open();
    await fill({ nationalId: SAMPLE_NATIONAL_ID, mobileNumber: MOBILE });
    await page.route('**/graphql', async route => {
      await route.fetch();
      await route.abort();
    });
    await ask();
    await page.getByText('ارتباط با سرور برقرار نشد.').waitFor();
    await page.unroute('**/graphql');
    await page.getByRole('button', { name: 'تلاش دوباره' }).click();
    await page.locator('.matched').waitFor();
    expect(server.sandbox.ledger.charged()).toBe(1);
  });
});

async function open(options: TestServerOptions = {}, width = 1280) {
  const server: TestServer = await startServer(options);
  const [url, page] = await Promise.all([startExamplePage(server), openPage(width)]);
  await page.goto(url);
  const fill = async (values: Record<string, string>) => {
    for (const [name, value] of Object.entries(values)) await page.locator(`#${name}`).fill(value);
  };
  const ask = () => page.getByRole('button', { name: 'استعلام', exact: true }).click();
  const noteOf = (name: string) => page.locator(`#${name}-note`).innerText();
  return { server, page, fill, ask, noteOf };
}

/** For people: SCREENSHOTS=FOLDER keeps what the page looked like. */
async function shoot(page: Awaited<ReturnType<typeof openPage>>, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
}
