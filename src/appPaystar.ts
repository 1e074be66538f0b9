import type { Config } from './config.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics/metrics.ts';
import { ApiKeyManager } from './paystar/apiKey.ts';
import { Bulkhead } from './paystar/bulkhead.ts';
import { PaystarClient } from './paystar/client.ts';
import { Gate } from './paystar/gate.ts';
import { KeyStore } from './paystar/keyStore.ts';
import { Paystar } from './paystar/paystar.ts';
import { SharedPauses } from './paystar/sharedPauses.ts';
import { Retry } from './paystar/retry.ts';
import type { Transport } from './paystar/transport.ts';
import { deriveKey } from './store/seal.ts';
import type { Tracing } from './tracing.ts';
import type { Store } from './store/store.ts';
import type { Savings } from './verification/savings.ts';
import { journal } from './paystar/journal.ts';

/** What every part is given. */
export interface Tools {
  readonly config: Config;
  readonly now: () => number;
  readonly random: () => number;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly savings: Savings;
  readonly tracing: Tracing;
}

const FOREIGN_KEY =
  'the stored API key was not written under this STORE_SECRET; it is ignored and replaced. Give all instances the same STORE_SECRET.';

/** All that stands between a question and Paystar. */
export function buildPaystar(
  { config, now, random, log, metrics, tracing }: Tools,
  transport: Transport,
  store: Store,
) {
  let credentials = config.paystar.credentials;
  const { baseUrl, refreshUrl, timeoutMs } = config.paystar;
  const client = new PaystarClient(transport, () => credentials, baseUrl, refreshUrl);
  const reloadCredentials = () => void (credentials = config.reloadCredentials());
  const keys = new ApiKeyManager({
    refresh: () => refresh(client, tracing),
    keyStore: new KeyStore(store, deriveKey(config.store.secret, 'api key'), () =>
      log.warn('store', FOREIGN_KEY),
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
  const gate: Gate = new Gate(now, log, (...pause) => void pauses.tell(...pause));
  const pauses = new SharedPauses(store, gate, now);
  const paystar = new Paystar({
    client,
    keys,
    gate,
    pauses,
    bulkhead,
    retry: new Retry(random),
    reloadCredentials,
    observe: journal(log, now, metrics.paidCall),
    now,
    tracing,
  });
  return { keys, gate, bulkhead, paystar };
}

function refresh(client: PaystarClient, tracing: Tracing): ReturnType<PaystarClient['refreshApiKey']> {
  return tracing.step('paystar', 'refresh-api-key', () => client.refreshApiKey(tracing.traceparent()));
}
