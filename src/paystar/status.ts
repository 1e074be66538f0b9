import { CHECK_INPUT, NOT_AVAILABLE, OUTCOME_UNKNOWN, TRY_AGAIN } from '../errors/display.ts';
import type { DisplayMessage } from '../errors/display.ts';
import { IdentityError } from '../errors/identityError.ts';
import type { Actor, Charged, ErrorClass, ErrorRow } from '../errors/row.ts';

/** Any failure that Paystar, or the way to it, is the cause of. */
export class PaystarError extends IdentityError {
  declare readonly row: PaystarRow;
}

/** What the server does about a failure, beyond telling the caller. */
export type Reaction =
  | 'BREAKER' // counts towards opening the circuit breaker
  | 'PAUSE_ALL' // no paid call anywhere until the pause is over
  | 'PAUSE_INSTANCE' // the same, but only for this instance: another may have another IP address
  | 'PAUSE_SERVICE' // the same, for the one service
  | 'REFRESH_AND_REPLAY' // get a newer key, ask once more
  | 'FIELDS' // name the rejected fields
  | 'NEGATIVE_CACHE' // do not try the refresh again soon
  | 'NONE';

export interface PaystarRow extends ErrorRow {
  readonly reaction: Reaction;
}

/**
 * THE table: every status that Paystar documents, but 1, the only success.
 * Source: Paystar's status table, and DESIGN 3 for what we make of it.
 */
export const STATUS_TABLE: Readonly<Record<number, PaystarRow>> = {
  0: provider('PAYSTAR_SERVER_ERROR', "Paystar's server failed."),
  2: operator('PAYSTAR_APPLICATION_NOT_FOUND', 'PAUSE_ALL', 'Paystar does not know the application.'),
  3: operator('PAYSTAR_APPLICATION_INACTIVE', 'PAUSE_ALL', 'The application is not active at Paystar.'),
  4: apiKey('PAYSTAR_API_KEY_INVALID', 'Paystar refused the API key.'),
  5: apiKey('PAYSTAR_API_KEY_EXPIRED', 'Paystar says that the API key has expired.'),
  6: operator('PAYSTAR_ACCESS_PASSWORD_WRONG', 'PAUSE_ALL', 'Paystar refused the access password.'),
  7: operator('PAYSTAR_IP_NOT_ALLOWED', 'PAUSE_INSTANCE', "Paystar does not allow this server's IP address."),
  8: operator('PAYSTAR_SERVICE_NOT_ENABLED', 'PAUSE_SERVICE', 'This service is not enabled at Paystar.'),
  9: operator('PAYSTAR_CREDIT_INSUFFICIENT', 'PAUSE_ALL', 'The open-banking wallet has too little credit.'),
  10: row(
    'PAYSTAR_INPUT_REJECTED',
    ['VALIDATION', false, 'NO', 'USER'],
    'FIELDS',
    'Paystar rejected the input.',
    CHECK_INPUT,
  ),
  11: provider('PAYSTAR_PROVIDER_ERROR', "Paystar's data provider failed."),
  12: operator('PAYSTAR_SETTINGS_NOT_FOUND', 'PAUSE_ALL', 'Open-banking settings are missing at Paystar.'),
  13: operator('PAYSTAR_REFRESH_TOKEN_INVALID', 'NEGATIVE_CACHE', 'Paystar refused the refresh token.'),
};

/** The success status, which has no row. */
export const STATUS_SUCCESS = 1;

/** Failures that carry no documented status: what came back, or what did not. */
export const FAULT_TABLE = {
  STATUS_UNKNOWN: row(
    'PAYSTAR_STATUS_UNKNOWN',
    ['UPSTREAM_CONTRACT', false, 'UNKNOWN', 'PROVIDER'],
    'NONE',
    'Paystar answered with a status that is not documented.',
    OUTCOME_UNKNOWN,
  ),
  /** charged is YES instead when the status was 1: then the answer was paid for and cannot be read. */
  RESPONSE_INVALID: row(
    'PAYSTAR_RESPONSE_INVALID',
    ['UPSTREAM_CONTRACT', false, 'UNKNOWN', 'PROVIDER'],
    'NONE',
    "Paystar's answer does not have the documented shape.",
    OUTCOME_UNKNOWN,
  ),
  UNREACHABLE: row(
    'PAYSTAR_UNREACHABLE',
    ['SERVICE_AVAILABILITY', true, 'NO', 'PROVIDER'],
    'BREAKER',
    'Paystar could not be reached; nothing was sent.',
    TRY_AGAIN,
  ),
  OUTCOME_UNKNOWN: row(
    'PAYSTAR_OUTCOME_UNKNOWN',
    ['SERVICE_AVAILABILITY', false, 'UNKNOWN', 'PROVIDER'],
    'BREAKER',
    'The question was sent, but no whole answer came back; it may have been charged.',
    OUTCOME_UNKNOWN,
  ),
} as const satisfies Record<string, PaystarRow>;

/** Status 10 about our own credentials: the operator must act, and the user has nothing to correct. */
export const CREDENTIALS_REJECTED: PaystarRow = {
  ...STATUS_TABLE[10]!,
  actor: 'OPERATOR',
  display: NOT_AVAILABLE,
};

/** The same failure, when the call was a key refresh: that is free, and no user's fault (DESIGN 3). */
export function asRefreshFailure(error: PaystarError): PaystarError {
  const row = error.row.code === FAULT_TABLE.OUTCOME_UNKNOWN.code ? FAULT_TABLE.UNREACHABLE : error.row;
  const byUser = row.actor === 'USER';
  const { charged: _, ...details } = error.details;
  return new PaystarError(
    {
      ...row,
      charged: 'NO',
      // Nothing was asked, so there is no result to be unsure of.
      ...(row.display === OUTCOME_UNKNOWN ? { display: TRY_AGAIN } : {}),
      ...(byUser ? { actor: 'OPERATOR', display: NOT_AVAILABLE } : {}),
    },
    details,
  );
}

/** The row of any status other than 1. */
export function statusRow(status: number | null): PaystarRow {
  return (status === null ? undefined : STATUS_TABLE[status]) ?? FAULT_TABLE.STATUS_UNKNOWN;
}

function operator(code: string, reaction: Reaction, message: string): PaystarRow {
  return row(code, ['CONFIGURATION', false, 'NO', 'OPERATOR'], reaction, message, NOT_AVAILABLE);
}

function provider(code: string, message: string): PaystarRow {
  return row(code, ['SERVICE_AVAILABILITY', true, 'UNKNOWN', 'PROVIDER'], 'BREAKER', message, TRY_AGAIN);
}

function apiKey(code: string, message: string): PaystarRow {
  return row(code, ['AUTHENTICATION', true, 'NO', 'OPERATOR'], 'REFRESH_AND_REPLAY', message, TRY_AGAIN);
}

function row(
  code: string,
  [errorClass, retryable, charged, actor]: [ErrorClass, boolean, Charged, Actor],
  reaction: Reaction,
  message: string,
  display: DisplayMessage,
): PaystarRow {
  return { code, class: errorClass, retryable, charged, actor, reaction, message, display };
}
