import { afterAll, afterEach } from '@jest/globals';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** Whether Chromium is there. Without it the tests skip with a loud line, and in CI they fail. */
export const hasChromium = existsSync(CHROMIUM);
if (!hasChromium) {
  if (process.env['CI'] === 'true') throw new Error('chromium is missing: apt-get install chromium');
  console.warn('SKIPPED: the tests in a real browser; install chromium to run them, or set CHROMIUM_PATH');
}

export interface TestPage extends Page {
  /** What a person with the developer tools open would see go wrong: errors, warnings, failed and outside requests. */
  readonly complaints: string[];
}

const open = new Set<Browser>();
afterEach(async () => {
  await Promise.all([...open].map(browser => browser.close()));
  open.clear();
});

/** A page of a real Chromium that reaches 127.0.0.1 and nothing else; ends with the test. */
export async function openPage(width = 1280, height = 800): Promise<TestPage> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox', // CI is root
      '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
    ],
  });
  open.add(browser);
  const page = await browser.newPage({ viewport: { width, height }, locale: 'fa-IR' });
  page.setDefaultTimeout(60_000); // a busy machine takes its time over 5 MB of scripts
  const complaints: string[] = [];
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', error => complaints.push(error.message));
  page.on('requestfailed', request => {
    const why = request.failure()?.errorText;
    if (why !== 'net::ERR_ABORTED') complaints.push(`${why}: ${request.url()}`); // the page itself gave it up
  });
  page.on('request', request => {
    const { protocol, hostname } = new URL(request.url());
    if (/^https?:$/.test(protocol) && hostname !== '127.0.0.1') complaints.push(`outside: ${request.url()}`);
  });
  return Object.assign(page, { complaints });
}

let running: Promise<Browser> | null = null;
afterAll(async () => {
  await (await running)?.close();
});

/** One real browser for the tests of a file; ends with them. */
export function browser(): Promise<Browser> {
  return (running ??= chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] }));
}
