import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from './config.ts';
import { createApollo } from './graphql/apollo.ts';
import { createLoaders } from './graphql/loaders.ts';
import type { RequestContext } from './graphql/context.ts';
import { createSchema } from './graphql/schema.ts';
import { createAuthenticate } from './http/auth.ts';
import { createServer } from './http/server.ts';
import type { HttpServer } from './http/server.ts';
import type { HealthDetail } from './http/health.ts';
import { healthDetail } from './http/healthDetail.ts';
import type { Log } from './log.ts';
import { createLog } from './pinoLog.ts';
import { ApiKeyManager } from './paystar/apiKey.ts';
import { Bulkhead } from './paystar/bulkhead.ts';
import { PaystarClient } from './paystar/client.ts';
import { Gate } from './paystar/gate.ts';
import { KeyStore } from './paystar/keyStore.ts';
import { Paystar } from './paystar/paystar.ts';
import { Retry } from './paystar/retry.ts';
import { Transport } from './paystar/transport.ts';
import { deriveKey } from './store/seal.ts';
import { openStore, perRequest } from './store/openStore.ts';
import type { Store } from './store/store.ts';
import { Claims } from './verification/claims.ts';
import { Hmac } from './verification/hmac.ts';
import { IdempotencyKeys } from './verification/idempotency.ts';
import { Records } from './verification/records.ts';
import { VerificationService } from './verification/service.ts';
import { requestLog } from './http/requestLog.ts';
import { journal } from './paystar/journal.ts';

/** What a test may put in the place of the real thing. */
export interface Overrides {
  readonly now?: () => number;
  readonly random?: () => number;
  readonly log?: Log;
  /** How long a request's headers and body may take to arrive. */
  readonly arrivalTimeoutMs?: number;
}

/** A server, ready to listen. */
export interface App {
  /** The port that was taken, when PORT is 0. */
  listen(): Promise<number>;
  /** Stops accepting, lets what was sent be answered and recorded, then lets go of everything. */
  close(): Promise<void>;
}

/** The composition root: everything is made and joined here, and nowhere else. */
export async function buildApp(config: Config, overrides: Overrides = {}): Promise<App> {
  const { now = Date.now, random = Math.random } = overrides;
  const log = overrides.log ?? createLog(config.logLevel);
  const tools: Tools = { config, now, random, log, arrivalTimeoutMs: overrides.arrivalTimeoutMs };
  const store = await openStore(config.store, log, now);
  const transport = new Transport({ ...config.paystar, connections: config.paystar.maxConcurrent });
  const { keys, gate, paystar } = buildPaystar(tools, transport, store);
  const service = buildService(tools, paystar, store);
  const health = () => healthDetail({ config, keys, gate, store, inFlight: service.inFlight });
  const { app: server, drain } = await buildServer(tools, { service, keys, store, health });
  return {
    listen: async () => {
      await server.listen({ host: config.host, port: config.port });
      return (server.server.address() as AddressInfo).port;
    },
    close: async () => {
      const startedAt = performance.now();
      await drain.run(config.shutdownDelayMs, config.shutdownTimeoutMs);
      const leftMs = config.shutdownDelayMs + config.shutdownTimeoutMs - (performance.now() - startedAt);
      await Promise.race([
        Promise.all([service.settled(), keys.settled()]),
        sleep(Math.max(0, leftMs), undefined, { ref: false }),
      ]);
      await server.close();
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
  readonly arrivalTimeoutMs: number | undefined;
}

function buildPaystar({ config, now, random, log }: Tools, transport: Transport, store: Store) {
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
    observe: () => {},
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
    observe: journal(log, now),
    now,
  });
  return { keys, gate, paystar };
}

function buildService({ config, now, log }: Tools, paystar: Paystar, store: Store): VerificationService {
  const { timeoutMs } = config.paystar;
  const claims = { store, lifeMs: timeoutMs + 5000, neededMs: timeoutMs + 1000, now };
  return new VerificationService({
    paystar,
    records: new Records(config.recordTtlSeconds),
    claims: new Claims(claims),
    idempotency: new IdempotencyKeys(claims),
    hmac: new Hmac(deriveKey(config.store.secret, 'fingerprints')),
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

async function buildServer(tools: Tools, { service, keys, store, health }: Behind): Promise<HttpServer> {
  const { config, log } = tools;
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
    errorDetail: config.errorDetail,
    defaultMaxAgeSeconds: config.resultMaxAgeSeconds,
  };
  return createServer(config, {
    apollo,
    authenticate: createAuthenticate(config.auth),
    createContext: (base): RequestContext => ({
      ...base,
      ...shared,
      loaders: createLoaders(service, perRequest(store), base.caller),
    }),
    onDone: requestLog(log),
    health,
    log,
    arrivalTimeoutMs: tools.arrivalTimeoutMs,
  });
}
