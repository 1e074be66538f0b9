import { perRequest } from '../store/openStore.ts';
import type { Store } from '../store/store.ts';
import type { Limits } from '../verification/limits.ts';
import type { VerificationService } from '../verification/service.ts';
import type { RequestContext } from './context.ts';
import { createLoaders } from './loaders.ts';
import type { LoaderLimits } from './loaders.ts';

/** What the HTTP request brings into the context. */
export type ContextBase = Pick<RequestContext, 'requestId' | 'caller' | 'life' | 'notes'> & {
  /** The client's, as far as TRUST_PROXY lets proxies tell it. */
  readonly address: string;
};

export type OpenContext = (base: ContextBase) => Promise<RequestContext>;

export interface ContextParts extends LoaderLimits {
  readonly service: VerificationService;
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
  const { service, limits, store, shared } = parts;
  const { keyStatus, now, livemode, errorDetail, defaultMaxAgeSeconds } = shared;
  return async ({ requestId, address, caller, life, notes }) => {
    const requestStore = perRequest(store);
    await limits.request(requestStore, caller ? `caller ${caller.name}` : `address ${address}`);
    const loaders = createLoaders(service, requestStore, caller, parts);
    // Written out: to spread two objects took as much memory as all the rest of it.
    return {
      requestId,
      caller,
      life,
      notes,
      loaders,
      keyStatus,
      now,
      livemode,
      errorDetail,
      defaultMaxAgeSeconds,
    };
  };
}
