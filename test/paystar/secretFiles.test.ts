import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SANDBOX_CREDENTIALS } from '../../src/sandbox/paystar.ts';
import { MINUTE, startKeyServer } from './keyServer.ts';

const dir = mkdtempSync(join(tmpdir(), 'secrets-'));
const files = { password: join(dir, 'password'), token: join(dir, 'token') };
afterAll(() => rmSync(dir, { recursive: true }));
beforeEach(() => {
  writeFileSync(files.password, SANDBOX_CREDENTIALS.accessPassword);
  writeFileSync(files.token, SANDBOX_CREDENTIALS.refreshToken);
});

/** An empty setting counts as absent, so that the file gives it. */
const startWithFiles = () =>
  startKeyServer({
    env: {
      PAYSTAR_ACCESS_PASSWORD: '',
      PAYSTAR_ACCESS_PASSWORD_FILE: files.password,
      PAYSTAR_REFRESH_TOKEN: '',
      PAYSTAR_REFRESH_TOKEN_FILE: files.token,
    },
  });

describe('a secret that was replaced in its file', () => {
  it('is read again after a refresh was refused with 13', async () => {
    const server = await startWithFiles();
    server.sandbox.control.setRefreshToken('the-new-token');
    expect(await server.code()).toBe('PAYSTAR_REFRESH_TOKEN_INVALID');
    writeFileSync(files.token, 'the-new-token\n');
    server.clock.advance(MINUTE);
    expect(await server.code()).toBe('OK');
  });

  it('is read again after a refresh was refused with 6', async () => {
    const server = await startWithFiles();
    server.sandbox.control.setPassword('the-new-password');
    expect(await server.code()).toBe('PAYSTAR_ACCESS_PASSWORD_WRONG');
    writeFileSync(files.password, 'the-new-password\n');
    server.clock.advance(MINUTE);
    expect(await server.code()).toBe('OK');
  });

  it('is read again after a question was refused with 6: the probe after the pause has the new password', async () => {
    const server = await startWithFiles();
    expect(await server.code()).toBe('OK');
    server.sandbox.control.setPassword('the-new-password');
    expect(await server.code()).toBe('PAYSTAR_ACCESS_PASSWORD_WRONG');
    writeFileSync(files.password, 'the-new-password\n');
    server.clock.advance(MINUTE);
    expect(await server.code()).toBe('OK');
  });

  it('is not missed when its file is away or empty for a while: the old one stays', async () => {
    const server = await startWithFiles();
    server.sandbox.control.refreshBehaviour = { status: 13 };
    expect(await server.code()).toBe('PAYSTAR_REFRESH_TOKEN_INVALID');
    server.sandbox.control.refreshBehaviour = 'normal';
    rmSync(files.token);
    writeFileSync(files.password, '');
    server.clock.advance(MINUTE);
    expect(await server.code()).toBe('OK');
  });
});
