import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from './config.ts';
import type { CompiledPath } from './graphql/compiledPath.ts';
import { contextOpener } from './graphql/openContext.ts';
import type { ContextParts } from './graphql/openContext.ts';
import { createAuthenticate, knownCallers } from './http/auth.ts';
import { ListenError, createListeners } from './http/listeners.ts';
import type { Listeners } from './http/listeners.ts';
import type { HealthDetail } from './http/health.ts';
import { VERSION, healthDetail } from './http/healthDetail.ts';
import { statusReader } from './http/statusDetail.ts';
import type { ReadStatus, Watched } from './http/statusDetail.ts';
import { buildGraphQL } from './appGraphql.ts';
import { buildPaystar } from './appPaystar.ts';
import type { Tools } from './appPaystar.ts';
import type { Log } from './log.ts';
import { createLog } from './pinoLog.ts';
import { createMetrics } from './metrics/metrics.ts';
import type { ApiKeyManager } from './paystar/apiKey.ts';
import { Transport } from './paystar/transport.ts';
import { deriveKey } from './store/seal.ts';
import { ObservedStore } from './store/observedStore.ts';
import { openStore } from './store/openStore.ts';
import type { Store } from './store/store.ts';
import { MemoryStore } from './store/memoryStore.ts';
import { Claims } from './verification/claims.ts';
import { Hmac } from './verification/hmac.ts';
import { IdempotencyKeys } from './verification/idempotency.ts';
import { Limits } from './verification/limits.ts';
import { Records } from './verification/records.ts';
import { Savings } from './verification/savings.ts';
import { VerificationService } from './verification/service.ts';
import type { ServiceParts } from './verification/service.ts';
import { NO_TRACING, openTracing } from './tracing.ts';
import { requestLog } from './http/requestLog.ts';

export { ListenError };

/** What a test may put in the place of the real thing. */
export interface Overrides {
  readonly now?: () => number;
  readonly random?: () => number;
  readonly log?: Log;
  /** False leaves Node's own metrics out, whose observers outlive the server. */
  readonly processMetrics?: boolean;
  /** Fills the short way before the first request; everything is compiled at its first sight then. */
  readonly teach?: (compiled: CompiledPath) => void;
  /** How long a request's headers and body may take to arrive. */
  readonly arrivalTimeoutMs?: number;
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
  const metrics = createMetrics(overrides.processMetrics ?? true, now, knownCallers(config.auth));
  const savings = new Savings(metrics.saved);
  const tools: Tools = { config, now, random, log, metrics, savings, tracing: openTracing() };
  const store = await openObserved(tools);
  const transport = new Transport({ ...config.paystar, connections: config.paystar.maxConcurrent });
  const { keys, gate, bulkhead, paystar } = buildPaystar(tools, transport, store);
  metrics.watch({ keys, gate, bulkhead, store });
  const hmac = new Hmac(deriveKey(config.store.secret, 'fingerprints'));
  const limits = new Limits({ ...config.limits, hmac, insurance: new MemoryStore(now), now });
  const service = buildService(tools, { paystar, limits, hmac }, store);
  const health = () => healthDetail({ config, keys, gate, store, inFlight: service.inFlight });
  const status = readerOf(tools, { keys, gate, bulkhead, store });
  const listeners = await buildListeners(tools, {
    service,
    limits,
    keys,
    store,
    health,
    status,
    overrides,
  });
  return {
    listen: () => listeners.listen(),
    metricsPort: () => listeners.metricsPort(),
    close: () => closeAll(config, listeners, { service, keys, transport, store }),
  };
}

async function openObserved({ config, log, now, metrics, tracing }: Tools): Promise<Store> {
  const store = await openStore(config.store, log, now);
  // Looking at a map takes less time than timing it, and there is nothing to learn from it.
  if (store.kind === 'memory' && tracing === NO_TRACING) return store;
  return new ObservedStore(store, metrics.storeOperation, tracing);
}

interface Closing {
  readonly service: VerificationService;
  readonly keys: ApiKeyManager;
  readonly transport: Transport;
  readonly store: Store;
}

async function closeAll(config: Config, listeners: Listeners, closing: Closing): Promise<void> {
  const { service, keys, transport, store } = closing;
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
}

function readerOf({ config, now, metrics }: Tools, watched: Watched): ReadStatus {
  const { livemode } = config;
  const { calls } = metrics;
  return statusReader({ version: VERSION, livemode, startedAt: now(), now, calls, ...watched });
}

function buildService(
  { config, now, log, metrics, savings, tracing }: Tools,
  parts: Pick<ServiceParts, 'paystar' | 'limits' | 'hmac'>,
  store: Store,
): VerificationService {
  const { timeoutMs } = config.paystar;
  const claims = { store, lifeMs: timeoutMs + 5000, neededMs: timeoutMs + 1000, now };
  return new VerificationService({
    ...parts,
    records: new Records(config.recordTtlSeconds),
    claims: new Claims(claims),
    idempotency: new IdempotencyKeys(claims),
    savings,
    onAnswer: metrics.answer,
    tracing,
    reuseAcrossCallers: config.reuseAcrossCallers,
    log,
    now,
  });
}

type Behind = Pick<ContextParts, 'service' | 'limits' | 'store'> & {
  readonly keys: ApiKeyManager;
  readonly health: () => HealthDetail;
  readonly status: ReadStatus;
  readonly overrides: Overrides;
};

async function buildListeners(tools: Tools, behind: Behind): Promise<Listeners> {
  const { config, log, metrics, savings } = tools;
  const { keys, health, status } = behind;
  const maxChecks = config.limits.maxChecksPerOperation;
  const logDone = requestLog(log);
  const { apollo, compiled } = await buildGraphQL(config, behind.overrides.teach);
  return createListeners(config, {
    apollo,
    compiled,
    authenticate: createAuthenticate(config, tools),
    openContext: contextOpener({
      ...behind,
      maxChecks,
      onRepeat: savings.shared,
      shared: {
        keyStatus: () => keys.status(),
        now: tools.now,
        livemode: config.livemode,
        errorDetail: config.errorDetail,
        defaultMaxAgeSeconds: config.resultMaxAgeSeconds,
      },
    }),
    onDone: done => {
      logDone(done);
      metrics.request(done);
    },
    health,
    status,
    metrics,
    tracing: tools.tracing,
    log,
    arrivalTimeoutMs: behind.overrides.arrivalTimeoutMs,
  });
}
