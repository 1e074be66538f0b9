import type { Config } from '../config.ts';
import { adviceFor } from '../errors/advice.ts';
import type { Log } from '../log.ts';
import { ApiKeyManager } from '../paystar/apiKey.ts';
import type { ApiKeyOptions } from '../paystar/apiKey.ts';
import { PaystarClient } from '../paystar/client.ts';
import { KeyStore } from '../paystar/keyStore.ts';
import { FAULT_TABLE, PaystarError, STATUS_TABLE } from '../paystar/status.ts';
import { Transport } from '../paystar/transport.ts';
import { openStore } from '../store/openStore.ts';
import { Stop } from '../stop.ts';
import { deriveKey } from '../store/seal.ts';
import type { Store } from '../store/store.ts';
import { checkEgress } from './egress.ts';
import { networkAdvice } from './networkAdvice.ts';
import type { Report } from './report.ts';

const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {} };
const PROBE = 'probe:doctor';

/** Store, the way to Paystar, and credentials by one refresh. Throws `StoreSettingError` for a file that cannot be used. */
export async function examine(config: Config, refresh: boolean, report: Report): Promise<void> {
  const store = await openStore(config.store, SILENT, Date.now);
  try {
    await checkStore(store, report);
    await checkWays(config, report);
    if (!refresh) report.skip('credentials', 'not checked: --no-refresh');
    else if (report.failed) report.skip('credentials', 'not checked: mend what failed above first');
    else await checkCredentials(config, store, report);
  } finally {
    await store.close();
  }
}

async function checkStore(store: Store, report: Report): Promise<void> {
  try {
    await store.set(PROBE, 'ok', 10_000);
    await store.delete(PROBE);
    report.ok('store', `${store.kind} takes writes`);
  } catch {
    report.fail('store', `${store.kind}: ${adviceFor('STORE_UNAVAILABLE').en}`);
  }
}

async function checkWays({ paystar }: Config, report: Report): Promise<void> {
  const proxy = paystar.proxyUrl === null ? null : new URL(paystar.proxyUrl);
  const origins = new Set([paystar.baseUrl, paystar.refreshUrl].map(url => new URL(url).origin));
  for (const origin of origins) await checkEgress(new URL(origin), proxy, paystar.connectTimeoutMs, report);
}

async function checkCredentials(config: Config, store: Store, report: Report): Promise<void> {
  const transport = new Transport({ ...config.paystar, connections: 1 });
  const onForeign = () =>
    report.fail('store', 'it holds an API key of another STORE_SECRET: give all instances the same one.');
  try {
    const keys = new ApiKeyManager(optionsFor(config, transport, store, onForeign));
    const expiresAt = await renew(keys);
    report.ok('credentials', `Paystar gave a new API key, good until ${new Date(expiresAt).toISOString()}`);
  } catch (error) {
    if (!(error instanceof PaystarError)) throw error;
    report.fail('credentials', explain(error));
  } finally {
    await transport.close();
  }
}

/** The same life of the key as in a server: under the cluster's lock, and kept where the other instances find it. */
async function renew(keys: ApiKeyManager): Promise<number> {
  const never = new Stop();
  const before = (await keys.status()).generation;
  const key = await keys.get(never);
  if (key.generation !== before) return key.expiresAt;
  return (await keys.replace(key, new PaystarError(STATUS_TABLE[5]!), never)).expiresAt;
}

function optionsFor(
  config: Config,
  transport: Transport,
  store: Store,
  onForeign: () => void,
): ApiKeyOptions {
  const { credentials, baseUrl, refreshUrl, timeoutMs, expiryUtcOffsetMinutes } = config.paystar;
  const client = new PaystarClient(transport, () => credentials, baseUrl, refreshUrl);
  return {
    refresh: () => client.refreshApiKey(),
    keyStore: new KeyStore(store, deriveKey(config.store.secret, 'api key'), onForeign),
    reloadCredentials: () => {},
    seed: null,
    utcOffsetMinutes: expiryUtcOffsetMinutes,
    lockMs: timeoutMs + 5000,
    log: SILENT,
    now: Date.now,
    random: Math.random,
    observe: () => {},
  };
}

/** The way is clear by now, so what is unreachable has failed on it: then the network's own code says more. */
function explain(error: PaystarError): string {
  const { paystar, cause } = error.details;
  if (error.code === FAULT_TABLE.UNREACHABLE.code) return `${error.code}: ${networkAdvice(cause)}`;
  const status = paystar?.status ?? null;
  return `${error.code}${status === null ? '' : ` (status ${status})`}: ${error.message} ${adviceFor(error.code).en}`;
}
