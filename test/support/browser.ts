import { afterAll } from '@jest/globals';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

const EXECUTABLE = '/usr/bin/chromium';

/** Whether Debian's chromium is there. Without it the tests skip with a loud line, and in CI they fail. */
export const hasChromium = existsSync(EXECUTABLE);
if (!hasChromium) {
  if (process.env['CI'] === 'true') throw new Error('chromium is missing: apt-get install chromium');
  console.warn('SKIPPED: the tests that need a real browser; install chromium to run them');
}

let running: Promise<Browser> | null = null;

afterAll(async () => {
  await (await running)?.close();
});

/** One real browser for the tests of a file; ends with them. */
export function browser(): Promise<Browser> {
  return (running ??= chromium.launch({ executablePath: EXECUTABLE, args: ['--no-sandbox'] }));
}
