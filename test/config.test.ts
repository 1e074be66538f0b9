import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, readConfig, SETTINGS } from '../src/config.ts';
import type { Config } from '../src/config.ts';

const HASH = 'ab'.repeat(32);
const LONG = 'a-store-secret-of-32-characters!';
const MINIMAL = {
  PAYSTAR_APPLICATION_ID: 'app-1',
  PAYSTAR_ACCESS_PASSWORD: 'password-1',
  PAYSTAR_REFRESH_TOKEN: 'token-1',
  AUTH_DISABLED: 'true',
};

type Env = Record<string, string | undefined>;

function config(extra: Env = {}, files: Record<string, string> = {}): Config {
  return readConfig({ ...MINIMAL, ...extra }, { readFile: path => readFrom(files, path) });
}

function readFrom(files: Record<string, string>, path: string): string {
  const content = files[path];
  if (content === undefined) throw Object.assign(new Error(`no such file ${path}`), { code: 'ENOENT' });
  return content;
}

function errorOf(extra: Env, files: Record<string, string> = {}): ConfigError {
  try {
    config(extra, files);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the settings were accepted');
}

const badNames = (extra: Env, files: Record<string, string> = {}) =>
  errorOf(extra, files).problems.map(problem => problem.name);

/** The rows of the design's table: names in order, and their defaults. Required and absent ones have none. */
const DEFAULTS: ReadonlyArray<readonly [name: string, text: string | null]> = [
  ['PAYSTAR_APPLICATION_ID', null],
  ['PAYSTAR_ACCESS_PASSWORD', null],
  ['PAYSTAR_REFRESH_TOKEN', null],
  ['PAYSTAR_API_KEY', null],
  ['PAYSTAR_BASE_URL', 'https://core.paystar.ir/api/open-banking'],
  ['PAYSTAR_REFRESH_URL', null],
  ['PAYSTAR_PROXY_URL', null],
  ['PAYSTAR_CONNECT_TIMEOUT_MS', '2000'],
  ['PAYSTAR_TIMEOUT_MS', '8000'],
  ['REQUEST_TIMEOUT_MS', '12000'],
  ['PAYSTAR_MAX_CONCURRENT', '64'],
  ['PAYSTAR_MAX_QUEUED', '1024'],
  ['PAYSTAR_EXPIRY_UTC_OFFSET', '+03:30'],
  ['HOST', '127.0.0.1'],
  ['PORT', '4000'],
  ['STORE_URL', 'memory:'],
  ['STORE_SECRET', null],
  ['RECORD_TTL_SECONDS', '2592000'],
  ['RESULT_MAX_AGE_SECONDS', '0'],
  ['REUSE_ACROSS_CALLERS', 'false'],
  ['AUTH_API_KEYS', null],
  ['AUTH_JWKS_URL', null],
  ['AUTH_ISSUER', null],
  ['AUTH_AUDIENCE', null],
  ['AUTH_CALLER_CLAIM', null],
  ['AUTH_DISABLED', 'false'],
  ['MAX_CHECKS_PER_OPERATION', '5'],
  ['RATE_LIMIT_PER_MINUTE', '600'],
  ['SUBJECT_LIMIT_PER_DAY', '10'],
  ['DAILY_BUDGET_PER_CALLER', null],
  ['DAILY_BUDGET', null],
  ['CORS_ORIGINS', null],
  ['TRUST_PROXY', 'false'],
  ['INTROSPECTION', 'true'],
  ['LANDING_PAGE', 'sandbox'],
  ['ERROR_DETAIL', 'full'],
  ['METRICS_PORT', null],
  ['COMPILED_OPERATIONS', 'true'],
  ['LOG_LEVEL', 'info'],
  ['SHUTDOWN_DELAY_MS', '0'],
  ['SHUTDOWN_TIMEOUT_MS', '15000'],
];

/** A good value of every setting; sets in which all of them fit together are chosen by `envWith`. */
const GOOD: Record<string, string> = {
  PAYSTAR_APPLICATION_ID: 'app-2',
  PAYSTAR_ACCESS_PASSWORD: 'password-2',
  PAYSTAR_REFRESH_TOKEN: 'token-2',
  PAYSTAR_API_KEY: 'seed-key-2',
  PAYSTAR_BASE_URL: 'https://base.example/api',
  PAYSTAR_REFRESH_URL: 'https://refresh.example/api',
  PAYSTAR_PROXY_URL: 'http://user:proxy-password@proxy.example:3128',
  PAYSTAR_CONNECT_TIMEOUT_MS: '11',
  PAYSTAR_TIMEOUT_MS: '12',
  REQUEST_TIMEOUT_MS: '13',
  PAYSTAR_MAX_CONCURRENT: '14',
  PAYSTAR_MAX_QUEUED: '15',
  PAYSTAR_EXPIRY_UTC_OFFSET: '-01:15',
  HOST: '::1',
  PORT: '8080',
  STORE_URL: 'redis://:redis-password@redis.example:6379',
  STORE_SECRET: LONG,
  RECORD_TTL_SECONDS: '16',
  RESULT_MAX_AGE_SECONDS: '17',
  REUSE_ACROSS_CALLERS: 'true',
  AUTH_API_KEYS: `shop:${HASH}`,
  AUTH_JWKS_URL: 'https://login.example/jwks',
  AUTH_ISSUER: 'https://login.example/',
  AUTH_AUDIENCE: 'identity',
  AUTH_CALLER_CLAIM: 'client',
  AUTH_DISABLED: 'false',
  MAX_CHECKS_PER_OPERATION: '18',
  RATE_LIMIT_PER_MINUTE: '19',
  SUBJECT_LIMIT_PER_DAY: '20',
  DAILY_BUDGET_PER_CALLER: '21',
  DAILY_BUDGET: '22',
  CORS_ORIGINS: 'https://app.example',
  TRUST_PROXY: '10.0.0.0/8',
  INTROSPECTION: 'false',
  LANDING_PAGE: 'altair',
  ERROR_DETAIL: 'masked',
  METRICS_PORT: '9090',
  COMPILED_OPERATIONS: 'false',
  LOG_LEVEL: 'debug',
  SHUTDOWN_DELAY_MS: '23',
  SHUTDOWN_TIMEOUT_MS: '24',
};

describe('the table of settings', () => {
  it('has the names, order and defaults of the design', () => {
    expect(SETTINGS.map(setting => [setting.name, setting.default])).toEqual(DEFAULTS);
  });

  it('requires the three credentials and nothing else', () => {
    const required = SETTINGS.filter(setting => setting.required).map(setting => setting.name);
    expect(required).toEqual(['PAYSTAR_APPLICATION_ID', 'PAYSTAR_ACCESS_PASSWORD', 'PAYSTAR_REFRESH_TOKEN']);
  });

  it('is what .env.example shows, name by name, commented out where not required', () => {
    const example = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
    const lines = example.split('\n').filter(line => /^(# ?)?[A-Z][A-Z_]*=/.test(line));
    expect(lines).toEqual(
      SETTINGS.map(({ name, default: text, required }) => `${required ? '' : '# '}${name}=${text ?? ''}`),
    );
  });
});

describe('readConfig with only what is required', () => {
  it('gives every default', () => {
    const { reloadCredentials, store, ...rest } = config();
    expect(store).toEqual({ url: 'memory:', kind: 'memory', secret: expect.stringMatching(/^[\da-f]{64}$/) });
    expect(reloadCredentials()).toEqual(rest.paystar.credentials);
    expect(rest).toEqual({
      paystar: {
        credentials: { applicationId: 'app-1', accessPassword: 'password-1', refreshToken: 'token-1' },
        seedApiKey: null,
        baseUrl: 'https://core.paystar.ir/api/open-banking',
        refreshUrl: 'https://core.paystar.ir/api/open-banking/application/refresh-api-key',
        proxyUrl: null,
        connectTimeoutMs: 2000,
        timeoutMs: 8000,
        maxConcurrent: 64,
        maxQueued: 1024,
        expiryUtcOffsetMinutes: 210,
      },
      requestTimeoutMs: 12000,
      host: '127.0.0.1',
      port: 4000,
      recordTtlSeconds: 2592000,
      resultMaxAgeSeconds: 0,
      reuseAcrossCallers: false,
      auth: { disabled: true, apiKeys: [], jwt: null },
      limits: {
        maxChecksPerOperation: 5,
        ratePerMinute: 600,
        subjectPerDay: 10,
        dailyBudgetPerCaller: null,
        dailyBudget: null,
      },
      corsOrigins: [],
      trustProxy: false,
      introspection: true,
      landingPage: 'sandbox',
      errorDetail: 'full',
      metricsPort: null,
      compiledOperations: true,
      logLevel: 'info',
      shutdownDelayMs: 0,
      shutdownTimeoutMs: 15000,
      livemode: true,
      production: false,
      warnings: [expect.stringContaining('AUTH_DISABLED')],
    });
  });

  it('draws another store secret at every start', () => {
    expect(config().store.secret).not.toBe(config().store.secret);
  });

  it('closes introspection and the landing page in production, unless told otherwise', () => {
    expect(config({ NODE_ENV: 'production' })).toMatchObject({
      production: true,
      introspection: false,
      landingPage: 'off',
    });
    const opened = { NODE_ENV: 'production', INTROSPECTION: 'true', LANDING_PAGE: 'altair' };
    expect(config(opened)).toMatchObject({ introspection: true, landingPage: 'altair' });
  });

  it('ignores unknown variables', () => {
    expect(config({ PAYSTAR_UNKNOWN: 'x', GRAPHQL_PORT: 'x' }).port).toBe(4000);
  });

  it('takes empty and blank values as absent', () => {
    const blank = Object.fromEntries(
      SETTINGS.flatMap(({ name }) => [
        [name, ' '],
        [`${name}_FILE`, ''],
      ]),
    );
    expect(config({ ...blank, ...MINIMAL }).port).toBe(4000);
    expect(badNames({ PAYSTAR_APPLICATION_ID: '  ' })).toEqual(['PAYSTAR_APPLICATION_ID']);
  });
});

describe('readConfig with everything set', () => {
  const everything = {
    paystar: {
      credentials: { applicationId: 'app-2', accessPassword: 'password-2', refreshToken: 'token-2' },
      seedApiKey: 'seed-key-2',
      baseUrl: 'https://base.example/api',
      refreshUrl: 'https://refresh.example/api',
      proxyUrl: expect.stringContaining('user:proxy-password@proxy.example:3128'),
      connectTimeoutMs: 11,
      timeoutMs: 12,
      maxConcurrent: 14,
      maxQueued: 15,
      expiryUtcOffsetMinutes: -75,
    },
    reloadCredentials: expect.any(Function),
    requestTimeoutMs: 13,
    host: '::1',
    port: 8080,
    store: { url: GOOD['STORE_URL'], kind: 'redis', secret: LONG },
    recordTtlSeconds: 16,
    resultMaxAgeSeconds: 17,
    reuseAcrossCallers: true,
    auth: {
      disabled: false,
      apiKeys: [{ name: 'shop', sha256: HASH }],
      jwt: {
        jwksUrl: 'https://login.example/jwks',
        issuer: 'https://login.example/',
        audience: 'identity',
        callerClaim: 'client',
      },
    },
    limits: {
      maxChecksPerOperation: 18,
      ratePerMinute: 19,
      subjectPerDay: 20,
      dailyBudgetPerCaller: 21,
      dailyBudget: 22,
    },
    corsOrigins: ['https://app.example'],
    trustProxy: ['10.0.0.0/8'],
    introspection: false,
    landingPage: 'altair',
    errorDetail: 'masked',
    metricsPort: 9090,
    compiledOperations: false,
    logLevel: 'debug',
    shutdownDelayMs: 23,
    shutdownTimeoutMs: 24,
    livemode: true,
    production: false,
    warnings: [],
  };

  it('has a value here for every setting', () => {
    expect(Object.keys(GOOD)).toEqual(SETTINGS.map(setting => setting.name));
  });

  it('puts every variable in its place', () => {
    expect(config(GOOD)).toEqual(everything);
  });

  it('takes every setting from a file, without its last line end', () => {
    const dir = mkdtempSync(join(tmpdir(), 'config-'));
    try {
      for (const [name, value] of Object.entries(GOOD)) writeFileSync(join(dir, name), `${value}\r\n`);
      const env = Object.fromEntries(Object.keys(GOOD).map(name => [`${name}_FILE`, join(dir, name)]));
      expect(readConfig(env)).toEqual(everything);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});

describe('_FILE', () => {
  it.each(SETTINGS.map(setting => setting.name))('%s cannot stand beside its _FILE', name => {
    const extra = { AUTH_DISABLED: undefined, ...GOOD, [`${name}_FILE`]: '/f' };
    const error = errorOf(extra, { '/f': GOOD[name] ?? '' });
    expect(error.problems).toEqual([
      { name, expected: `only one of ${name} and ${name}_FILE`, received: 'both' },
    ]);
  });

  it.each(SETTINGS.map(setting => setting.name))(
    '%s_FILE is named when the file is missing or empty',
    name => {
      const extra = { ...GOOD, [name]: undefined, [`${name}_FILE`]: '/run/secret-path' };
      const missing = errorOf(extra);
      expect(missing.problems).toMatchObject([
        { name: `${name}_FILE`, received: 'a file that cannot be read (ENOENT)' },
      ]);
      expect(missing.message).not.toContain('secret-path');
      expect(errorOf(extra, { '/run/secret-path': ' \n' }).problems).toMatchObject([
        { name: `${name}_FILE` },
      ]);
    },
  );
});

describe('a ConfigError', () => {
  it('names every missing setting at once', () => {
    expect(() => readConfig({})).toThrow(ConfigError);
    const nothing = Object.fromEntries(Object.keys(MINIMAL).map(name => [name, undefined]));
    const error = errorOf({ ...nothing, STORE_URL: 'redis://localhost' });
    expect(error.problems.map(problem => [problem.name, problem.received])).toEqual([
      ['PAYSTAR_APPLICATION_ID', 'nothing'],
      ['PAYSTAR_ACCESS_PASSWORD', 'nothing'],
      ['PAYSTAR_REFRESH_TOKEN', 'nothing'],
      ['STORE_SECRET', 'nothing'],
      ['AUTH_API_KEYS', 'nothing'],
    ]);
  });

  it('names every bad setting at once, each on one line, and repeats no value', () => {
    const bad = Object.fromEntries(SETTINGS.map(({ name }) => [name, `canary\u0001${name.toLowerCase()}`]));
    const error = errorOf({ ...bad, STORE_SECRET: 'canary' });
    expect(error.problems.map(problem => problem.name)).toEqual(SETTINGS.map(setting => setting.name));
    for (const { name } of SETTINGS) {
      expect(error.message.match(new RegExp(`^  ${name}: expected .+; received .+$`, 'gm'))).toHaveLength(1);
    }
    expect(error.message).toContain('PORT: expected a whole number, at least 0 and at most 65535');
    expect(error.message).toContain(
      'STORE_SECRET: expected a text of 32 characters or more; received a text of 6',
    );
    expect(`${error.message}${JSON.stringify(error.problems)}${error.stack}`).not.toContain('canary');
  });

  it('prints no password of a URL', () => {
    const error = errorOf({
      PAYSTAR_BASE_URL: 'https://user:canary-1@base.example',
      PAYSTAR_PROXY_URL: 'socks5://user:canary-2@proxy.example',
      STORE_URL: 'postgres://user:canary-3@db.example',
      AUTH_JWKS_URL: 'https://user:canary-4@login.example',
    });
    expect(error.problems.map(problem => problem.name)).toEqual(
      expect.arrayContaining(['PAYSTAR_BASE_URL', 'PAYSTAR_PROXY_URL', 'STORE_URL', 'AUTH_JWKS_URL']),
    );
    expect(error.message).not.toContain('canary');
    expect(error.message).toContain('memory:, sqlite:PATH, redis://HOST… or rediss://HOST…');
  });

  it('is the only thing thrown, and never holds a secret, whatever the environment', () => {
    const name = fc.constantFrom(...SETTINGS.flatMap(setting => [setting.name, `${setting.name}_FILE`]));
    const plain = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(...Object.values(GOOD)),
      fc.webUrl(),
    );
    // Marked, so that it cannot be part of our own words by chance.
    const secret = fc.string({ minLength: 3 }).map(value => `§§§${value.trim()}§§§`);
    const env = fc.dictionary(name, fc.oneof(plain, secret));
    fc.assert(
      fc.property(env, fc.option(secret), (variables, file) => {
        const io = { readFile: () => file ?? readFrom({}, '§§§path') };
        expectNoSecret(() => readConfig(variables, io));
        expectNoSecret(() => readConfig({ ...MINIMAL, ...variables }, io));
      }),
      { numRuns: 1000 },
    );
  });
});

function expectNoSecret(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.message).not.toContain('§§§');
  }
}

describe('booleans and numbers', () => {
  it('accepts true and false in any case, and nothing else', () => {
    expect(config({ INTROSPECTION: ' FALSE ' }).introspection).toBe(false);
    expect(config({ REUSE_ACROSS_CALLERS: 'True' }).reuseAcrossCallers).toBe(true);
    for (const bad of ['1', '0', 'yes', 'on', 'truee']) {
      expect(badNames({ INTROSPECTION: bad })).toEqual(['INTROSPECTION']);
    }
  });

  it('accepts whole numbers in plain digits only', () => {
    expect(config({ PAYSTAR_TIMEOUT_MS: ' 0500\n' }).paystar.timeoutMs).toBe(500);
    for (const bad of ['1e3', '+5', '-5', '5.0', '0x10', '1 000', '1_000', '۵', 'NaN', '9'.repeat(17)]) {
      expect(badNames({ PAYSTAR_MAX_CONCURRENT: bad })).toEqual(['PAYSTAR_MAX_CONCURRENT']);
    }
  });

  it.each([
    ['PAYSTAR_CONNECT_TIMEOUT_MS', 1, 2147483647],
    ['PAYSTAR_TIMEOUT_MS', 1, 2147483647],
    ['REQUEST_TIMEOUT_MS', 1, 2147483647],
    ['SHUTDOWN_DELAY_MS', 0, 2147483647],
    ['SHUTDOWN_TIMEOUT_MS', 1, 2147483647],
    ['PORT', 0, 65535],
    ['METRICS_PORT', 0, 65535],
    ['PAYSTAR_MAX_CONCURRENT', 1, Number.MAX_SAFE_INTEGER],
    ['PAYSTAR_MAX_QUEUED', 0, Number.MAX_SAFE_INTEGER],
    ['RECORD_TTL_SECONDS', 1, 1e12],
    ['RESULT_MAX_AGE_SECONDS', 0, 1e12],
    ['MAX_CHECKS_PER_OPERATION', 1, Number.MAX_SAFE_INTEGER],
    ['RATE_LIMIT_PER_MINUTE', 1, Number.MAX_SAFE_INTEGER],
    ['SUBJECT_LIMIT_PER_DAY', 1, Number.MAX_SAFE_INTEGER],
    ['DAILY_BUDGET_PER_CALLER', 0, Number.MAX_SAFE_INTEGER],
    ['DAILY_BUDGET', 0, Number.MAX_SAFE_INTEGER],
  ])('%s reaches from %d to %d', (name, min, max) => {
    config({ [name]: String(min) });
    config({ [name]: String(max) });
    expect(badNames({ [name]: String(BigInt(max) + 1n) })).toEqual([name]);
    if (min > 0) expect(badNames({ [name]: String(min - 1) })).toEqual([name]);
  });

  it('lets one request be shorter than one call', () => {
    expect(config({ REQUEST_TIMEOUT_MS: '5', PAYSTAR_TIMEOUT_MS: '10' }).requestTimeoutMs).toBe(5);
  });

  it('keeps the ports apart, unless any free one will do', () => {
    expect(badNames({ PORT: '5000', METRICS_PORT: '5000' })).toEqual(['METRICS_PORT']);
    expect(config({ PORT: '0', METRICS_PORT: '0' }).metricsPort).toBe(0);
  });
});

describe('Paystar', () => {
  it('is the sandbox exactly when the application id begins with sandbox-', () => {
    expect(config({ PAYSTAR_APPLICATION_ID: 'sandbox-1' }).livemode).toBe(false);
    for (const live of ['my-sandbox-1', 'Sandbox-1', 'sandbox']) {
      expect(config({ PAYSTAR_APPLICATION_ID: live }).livemode).toBe(true);
    }
  });

  it.each(['PAYSTAR_BASE_URL', 'PAYSTAR_REFRESH_URL'])(
    '%s is https, or http on loopback or for the sandbox',
    name => {
      for (const loopback of [
        'http://127.0.0.1:1',
        'http://127.9.9.9',
        'http://[::1]:1/a',
        'http://localhost:1',
      ]) {
        config({ [name]: loopback });
      }
      for (const remote of [
        'http://paystar.example',
        'http://127.0.0.1.example',
        'http://0.0.0.0',
        'http://126.0.0.1',
        'http://128.0.0.1',
        'http://10.0.0.1',
      ]) {
        expect(badNames({ [name]: remote })).toEqual([name]);
        config({ [name]: remote, PAYSTAR_APPLICATION_ID: 'sandbox-1' });
      }
    },
  );

  it.each(['PAYSTAR_BASE_URL', 'PAYSTAR_REFRESH_URL'])('%s has no credentials, query or hash', name => {
    const bad = [
      'u:p@h.example',
      'u@h.example',
      'h.example?a=b',
      'h.example/?',
      'h.example/#x',
      'h. example',
      '',
    ];
    for (const rest of bad) expect(badNames({ [name]: `https://${rest}` })).toEqual([name]);
    for (const other of ['paystar.ir/api', 'ftp://h.example', '/api']) {
      expect(badNames({ [name]: other })).toEqual([name]);
    }
  });

  it('has a base URL without a trailing slash, and its refresh URL below it', () => {
    const { paystar } = config({ PAYSTAR_BASE_URL: 'https://h.example/api//' });
    expect(paystar.baseUrl).toBe('https://h.example/api');
    expect(paystar.refreshUrl).toBe('https://h.example/api/application/refresh-api-key');
    expect(config({ PAYSTAR_BASE_URL: 'https://h.example' }).paystar.baseUrl).toBe('https://h.example');
  });

  it('takes no control characters in credentials and only printable ASCII in the key', () => {
    expect(badNames({ PAYSTAR_ACCESS_PASSWORD: 'a\nb' })).toEqual(['PAYSTAR_ACCESS_PASSWORD']);
    expect(badNames({ PAYSTAR_REFRESH_TOKEN: 'a\u007fb' })).toEqual(['PAYSTAR_REFRESH_TOKEN']);
    expect(config({ PAYSTAR_ACCESS_PASSWORD: 'گذرواژه' }).paystar.credentials.accessPassword).toBe('گذرواژه');
    for (const bad of ['کلید', 'a\nb', 'é']) {
      expect(badNames({ PAYSTAR_API_KEY: bad })).toEqual(['PAYSTAR_API_KEY']);
    }
  });

  it.each([
    ['+03:30', 210],
    ['-12:00', -720],
    ['+14:00', 840],
    ['Z', 0],
    ['-00:00', 0],
  ])('reads the offset %s as %d minutes', (offset, minutes) => {
    expect(config({ PAYSTAR_EXPIRY_UTC_OFFSET: offset }).paystar.expiryUtcOffsetMinutes).toBe(minutes);
  });

  it('refuses every other offset', () => {
    for (const bad of ['03:30', '+3:30', '+0330', '+14:01', '+03:60', 'UTC', 'Asia/Tehran', '210']) {
      expect(badNames({ PAYSTAR_EXPIRY_UTC_OFFSET: bad })).toEqual(['PAYSTAR_EXPIRY_UTC_OFFSET']);
    }
  });
});

describe('reloadCredentials', () => {
  const env = {
    PAYSTAR_ACCESS_PASSWORD: undefined,
    PAYSTAR_ACCESS_PASSWORD_FILE: '/password',
    PAYSTAR_REFRESH_TOKEN: undefined,
    PAYSTAR_REFRESH_TOKEN_FILE: '/token',
  };

  it('reads the files again and leaves what stands in the environment', () => {
    const files: Record<string, string> = { '/password': 'old-password\n', '/token': 'old-token\n' };
    const { reloadCredentials } = config(env, files);
    Object.assign(files, { '/password': 'new-password\n', '/token': 'new-token\n' });
    expect(reloadCredentials()).toEqual({
      applicationId: 'app-1',
      accessPassword: 'new-password',
      refreshToken: 'new-token',
    });
  });

  it('keeps the last good value when a file is gone, empty or unusable', () => {
    const files: Record<string, string> = { '/password': 'old-password', '/token': 'old-token' };
    const { reloadCredentials } = config(env, files);
    files['/token'] = 'new-token';
    reloadCredentials();
    for (const content of ['', ' \n', 'two\nlines']) {
      files['/token'] = content;
      expect(reloadCredentials()).toMatchObject({
        accessPassword: 'old-password',
        refreshToken: 'new-token',
      });
    }
    delete files['/token'];
    expect(reloadCredentials()).toMatchObject({ accessPassword: 'old-password', refreshToken: 'new-token' });
  });

  it('never moves a running server between the sandbox and Paystar', () => {
    const files: Record<string, string> = { '/id': 'sandbox-1' };
    const id = { PAYSTAR_APPLICATION_ID: undefined, PAYSTAR_APPLICATION_ID_FILE: '/id' };
    const { reloadCredentials } = config(id, files);
    files['/id'] = 'live-1';
    expect(reloadCredentials().applicationId).toBe('sandbox-1');
    files['/id'] = 'sandbox-2';
    expect(reloadCredentials().applicationId).toBe('sandbox-2');
  });
});

describe('the store', () => {
  it.each([
    ['memory:', 'memory'],
    ['sqlite:./data/store.db', 'sqlite'],
    ['sqlite:/var/lib/my store.db', 'sqlite'],
    ['redis://localhost', 'redis'],
    ['rediss://user:p%40ss@redis.example:6380/2', 'redis'],
    ['redis://[::1]:6379', 'redis'],
  ])('%s is of the kind %s', (url, kind) => {
    expect(config({ STORE_URL: url, STORE_SECRET: LONG }).store).toEqual({ url, kind, secret: LONG });
  });

  it('refuses every other URL', () => {
    for (const bad of [
      'memory',
      'memory:x',
      'sqlite:',
      'redis://',
      'redis:host',
      'redis',
      'file:x',
      'https://h',
    ]) {
      expect(badNames({ STORE_URL: bad, STORE_SECRET: LONG })).toEqual(['STORE_URL']);
    }
  });

  it('needs a secret of 32 characters unless it is memory:', () => {
    expect(badNames({ STORE_URL: 'sqlite:x' })).toEqual(['STORE_SECRET']);
    expect(badNames({ STORE_URL: 'redis://h', STORE_SECRET: 'x'.repeat(31) })).toEqual(['STORE_SECRET']);
    expect(badNames({ STORE_SECRET: '🔑'.repeat(31) })).toEqual(['STORE_SECRET']);
    expect(config({ STORE_SECRET: 'x'.repeat(32) }).store.secret).toBe('x'.repeat(32));
  });
});

describe('callers', () => {
  const keys = (text: string) => config({ AUTH_DISABLED: 'false', AUTH_API_KEYS: text }).auth.apiKeys;
  const OTHER = 'CD'.repeat(32);

  it('must be configured, or let in on purpose, but not both', () => {
    expect(badNames({ AUTH_DISABLED: undefined })).toEqual(['AUTH_API_KEYS']);
    expect(badNames({ AUTH_API_KEYS: `a:${HASH}` })).toEqual(['AUTH_DISABLED']);
    const jwt = { AUTH_JWKS_URL: 'https://login.example/jwks', AUTH_ISSUER: 'i', AUTH_AUDIENCE: 'a' };
    expect(badNames(jwt)).toEqual(['AUTH_DISABLED']);
  });

  it('may have several keys each, in either case of hex', () => {
    expect(keys(`shop:${HASH}, shop:${OTHER},\nb-1.x_:${'0'.repeat(64)}`)).toEqual([
      { name: 'shop', sha256: HASH },
      { name: 'shop', sha256: OTHER.toLowerCase() },
      { name: 'b-1.x_', sha256: '0'.repeat(64) },
    ]);
  });

  it.each([
    ['the reserved name', `anonymous:${HASH}`],
    ['no name', `:${HASH}`],
    ['a long name', `${'n'.repeat(65)}:${HASH}`],
    ['a name with a space', `a b:${HASH}`],
    ['a short hash', `a:${HASH.slice(1)}`],
    ['a key instead of its hash', 'a:my-secret-key'],
    ['an empty entry', `a:${HASH},`],
    ['one key under two names', `a:${HASH},b:${HASH.toUpperCase()}`],
  ])('cannot be listed with %s', (_what, text) => {
    expect(badNames({ AUTH_DISABLED: 'false', AUTH_API_KEYS: text })).toEqual(['AUTH_API_KEYS']);
  });

  it('by JWT need keys from https or loopback', () => {
    const named = { AUTH_ISSUER: 'i', AUTH_AUDIENCE: 'a' };
    const jwks = (url: string) => ({ AUTH_DISABLED: undefined, AUTH_JWKS_URL: url, ...named });
    expect(config(jwks('http://localhost:1/jwks')).auth.jwt?.jwksUrl).toBe('http://localhost:1/jwks');
    expect(config(jwks('https://h.example/jwks?p=1')).auth.jwt?.jwksUrl).toBe('https://h.example/jwks?p=1');
    for (const bad of [
      'http://h.example/jwks',
      'https://u:p@h.example',
      'h.example',
      'https://h.example/#x',
    ]) {
      expect(badNames(jwks(bad))).toEqual(['AUTH_JWKS_URL']);
    }
    const sandbox = { ...jwks('http://h.example'), PAYSTAR_APPLICATION_ID: 'sandbox-1' };
    expect(badNames(sandbox)).toEqual(['AUTH_JWKS_URL']);
  });

  it('by JWT are told from the tokens of other services by issuer and audience', () => {
    const jwt = { AUTH_DISABLED: undefined, AUTH_JWKS_URL: 'https://login.example/jwks' };
    expect(badNames(jwt)).toEqual(['AUTH_ISSUER', 'AUTH_AUDIENCE']);
    expect(badNames({ ...jwt, AUTH_ISSUER: 'i' })).toEqual(['AUTH_AUDIENCE']);
    expect(badNames({ ...jwt, AUTH_AUDIENCE: 'a' })).toEqual(['AUTH_ISSUER']);
    expect(config({ ...jwt, AUTH_ISSUER: 'i', AUTH_AUDIENCE: 'a' }).auth.jwt).toEqual({
      jwksUrl: 'https://login.example/jwks',
      issuer: 'i',
      audience: 'a',
      callerClaim: null,
    });
  });

  it('that nobody is asked for is warned of', () => {
    expect(config().warnings).toEqual([expect.stringContaining('AUTH_DISABLED=true')]);
    expect(config({ AUTH_DISABLED: 'false', AUTH_API_KEYS: `a:${HASH}` }).warnings).toEqual([]);
  });

  it('by JWT cannot be described without AUTH_JWKS_URL', () => {
    const parts = { AUTH_ISSUER: 'i', AUTH_AUDIENCE: 'a', AUTH_CALLER_CLAIM: 'c' };
    expect(badNames(parts)).toEqual(Object.keys(parts));
  });
});

describe('HTTP', () => {
  it('warns of forwarded addresses that anybody could forge', () => {
    const warned = (value: string) =>
      config({ TRUST_PROXY: value }).warnings.filter(text => text.includes('TRUST_PROXY'));
    for (const value of ['true', '1']) expect(warned(value)).toEqual([expect.stringContaining(value)]);
    for (const value of ['false', '0', '10.0.0.1', '10.0.0.0/8']) expect(warned(value)).toEqual([]);
  });

  it('warns of metrics that say what masked errors hide', () => {
    const masked = { ERROR_DETAIL: 'masked' };
    expect(config(masked).warnings).toContainEqual(expect.stringContaining('METRICS_PORT'));
    expect(config({ ...masked, METRICS_PORT: '9464' }).warnings).toEqual([expect.stringContaining('AUTH')]);
  });

  it('takes exact origins as browsers send them, or any', () => {
    expect(config({ CORS_ORIGINS: '*' }).corsOrigins).toEqual(['*']);
    expect(
      config({ CORS_ORIGINS: 'https://App.example:443, http://localhost:3000,capacitor://localhost' })
        .corsOrigins,
    ).toEqual(['https://app.example', 'http://localhost:3000', 'capacitor://localhost']);
  });

  it.each([
    'https://a.example/',
    'a.example',
    'https://*.example',
    '*,https://a.example',
    'null',
    'https://u@a.b',
    ',',
  ])('refuses the origins %s', bad => {
    expect(badNames({ CORS_ORIGINS: bad })).toEqual(['CORS_ORIGINS']);
  });

  it.each([
    ['TRUE', true],
    ['false', false],
    ['0', 0],
    ['2', 2],
    ['10.0.0.1', ['10.0.0.1']],
    ['10.0.0.0/8, fd00::/8', ['10.0.0.0/8', 'fd00::/8']],
  ])('reads TRUST_PROXY=%s', (given, trusted) => {
    expect(config({ TRUST_PROXY: given }).trustProxy).toEqual(trusted);
  });

  it.each([
    'yes',
    '-1',
    '10.0.0.0/0',
    '10.0.0.0/33',
    'fd00::/129',
    '10.0.0',
    'fe80::1%eth0',
    '10.0.0.1,',
    'proxy',
  ])('refuses TRUST_PROXY=%s', bad => {
    expect(badNames({ TRUST_PROXY: bad })).toEqual(['TRUST_PROXY']);
  });

  it('refuses names outside the lists', () => {
    const bad = { LANDING_PAGE: 'apollo', ERROR_DETAIL: 'none', LOG_LEVEL: 'loud', HOST: 'http://h' };
    expect(badNames(bad).sort()).toEqual(Object.keys(bad).sort());
  });

  it.each(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])('logs at the level %s', level => {
    expect(config({ LOG_LEVEL: level }).logLevel).toBe(level);
  });
});
