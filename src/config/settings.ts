import type { z } from 'zod';
import * as urls from './urls.ts';
import * as values from './values.ts';

/** One setting. `default` is the text that stands for an absent value; null with `required` false means "not set". */
export type Setting<T = unknown> = Readonly<{
  schema: z.ZodType<T, string>;
  default: string | null;
  /** The default when NODE_ENV is production, where it differs. */
  productionDefault: string | null;
  required: boolean;
  secret: boolean;
  meaning: string;
}>;

/** Every setting there is, in the order of the README and of .env.example. The parser reads nothing else. */
export const TABLE = {
  PAYSTAR_APPLICATION_ID: required(values.text, "identifier of the application in Paystar's panel"),
  PAYSTAR_ACCESS_PASSWORD: secret(required(values.text, "the application's access password")),
  PAYSTAR_REFRESH_TOKEN: secret(required(values.text, 'long-lived token that obtains API keys')),
  PAYSTAR_API_KEY: secret(
    optional(values.headerText, 'a first key of unknown age, refreshed at once behind'),
  ),
  PAYSTAR_BASE_URL: defaulted(
    urls.baseUrl,
    'https://core.paystar.ir/api/open-banking',
    'http: only on loopback or with the sandbox',
  ),
  PAYSTAR_REFRESH_URL: optional(
    urls.endpointUrl,
    'absent: the base URL followed by /application/refresh-api-key',
  ),
  PAYSTAR_PROXY_URL: secret(
    optional(urls.proxyUrl, 'HTTP proxy with the fixed egress IP that Paystar allows'),
  ),
  PAYSTAR_CONNECT_TIMEOUT_MS: defaulted(values.milliseconds(1), '2000', 'one connect to Paystar'),
  PAYSTAR_TIMEOUT_MS: defaulted(values.milliseconds(1), '8000', 'one call to Paystar'),
  REQUEST_TIMEOUT_MS: defaulted(values.milliseconds(1), '12000', 'one request in all'),
  PAYSTAR_MAX_CONCURRENT: defaulted(values.count(1), '64', 'paid calls in flight'),
  PAYSTAR_MAX_QUEUED: defaulted(
    values.count(0),
    '1024',
    'paid calls waiting for a place or the key; beyond: OVERLOADED',
  ),
  PAYSTAR_EXPIRY_UTC_OFFSET: defaulted(values.utcOffsetMinutes, '+03:30', 'zone of a zone-less expiry date'),
  HOST: defaulted(values.host, '127.0.0.1', 'address to listen on; the Docker image sets 0.0.0.0'),
  PORT: defaulted(values.port, '4000', 'port to listen on; 0 takes any free one'),
  STORE_URL: secret(
    defaulted(urls.storeUrl, 'memory:', 'memory:, sqlite:PATH, redis://HOST… or rediss://HOST…'),
  ),
  STORE_SECRET: secret(
    optional(
      values.longText,
      '32 characters or more; required unless STORE_URL is memory:, where it is random',
    ),
  ),
  RECORD_TTL_SECONDS: defaulted(values.seconds(1), '2592000', 'how long a verification stays readable'),
  RESULT_MAX_AGE_SECONDS: defaulted(
    values.seconds(0),
    '0',
    'default of maxAgeSeconds: the age up to which a recorded answer is given again',
  ),
  REUSE_ACROSS_CALLERS: defaulted(values.boolean, 'false', 'whether callers share records'),
  AUTH_API_KEYS: secret(optional(values.apiKeys, 'callers as name:sha256hex, comma-separated')),
  AUTH_JWKS_URL: optional(urls.jwksUrl, 'JWT callers: where their keys are published'),
  AUTH_ISSUER: optional(values.text, 'JWT callers: the iss that a token must have'),
  AUTH_AUDIENCE: optional(values.text, 'JWT callers: the aud that a token must have'),
  AUTH_CALLER_CLAIM: optional(values.text, 'JWT callers: absent, the name is client_id, azp or sub'),
  AUTH_DISABLED: defaulted(values.boolean, 'false', 'true lets everyone in as the one caller anonymous'),
  MAX_CHECKS_PER_OPERATION: defaulted(values.count(1), '5', 'paid questions in one operation'),
  RATE_LIMIT_PER_MINUTE: defaulted(values.count(1), '600', 'requests of one caller, whatever they ask'),
  SUBJECT_LIMIT_PER_DAY: defaulted(
    values.count(1),
    '10',
    'paid questions about one national ID, by all callers together',
  ),
  DAILY_BUDGET_PER_CALLER: optional(values.count(0), 'paid questions a day (Tehran) of one caller'),
  DAILY_BUDGET: optional(values.count(0), 'paid questions a day (Tehran) of all callers'),
  CORS_ORIGINS: optional(values.corsOrigins, 'origins of browser apps, comma-separated, or * alone'),
  TRUST_PROXY: defaulted(
    values.trustProxy,
    'false',
    'whose X-Forwarded-* count: true, false, a number of hops, or addresses and CIDR ranges',
  ),
  INTROSPECTION: inProduction('false', defaulted(values.boolean, 'true', 'false when NODE_ENV=production')),
  LANDING_PAGE: inProduction(
    'off',
    defaulted(
      values.oneOf('sandbox', 'altair', 'off'),
      'sandbox',
      'sandbox, altair, off; off when NODE_ENV=production',
    ),
  ),
  ERROR_DETAIL: defaulted(
    values.oneOf('full', 'masked'),
    'full',
    "masked: operators' faults reach callers as SERVICE_UNAVAILABLE, without Paystar's status",
  ),
  METRICS_PORT: optional(
    values.port,
    'a port of its own for /metrics and /status on HOST; absent: they are on PORT',
  ),
  COMPILED_OPERATIONS: defaulted(
    values.boolean,
    'true',
    "false sends every request through Apollo's pipeline",
  ),
  LOG_LEVEL: defaulted(
    values.oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    'info',
    'fatal, error, warn, info, debug, trace, silent',
  ),
  SHUTDOWN_DELAY_MS: defaulted(values.milliseconds(0), '0', 'how long to keep serving after SIGTERM'),
  SHUTDOWN_TIMEOUT_MS: defaulted(values.milliseconds(1), '15000', 'how long a drain may last'),
} satisfies Record<string, Setting>;

export type Name = keyof typeof TABLE;
export type Values = { [N in Name]: (typeof TABLE)[N] extends Setting<infer T> ? T : never };

function required<T>(schema: z.ZodType<T, string>, meaning: string): Setting<T> {
  return { schema, default: null, productionDefault: null, required: true, secret: false, meaning };
}

function defaulted<T>(schema: z.ZodType<T, string>, text: string, meaning: string): Setting<T> {
  return { schema, default: text, productionDefault: null, required: false, secret: false, meaning };
}

function optional<T>(schema: z.ZodType<T, string>, meaning: string): Setting<T | null> {
  return { schema, default: null, productionDefault: null, required: false, secret: false, meaning };
}

function secret<T>(setting: Setting<T>): Setting<T> {
  return { ...setting, secret: true };
}

function inProduction<T>(text: string, setting: Setting<T>): Setting<T> {
  return { ...setting, productionDefault: text };
}
