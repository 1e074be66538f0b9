import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { browser, hasChromium } from '../support/browser.ts';
import { createClock } from '../support/clock.ts';
import {
  VERIFY_CARD,
  VERIFY_MOBILE,
  cardInput,
  magicCard,
  magicMobile,
  mobileInput,
} from '../support/questions.ts';
import { startSandbox, startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';

/** Where to leave pictures for those who look at them; nowhere unless it is set. */
const PICTURES = process.env['STATUS_PICTURES'];

/** A server with an hour of traffic behind it and, when `faulty`, every kind of fault. */
async function startBusy(faulty: boolean): Promise<TestServer> {
  const clock = createClock();
  const upstream = await startSandbox({ now: clock.now, lateAnswerMs: 20 });
  const server = await startServer({ upstream, overrides: { now: clock.now } });
  const magic = (code: string) =>
    server.gql(VERIFY_MOBILE, { input: mobileInput(0, { mobileNumber: magicMobile(code) }) });
  for (let minute = 0; minute < 60; minute += 1) {
    for (let n = 0; n < (minute * 7) % 5; n += 1) await magic('0001');
    if (minute % 9 === 4) await magic('0000');
    if (minute % 4 === 1) await magic('0010');
    clock.advance(60_000);
  }
  if (!faulty) return server;
  for (let n = 0; n < 5; n += 1) await magic('0011');
  await server.gql(VERIFY_CARD, { input: cardInput({ cardNumber: magicCard('0009') }) });
  return server;
}

async function visit<T>(
  server: TestServer,
  { locale, width }: { locale: string; width: number },
  look: (page: Page) => Promise<T>,
): Promise<T> {
  const context = await (await browser()).newContext({ locale, viewport: { width, height: 800 } });
  try {
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', message => complaints.push(message.text()));
    page.on('pageerror', error => complaints.push(error.message));
    const others: string[] = [];
    page.on('request', asked => void (asked.url() === `${server.origin}/status` || others.push(asked.url())));
    await page.goto(`${server.origin}/status`);
    const seen = await look(page);
    expect(complaints).toEqual([]); // a policy that refuses the page's own style complains here
    expect(others.filter(url => !url.endsWith('/favicon.ico'))).toEqual([]);
    return seen;
  } finally {
    await context.close();
  }
}

const VIEWS = [
  { locale: 'en-GB', width: 360, dir: 'ltr' },
  { locale: 'fa-IR', width: 360, dir: 'rtl' },
  { locale: 'en-GB', width: 1100, dir: 'ltr' },
  { locale: 'fa-IR', width: 1100, dir: 'rtl' },
];

(hasChromium ? describe : describe.skip)('in a real browser', () => {
  it.each([false, true])(
    'it fits a phone and a desk in both languages, with its style and without a complaint (faults: %p)',
    async faulty => {
      const server = await startBusy(faulty);
      for (const view of VIEWS) {
        await visit(server, view, async page => {
          const picture = `status-${view.locale}-${view.width}-${faulty ? 'faults' : 'fine'}.png`;
          if (PICTURES) await page.screenshot({ path: join(PICTURES, picture), fullPage: true });
          expect(await page.evaluate('getComputedStyle(document.body).direction')).toBe(view.dir);
          expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(view.width);
          expect(await page.evaluate(OUTSIDE)).toEqual([]);
          expect(await page.locator('#faults article').count()).toBe(faulty ? 2 : 0);
          expect(await page.evaluate(CORNER)).toBe('9.6px');
        });
      }
    },
    60_000,
  );

  it('the newest minute stands at the end of the reading direction', async () => {
    const server = await startServer();
    await server.gql(VERIFY_MOBILE, { input: mobileInput() });
    for (const { locale, dir } of VIEWS.slice(2)) {
      const share = await visit(server, { locale, width: 1100 }, async page => {
        const chart = (await page.locator('.chart').boundingBox())!;
        const bar = (await page.locator('.chart .paid').boundingBox())!;
        return (bar.x + bar.width / 2 - chart.x) / chart.width;
      });
      if (dir === 'ltr') expect(share).toBeGreaterThan(0.95);
      else expect(share).toBeLessThan(0.05);
    }
  });
});

/** Elements with a text that stick out of the window on either side. */
const OUTSIDE = `[...document.querySelectorAll('main *')]
  .filter(element => { const box = element.getBoundingClientRect(); return box.left < 0 || box.right > innerWidth; })
  .map(element => element.outerHTML.slice(0, 80))`;

/** As the page's own style says. */
const CORNER = 'getComputedStyle(document.querySelector("section")).borderRadius';
