import type { Credentials } from './reloadCredentials.ts';
import type { Values } from './settings.ts';
import type { StoreLocation } from './urls.ts';

export type Config = Readonly<{
  paystar: PaystarConfig;
  /** Reads the credentials that `_FILE` gave again. Never throws: an unreadable or empty file keeps the old value. */
  reloadCredentials: () => Credentials;
  requestTimeoutMs: number;
  host: string;
  port: number;
  /** `url` as given; `secret` is random when none is given, which only memory: allows. */
  store: Readonly<StoreLocation & { secret: string }>;
  recordTtlSeconds: number;
  resultMaxAgeSeconds: number;
  reuseAcrossCallers: boolean;
  auth: AuthConfig;
  limits: LimitsConfig;
  /** `['*']` for any; empty for none. */
  corsOrigins: readonly string[];
  trustProxy: boolean | number | string[];
  introspection: boolean;
  landingPage: 'sandbox' | 'altair' | 'off';
  errorDetail: 'full' | 'masked';
  metricsPort: number | null;
  compiledOperations: boolean;
  logLevel: Values['LOG_LEVEL'];
  shutdownDelayMs: number;
  shutdownTimeoutMs: number;
  /** False exactly when the application id begins with `sandbox-`. */
  livemode: boolean;
  /** NODE_ENV=production. */
  production: boolean;
  /** What was accepted although it is weak, one sentence each, for the log. */
  warnings: readonly string[];
}>;

export type PaystarConfig = Readonly<{
  credentials: Credentials;
  seedApiKey: string | null;
  /** Without a trailing slash. */
  baseUrl: string;
  refreshUrl: string;
  proxyUrl: string | null;
  connectTimeoutMs: number;
  timeoutMs: number;
  maxConcurrent: number;
  maxQueued: number;
  /** East of UTC is positive. */
  expiryUtcOffsetMinutes: number;
}>;

export type AuthConfig = Readonly<{
  disabled: boolean;
  /** `sha256` in lower-case hex. One name may stand here several times. */
  apiKeys: ReadonlyArray<Readonly<{ name: string; sha256: string }>>;
  jwt: Readonly<{
    jwksUrl: string;
    issuer: string;
    audience: string;
    /** null: client_id, azp or sub. */
    callerClaim: string | null;
  }> | null;
}>;

/** Null is no limit. */
export type LimitsConfig = Readonly<{
  maxChecksPerOperation: number;
  ratePerMinute: number;
  subjectPerDay: number;
  dailyBudgetPerCaller: number | null;
  dailyBudget: number | null;
}>;
