import type { DisplayMessage } from './display.ts';
import { ownRow } from './own.ts';
import type { OwnCode } from './own.ts';
import type { Actor, Charged, ErrorRow } from './row.ts';

/** One rejected argument: which field asked (its response key), where, why. Never the value. */
export interface RejectedField {
  readonly field: string;
  /** The argument path, such as `input.nationalId`. */
  readonly path: string;
  readonly code: string;
  readonly message: DisplayMessage;
}

/** What one occurrence of an error adds to its row. */
export interface ErrorDetails {
  readonly cause?: unknown;
  /** For the log alone: which check failed. Never a value. */
  readonly reason?: string;
  /** Whole seconds until a repeat can succeed. */
  readonly retryAfterSeconds?: number;
  readonly paystar?: { readonly status: number | null; readonly service: string };
  readonly fields?: readonly RejectedField[];
  /** Names of the inputs that Paystar rejected, such as `nationalId`. */
  readonly rejected?: readonly string[];
  readonly charged?: Charged;
  readonly retryable?: boolean;
  readonly actor?: Actor;
  /** An HTTP 5xx or 429 with a body that is not ours: counts for the breaker. */
  readonly httpFault?: boolean;
}

/** Every failure that this server explains: a row of the error table and what this occurrence adds to it. */
export class IdentityError extends Error {
  readonly row: ErrorRow;
  readonly details: ErrorDetails;

  constructor(row: ErrorRow, details: ErrorDetails = {}) {
    // An answer, not a fault of ours: its code says all, and to look where it was made took more than the rest of a refusal.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(row.message, details.cause === undefined ? undefined : { cause: details.cause });
    Error.stackTraceLimit = stackTraceLimit;
    this.name = new.target.name;
    this.row = row;
    this.details = details;
  }

  get code(): string {
    return this.row.code;
  }

  get charged(): Charged {
    return this.details.charged ?? this.row.charged;
  }

  get retryable(): boolean {
    return this.details.retryable ?? this.row.retryable;
  }

  get actor(): Actor {
    return this.details.actor ?? this.row.actor;
  }

  /** The same error with some details changed. */
  with(changes: ErrorDetails): this {
    return new (this.constructor as new (row: ErrorRow, details: ErrorDetails) => this)(this.row, {
      ...this.details,
      ...changes,
    });
  }
}

/** An error of our own code table. */
export function ownError(code: OwnCode, details?: ErrorDetails): IdentityError {
  return new IdentityError(ownRow(code), details);
}
