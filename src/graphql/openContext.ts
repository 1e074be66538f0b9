import { perRequest } from '../store/openStore.ts';
import type { Store } from '../store/store.ts';
import type { Limits } from '../verification/limits.ts';
import type { RequestContext } from './context.ts';
import { RequestLoaders } from './loaders.ts';
import type { LoaderParts } from './loaders.ts';

/** What the HTTP request brings into the context. */
export type ContextBase = Pick<RequestContext, 'requestId' | 'caller' | 'life' | 'notes'> & {
  /** The client's, as far as TRUST_PROXY lets proxies tell it. */
  readonly address: string;
};

export type OpenContext = (base: ContextBase) => Promise<RequestContext> | RequestContext;

export interface ContextParts extends LoaderParts {
  readonly limits: Limits;
  readonly store: Store;
  /** The same for every request. */
  readonly shared: Pick<
    RequestContext,
    'keyStatus' | 'now' | 'livemode' | 'errorDetail' | 'defaultMaxAgeSeconds'
  >;
}

/** Opens the context of each request that its caller's rate allows; throws RATE_LIMITED for the others. */
export function contextOpener(parts: ContextParts): OpenContext {
  const { limits, store, shared } = parts;
  const { keyStatus, now, livemode, errorDetail, defaultMaxAgeSeconds } = shared;
  return ({ requestId, address, caller, life, notes }) => {
    const requestStore = perRequest(store);
    const open = (): RequestContext => ({
      requestId,
      caller,
      life,
      notes,
      loaders: new RequestLoaders(parts, requestStore, caller),
      // Written out: to spread two objects took as much memory as all the rest of it.
      keyStatus,
      now,
      livemode,
      errorDetail,
      defaultMaxAgeSeconds,
    });
    const who = caller ? `caller ${caller.name}` : `address ${address}`;
    const allowed = limits.request(requestStore, who);
    return allowed ? allowed.then(open) : open();
  };
}
