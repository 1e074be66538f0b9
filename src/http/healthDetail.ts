import { readFileSync } from 'node:fs';
import type { Config } from '../config.ts';
import { shownCode } from '../graphql/errors.ts';
import type { HealthDetail } from './health.ts';
import type { ApiKeyManager } from '../paystar/apiKey.ts';
import type { Gate } from '../paystar/gate.ts';
import type { Store } from '../store/store.ts';

interface Parts {
  readonly config: Config;
  readonly keys: ApiKeyManager;
  readonly gate: Gate;
  readonly store: Store;
  readonly inFlight: number;
}

/** The state of every part in one look, from memory alone: asking costs nothing and waits for nobody. */
export function healthDetail({ config, keys, gate, store, inFlight }: Parts): HealthDetail {
  const { state, expiresAt, lastFailure } = keys.peek();
  const detail = config.errorDetail; // callers can ask for health, too
  return {
    version: VERSION,
    livemode: config.livemode,
    key: { state, expiresAt: iso(expiresAt), lastFailure: lastFailure && shownCode(lastFailure, detail) },
    store: store.health(),
    closed: gate.closed().map(({ scope, kind, error, until }) => ({
      scope,
      kind,
      code: shownCode(error, detail),
      until: iso(until)!,
    })),
    inFlight,
  };
}

export const VERSION = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
