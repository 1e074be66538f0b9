import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from './config.ts';
import { createApollo } from './graphql/apollo.ts';
import { createLoaders } from './graphql/loaders.ts';
import type { RequestContext } from './graphql/context.ts';
import { createSchema } from './graphql/schema.ts';
import { createAuthenticate } from './http/auth.ts';
import { createListeners } from './http/listeners.ts';
import type { Listeners } from './http/listeners.ts';
import type { HealthDetail } from './http/health.ts';
import { healthDetail } from './http/healthDetail.ts';
import type { Log } from './log.ts';
import { createLog } from './pinoLog.ts';
import { createMetrics } from './metrics/metrics.ts';
import type { Metrics } from './metrics/metrics.ts';
import { ApiKeyManager } from './paystar/apiKey.ts';
import { Bulkhead } from './paystar/bulkhead.ts';
import { PaystarClient } from './paystar/client.ts';
import { Gate } from './paystar/gate.ts';
import { KeyStore } from './paystar/keyStore.ts';
import { Paystar } from './paystar/paystar.ts';
import { Retry } from './paystar/retry.ts';
import { Transport } from './paystar/transport.ts';
import { deriveKey } from './store/seal.ts';
import { ObservedStore } from './store/observedStore.ts';
import { openStore, perRequest } from './store/openStore.ts';
import type { Store } from './store/store.ts';
import { Claims } from './verification/claims.ts';
import { Hmac } from './verification/hmac.ts';
import { IdempotencyKeys } from './verification/idempotency.ts';
import { Records } from './verification/records.ts';
import { Savings } from './verification/savings.ts';
import { VerificationService } from './verification/service.ts';
import { requestLog } from './http/requestLog.ts';
import { journal } from './paystar/journal.ts';

/** What a test may put in the place of the real thing. */
export interface Overrides {
  readonly now?: () => number;
  readonly random?: () => number;
  readonly log?: Log;
  /** False leaves Node's own metrics out, whose observers outlive the server. */
  readonly processMetrics?: boolean;
}

/** A server, ready to listen. */
export interface App {
  /** The port that was taken, when PORT is 0. */
  listen(): Promise<number>;
  /** The port that /metrics has of its own, once listening; null when it is on the server's. */
  metricsPort(): number | null;
  /** Stops accepting, lets what was sent be answered and recorded, then lets go of everything. */
  close(): Promise<void>;
}

/** The composition root: everything is made and joined here, and nowhere else. */
export async function buildApp(config: Config, overrides: Overrides = {}): Promise<App> {
  const { now = Date.now, random = Math.random } = overrides;
  const log = overrides.log ?? createLog(config.logLevel);
  const metrics = createMetrics(overrides.processMetrics ?? true);
  const savings = new Savings(metrics.saved);
  const tools: Tools = { config, now, random, log, metrics, savings };
  const store = new ObservedStore(await openStore(config.store, log, now), metrics.storeOperation);
  const transport = new Transport({ ...config.paystar, connections: config.paystar.maxConcurrent });
  const { keys, gate, bulkhead, paystar } = buildPaystar(tools, transport, store);
  metrics.watch({ keys, gate, bulkhead, store });
  const service = buildService(tools, paystar, store);
  const health = () => healthDetail({ config, keys, gate, store, inFlight: service.inFlight });
  const listeners = await buildListeners(tools, { service, keys, store, health });
  return {
    listen: () => listeners.listen(),
    metricsPort: () => listeners.metricsPort(),
    close: async () => {
      const startedAt = performance.now();
      await listeners.drain(config.shutdownDelayMs, config.shutdownTimeoutMs);
      const lastsMs = config.shutdownDelayMs + config.shutdownTimeoutMs;
      const leftMs = () => Math.max(0, lastsMs - (performance.now() - startedAt));
      await Promise.race([
        Promise.all([service.settled(), keys.settled()]),
        sleep(leftMs(), undefined, { ref: false }),
      ]);
      await listeners.close(leftMs());
      await transport.close();
      await store.close();
    },
  };
}

interface Tools {
  readonly config: Config;
  readonly now: () => number;
  readonly random: () => number;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly savings: Savings;
}

function buildPaystar({ config, now, random, log, metrics }: Tools, transport: Transport, store: Store) {
  let credentials = config.paystar.credentials;
  const { baseUrl, refreshUrl, timeoutMs } = config.paystar;
  const client = new PaystarClient(transport, () => credentials, baseUrl, refreshUrl);
  const reloadCredentials = () => void (credentials = config.reloadCredentials());
  const keys = new ApiKeyManager({
    refresh: () => client.refreshApiKey(),
    keyStore: new KeyStore(store, deriveKey(config.store.secret, 'api key'), () =>
      log.warn(
        'store',
        'the stored API key was not written under this STORE_SECRET; it is ignored and replaced',
      ),
    ),
    reloadCredentials,
    seed: config.paystar.seedApiKey,
    utcOffsetMinutes: config.paystar.expiryUtcOffsetMinutes,
    lockMs: timeoutMs + 5000,
    log,
    now,
    random,
    observe: metrics.keyEvent,
  });
  const bulkhead = new Bulkhead(config.paystar.maxConcurrent, config.paystar.maxQueued);
  const gate = new Gate(now, log);
  const paystar = new Paystar({
    client,
    keys,
    gate,
    bulkhead,
    retry: new Retry(random),
    reloadCredentials,
    observe: journal(log, now, metrics.paidCall),
    now,
  });
  return { keys, gate, bulkhead, paystar };
}

function buildService(
  { config, now, log, savings }: Tools,
  paystar: Paystar,
  store: Store,
): VerificationService {
  const { timeoutMs } = config.paystar;
  const claims = { store, lifeMs: timeoutMs + 5000, neededMs: timeoutMs + 1000, now };
  return new VerificationService({
    paystar,
    records: new Records(config.recordTtlSeconds),
    claims: new Claims(claims),
    idempotency: new IdempotencyKeys(claims),
    hmac: new Hmac(deriveKey(config.store.secret, 'fingerprints')),
    savings,
    reuseAcrossCallers: config.reuseAcrossCallers,
    log,
    now,
  });
}

interface Behind {
  readonly service: VerificationService;
  readonly keys: ApiKeyManager;
  readonly store: Store;
  readonly health: () => HealthDetail;
}

async function buildListeners(tools: Tools, { service, keys, store, health }: Behind): Promise<Listeners> {
  const { config, log, metrics, savings } = tools;
  const logDone = requestLog(log);
  const apollo = createApollo({
    schema: createSchema(),
    introspection: config.introspection,
    errorDetail: config.errorDetail,
    maxChecks: config.limits.maxChecksPerOperation,
  });
  await apollo.start();
  const shared = {
    keyStatus: () => keys.status(),
    now: tools.now,
    livemode: config.livemode,
    defaultMaxAgeSeconds: config.resultMaxAgeSeconds,
  };
  return createListeners(config, {
    apollo,
    authenticate: createAuthenticate(config.auth),
    createContext: (base): RequestContext => ({
      ...base,
      ...shared,
      loaders: createLoaders(service, perRequest(store), base.caller, result => savings.shared(result)),
    }),
    onDone: done => {
      logDone(done);
      metrics.request(done);
    },
    health,
    metrics,
    log,
  });
}
