import type DataLoader from 'dataloader';
import type { IdentityError } from '../errors/identityError.ts';
import type { Stop } from '../stop.ts';
import type { ErrorDetail } from './errors.ts';
import type { KeyStatus } from '../paystar/tokenStatus.ts';
import type { Verified } from '../verification/answer.ts';
import type { CallersAsk } from '../verification/ask.ts';
import type { RootField } from './scopes.ts';

export type Scope = 'verify' | 'status';

/** Who asks. Names are not secret, and stand in logs and metrics. */
export interface Caller {
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
}

/** What one GraphQL request has at hand. Apollo copies it shallowly, so everything that changes hangs one level down. */
export interface RequestContext {
  readonly requestId: string;
  /** null: no credential was given. */
  readonly caller: Caller | null;
  readonly life: Life;
  readonly loaders: Loaders;
  readonly keyStatus: () => Promise<KeyStatus>;
  readonly now: () => number;
  readonly livemode: boolean;
  readonly errorDetail: ErrorDetail;
  readonly defaultMaxAgeSeconds: number;
  readonly notes: RequestNotes;
}

export interface Life {
  /** Stopped when the client leaves, or the request's time is over. Watched from when it is first asked for. */
  readonly stop: Stop;
}

export interface Loaders {
  /** The same question asked twice in one operation is asked once. */
  ask(ask: CallersAsk): Promise<Verified>;
  /** The batcher: any number of ids in one read of the store. */
  readonly recorded: DataLoader<string, Verified | null>;
}

/** What the log line and the metrics of a request need to know in the end. */
export interface RequestNotes {
  operationName: string | null;
  /** The first root field of the contract; null before the operation is known, and when it has none. */
  rootField: RootField | null;
  errors: IdentityError[];
  /** An answer was given that Paystar was asked for, by this request or by one that it shared the call with. */
  live?: boolean;
}
