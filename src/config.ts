import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AuthConfig, Config, LimitsConfig, PaystarConfig } from './config/Config.ts';
import { ConfigError } from './config/ConfigError.ts';
import { isProduction, readSettings } from './config/readSettings.ts';
import { credentialsReloader } from './config/reloadCredentials.ts';
import { isSandbox } from './config/rules.ts';
import { TABLE } from './config/settings.ts';
import type { Values } from './config/settings.ts';

export type { AuthConfig, Config, LimitsConfig, PaystarConfig } from './config/Config.ts';
export { ConfigError } from './config/ConfigError.ts';
export { callerName as CALLER_NAME } from './config/values.ts';
export type { Problem } from './config/ConfigError.ts';
export type { Credentials } from './config/reloadCredentials.ts';

type Io = Readonly<{ readFile: (path: string) => string; randomBytes?: (size: number) => Buffer }>;

/** Every setting: its name, default as text (null: none), whether it is never shown, and its meaning. */
export const SETTINGS: ReadonlyArray<
  Readonly<{ name: string; default: string | null; required: boolean; secret: boolean; meaning: string }>
> = Object.entries(TABLE).map(([name, { default: text, required, secret, meaning }]) => ({
  name,
  default: text,
  required,
  secret,
  meaning,
}));

/** Reads all settings at once. Throws one ConfigError that names every wrong or missing one. */
export function readConfig(
  env: NodeJS.ProcessEnv = process.env,
  io: Io = { readFile: path => readFileSync(path, 'utf8') },
): Config {
  const { values, files, problems } = readSettings(env, io.readFile);
  if (!isComplete(values, problems)) throw new ConfigError(problems);
  const paystar = paystarOf(values);
  return {
    paystar,
    reloadCredentials: credentialsReloader(paystar.credentials, files, io.readFile),
    ...serverOf(values),
    store: { ...values.STORE_URL, secret: values.STORE_SECRET ?? randomSecret(io) },
    auth: authOf(values),
    limits: limitsOf(values),
    livemode: !isSandbox(values.PAYSTAR_APPLICATION_ID),
    production: isProduction(env),
    warnings: warningsOf(values),
  };
}

// A setting without a value has left a problem.
function isComplete(_values: Partial<Values>, problems: readonly unknown[]): _values is Values {
  return problems.length === 0;
}

function paystarOf(values: Values): PaystarConfig {
  return {
    credentials: {
      applicationId: values.PAYSTAR_APPLICATION_ID,
      accessPassword: values.PAYSTAR_ACCESS_PASSWORD,
      refreshToken: values.PAYSTAR_REFRESH_TOKEN,
    },
    seedApiKey: values.PAYSTAR_API_KEY,
    baseUrl: values.PAYSTAR_BASE_URL,
    refreshUrl: values.PAYSTAR_REFRESH_URL ?? `${values.PAYSTAR_BASE_URL}/application/refresh-api-key`,
    proxyUrl: values.PAYSTAR_PROXY_URL,
    connectTimeoutMs: values.PAYSTAR_CONNECT_TIMEOUT_MS,
    timeoutMs: values.PAYSTAR_TIMEOUT_MS,
    maxConcurrent: values.PAYSTAR_MAX_CONCURRENT,
    maxQueued: values.PAYSTAR_MAX_QUEUED,
    expiryUtcOffsetMinutes: values.PAYSTAR_EXPIRY_UTC_OFFSET,
  };
}

function randomSecret(io: Io): string {
  return (io.randomBytes ?? randomBytes)(32).toString('hex');
}

function serverOf(values: Values) {
  return {
    requestTimeoutMs: values.REQUEST_TIMEOUT_MS,
    host: values.HOST,
    port: values.PORT,
    recordTtlSeconds: values.RECORD_TTL_SECONDS,
    resultMaxAgeSeconds: values.RESULT_MAX_AGE_SECONDS,
    reuseAcrossCallers: values.REUSE_ACROSS_CALLERS,
    corsOrigins: values.CORS_ORIGINS ?? [],
    trustProxy: values.TRUST_PROXY,
    introspection: values.INTROSPECTION,
    landingPage: values.LANDING_PAGE,
    errorDetail: values.ERROR_DETAIL,
    metricsPort: values.METRICS_PORT,
    compiledOperations: values.COMPILED_OPERATIONS,
    logLevel: values.LOG_LEVEL,
    shutdownDelayMs: values.SHUTDOWN_DELAY_MS,
    shutdownTimeoutMs: values.SHUTDOWN_TIMEOUT_MS,
  };
}

function authOf(values: Values): AuthConfig {
  return {
    disabled: values.AUTH_DISABLED,
    apiKeys: values.AUTH_API_KEYS ?? [],
    jwt: jwtOf(values),
  };
}

function jwtOf(values: Values): AuthConfig['jwt'] {
  const { AUTH_JWKS_URL: jwksUrl, AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience } = values;
  // A rule has seen to it that there are all three or none.
  if (jwksUrl === null || issuer === null || audience === null) return null;
  return { jwksUrl, issuer, audience, callerClaim: values.AUTH_CALLER_CLAIM };
}

function limitsOf(values: Values): LimitsConfig {
  return {
    maxChecksPerOperation: values.MAX_CHECKS_PER_OPERATION,
    ratePerMinute: values.RATE_LIMIT_PER_MINUTE,
    subjectPerDay: values.SUBJECT_LIMIT_PER_DAY,
    dailyBudgetPerCaller: values.DAILY_BUDGET_PER_CALLER,
    dailyBudget: values.DAILY_BUDGET,
  };
}

function warningsOf(values: Values): string[] {
  const warnings: [boolean, string][] = [
    [
      values.AUTH_DISABLED,
      'AUTH_DISABLED=true: whoever reaches this server may ask, and every question costs money',
    ],
    [
      // A count cannot tell a proxy from anybody else who connects (GHSA-3m5p-2c4r-xxw2); addresses can.
      values.TRUST_PROXY === true || Number(values.TRUST_PROXY) > 0,
      `TRUST_PROXY=${String(values.TRUST_PROXY)} believes X-Forwarded-For of whoever connects: let only the proxy reach PORT, or name its address`,
    ],
    [
      values.ERROR_DETAIL === 'masked' && values.METRICS_PORT === null,
      'ERROR_DETAIL=masked, but /metrics on PORT names every code to credentials with scope status: give it a METRICS_PORT',
    ],
  ];
  return warnings.flatMap(([holds, text]) => (holds ? [text] : []));
}
