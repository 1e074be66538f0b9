import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { environment, startSandbox } from '../support/server.ts';
import { runProcess, startProcess } from '../support/process.ts';
import {
  TOKEN_STATUS,
  VERIFY_CARD,
  VERIFY_MOBILE,
  cardInput,
  magicMobile,
  mobileInput,
} from '../support/questions.ts';

describe('dist/main.js', () => {
  it('names every wrong setting at once and exits with 78, without a stack or a secret', async () => {
    const env = {
      PORT: 'eighty',
      PAYSTAR_ACCESS_PASSWORD: 'hunter2-hunter2',
      PAYSTAR_TIMEOUT_MS: '-1',
      STORE_URL: 'mongodb://somewhere',
      LOG_LEVEL: 'loud',
    };
    const { output, code } = await runProcess({ env });
    const text = output.join('\n');
    for (const name of [
      'PAYSTAR_APPLICATION_ID',
      'PAYSTAR_REFRESH_TOKEN',
      'AUTH_API_KEYS',
      ...Object.keys(env),
    ]) {
      if (name !== 'PAYSTAR_ACCESS_PASSWORD') expect(text).toContain(name);
    }
    expect(code).toBe(78);
    expect(text).not.toContain('hunter2');
    expect(text).not.toMatch(/^\s+at /m);
  });

  it('says which file it cannot open for the store, and exits with 78', async () => {
    const sandbox = await startSandbox();
    const env = environment(sandbox, {
      STORE_URL: 'sqlite:/no/such/folder/store.sqlite',
      STORE_SECRET: 's'.repeat(32),
    });
    const { output, code } = await runProcess({ env });
    expect(output.join('\n')).toMatch(/STORE_URL: expected .* received .*ENOENT.*folder must exist/);
    expect(output.join('\n')).not.toMatch(/^\s+at /m);
    expect(code).toBe(78);
  });

  it.each([
    ['main.js', 'PORT'],
    ['main.js', 'METRICS_PORT'],
    ['sandbox/main.js', 'PORT'],
  ])('%s says that its %s is taken, and exits with 78', async (entry, name) => {
    const sandbox = await startSandbox();
    const { port } = new URL(sandbox.url);
    const { output, code } = await runProcess({ entry, env: environment(sandbox, { [name]: port }) });
    expect(output.join('\n')).toMatch(
      new RegExp(`HOST, ${name}: expected .* received 127\\.0\\.0\\.1:${port} \\(EADDRINUSE\\)\\. Stop what`),
    );
    expect(output.join('\n')).not.toMatch(/^\s+at /m);
    expect(code).toBe(78);
  });

  it('serves the three operations, and ends with 0 on SIGTERM', async () => {
    const sandbox = await startSandbox();
    const server = await startProcess({ env: environment(sandbox) });
    const mobile = await server.gql(VERIFY_MOBILE, { input: mobileInput() });
    const card = await server.gql(VERIFY_CARD, { input: cardInput() });
    const status = await server.gql(TOKEN_STATUS);
    expect(mobile.data.verifyMobile).toMatchObject({ isMatched: true, source: 'LIVE', livemode: false });
    expect(card.data.verifyCard.isMatched).toBe(true);
    expect(status.data.tokenStatus).toMatchObject({ state: 'VALID', generation: 1 });
    expect(sandbox.ledger.paidCalls()).toBe(2);
    server.signal('SIGTERM');
    expect(await server.exited).toEqual({ code: 0, signal: null });
  });

  it('says loudly, in plain text, that nobody is asked who they are', async () => {
    const server = await startProcess({ env: environment(await startSandbox()) });
    expect(server.output.join('\n')).toMatch(/"level":"warn".*AUTH_DISABLED/);
    expect(server.output.join('\n')).not.toContain('\u001b');
  });

  it('with live settings never starts the sandbox', async () => {
    const env = { ...environment(await startSandbox()), PAYSTAR_APPLICATION_ID: 'live-application' };
    const server = await startProcess({ env });
    const reply = await server.gql(VERIFY_MOBILE, { input: mobileInput() });
    expect(reply.errors[0].extensions.code).toBe('PAYSTAR_APPLICATION_NOT_FOUND');
    const status = await server.gql(TOKEN_STATUS);
    expect(status.data.tokenStatus.livemode).toBe(true);
  });
});

describe('npm run sandbox', () => {
  const entry = 'sandbox/main.js';

  it('does not start beside live credentials', async () => {
    const { output, code } = await runProcess({
      entry,
      env: { PORT: '0', PAYSTAR_APPLICATION_ID: 'my-live-application' },
    });
    expect(code).toBe(78);
    expect(output.join('\n')).toContain('Live credentials are set');
    expect(output.join('\n')).not.toContain('my-live-application');
  });

  it('prints three commands that give a match, a mismatch and an error, in plain text', async () => {
    const server = await startProcess({ entry, env: { PORT: '0' } });
    await server.line(new RegExp(`^curl .*${magicMobile('0009')}`));
    expect(server.output.join('\n')).not.toContain('\u001b');
    const commands = server.output.filter(line => line.startsWith('curl '));
    const replies = commands.map(command =>
      JSON.parse(execFileSync('bash', ['-c', command], { encoding: 'utf8' })),
    );
    expect(replies[0].data.verifyMobile).toMatchObject({ isMatched: true, livemode: false });
    expect(replies[1].data.verifyMobile).toMatchObject({ isMatched: false });
    expect(replies[2].errors[0].extensions).toMatchObject({
      code: 'PAYSTAR_CREDIT_INSUFFICIENT',
      charged: 'NO',
    });
  });
});
