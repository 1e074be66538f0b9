import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { startProcess } from '../support/process.ts';
import type { ProcessOptions } from '../support/process.ts';
import { VERIFY_MOBILE, mobileInput } from '../support/questions.ts';
import { environment, startSandbox } from '../support/server.ts';

const hasScript = spawnSync('script', ['--version']).status === 0;
if (!hasScript) {
  if (process.env['CI'] === 'true') throw new Error('script is missing: apt-get install util-linux');
  console.warn('SKIPPED: the tests that need a terminal; install script (util-linux, bsdutils) to run them');
}

/** The log of a server that was asked one question, until its line is there. */
async function logOf(env: Record<string, string>, options: Partial<ProcessOptions> = {}): Promise<string[]> {
  const settings = { LOG_LEVEL: 'info', TERM: 'xterm', ...env };
  const server = await startProcess({ env: environment(await startSandbox(), settings), ...options });
  await server.gql(VERIFY_MOBILE, { input: mobileInput() });
  await server.line(/request.*VerifyMobile/);
  return server.output;
}

(hasScript ? describe : describe.skip)('on a terminal', () => {
  const terminal = true;

  it('the log is lines for people', async () => {
    const lines = await logOf({ NO_COLOR: '1' }, { terminal });
    const [warning = '', listening = ''] = lines;
    expect(warning).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] WARN: AUTH_DISABLED.* \{"event":"server"\}$/);
    expect(listening).toMatch(/ INFO: listening \{"event":"server","url":"http:.*\/graphql"\}$/);
    expect(lines.at(-1)).toMatch(
      / INFO <anonymous>: request \{"event":"request",.*"code":"OK","charged":"YES",/,
    );
    expect(lines.join('\n')).not.toContain('\u001b');
  });

  it('in colours, unless NO_COLOR is set', async () => {
    const [warning] = await logOf({}, { terminal });
    expect(warning).toContain('\u001b[33mWARN\u001b[39m');
  });
});

it('without a terminal each line is JSON', async () => {
  const lines = (await logOf({})).map(line => JSON.parse(line));
  expect(lines.map(({ level, event, message }) => [level, event, message])).toEqual([
    ['warn', 'server', expect.stringContaining('AUTH_DISABLED')],
    ['info', 'server', 'listening'],
    ['info', 'key', 'a new API key was obtained'],
    ['info', 'paid', 'paid call'],
    ['info', 'request', 'request'],
  ]);
  for (const { time } of lines) expect(new Date(time).toISOString()).toBe(time);
});
