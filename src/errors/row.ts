import type { DisplayMessage } from './display.ts';

export type ErrorClass =
  | 'VALIDATION'
  | 'AUTHENTICATION'
  | 'AUTHORIZATION'
  | 'CONFLICT'
  | 'RESOURCE_LIMIT'
  | 'CONFIGURATION'
  | 'SERVICE_AVAILABILITY'
  | 'UPSTREAM_CONTRACT'
  | 'INTERNAL';

/** Whether money may be gone: NO is certain, YES is certain, UNKNOWN must be reconciled with the wallet. */
export type Charged = 'NO' | 'YES' | 'UNKNOWN';

/** Who has to act before the same question can succeed. */
export type Actor = 'USER' | 'CALLER' | 'OPERATOR' | 'PROVIDER';

/** One row of the error table: everything that is always true of a code. */
export interface ErrorRow {
  readonly code: string;
  readonly class: ErrorClass;
  readonly retryable: boolean;
  readonly charged: Charged;
  readonly actor: Actor;
  /** For developers, in English; stable enough to read, never to branch on. Holds no value of any request. */
  readonly message: string;
  /** null for faults of the calling program: its users have nothing to read. */
  readonly display: DisplayMessage | null;
}
