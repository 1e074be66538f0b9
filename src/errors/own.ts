import { CHECK_INPUT, NOT_AVAILABLE, TOO_MANY, TOO_MANY_AT_ONCE, TRY_AGAIN } from './display.ts';
import type { DisplayMessage } from './display.ts';
import type { Actor, Charged, ErrorClass, ErrorRow } from './row.ts';

/** The codes that are not Paystar's (DESIGN 3, second table). Paystar's own are in `src/paystar/status.ts`. */
export const OWN_ERRORS = {
  BAD_USER_INPUT: row(
    'VALIDATION',
    false,
    'NO',
    'USER',
    'Input was rejected; see extensions.fields.',
    CHECK_INPUT,
  ),
  GRAPHQL_PARSE_FAILED: caller('VALIDATION', 'The document is not valid GraphQL syntax or is too large.'),
  GRAPHQL_VALIDATION_FAILED: caller('VALIDATION', 'The document does not fit the schema or its limits.'),
  OPERATION_RESOLUTION_FAILURE: caller('VALIDATION', 'The document does not say which operation to run.'),
  BAD_REQUEST: caller('VALIDATION', 'The HTTP request is not a GraphQL request this server accepts.'),
  UNAUTHENTICATED: caller(
    'AUTHENTICATION',
    'A valid credential is required: Authorization: Bearer <key or token>.',
  ),
  FORBIDDEN: caller('AUTHORIZATION', 'The credential lacks the scope that this field requires.'),
  TOO_MANY_CHECKS: row(
    'RESOURCE_LIMIT',
    false,
    'NO',
    'CALLER',
    'The operation asks more paid questions than MAX_CHECKS_PER_OPERATION allows.',
    TOO_MANY_AT_ONCE,
  ),
  RATE_LIMITED: row(
    'RESOURCE_LIMIT',
    true,
    'NO',
    'CALLER',
    'Too many requests or questions; wait.',
    TOO_MANY,
  ),
  BUDGET_EXHAUSTED: row(
    'RESOURCE_LIMIT',
    true,
    'NO',
    'CALLER',
    "The day's budget of paid questions is spent.",
    TOO_MANY,
  ),
  OVERLOADED: row(
    'RESOURCE_LIMIT',
    true,
    'NO',
    'OPERATOR',
    'The server has no room for this request, or cannot check its token, now.',
    TRY_AGAIN,
  ),
  IDEMPOTENCY_KEY_REUSED: caller(
    'CONFLICT',
    'This idempotencyKey was used with other input within 24 hours.',
  ),
  IDEMPOTENCY_IN_PROGRESS: row(
    'CONFLICT',
    true,
    'NO',
    'CALLER',
    'The same question is still being asked; repeat it to get its outcome.',
    null,
  ),
  STORE_UNAVAILABLE: row(
    'SERVICE_AVAILABILITY',
    true,
    'NO',
    'OPERATOR',
    'The store is out of reach, so this question cannot be kept from being paid twice.',
    TRY_AGAIN,
  ),
  SERVICE_UNAVAILABLE: row(
    'SERVICE_AVAILABILITY',
    true,
    'UNKNOWN', // a placeholder: the error that is masked lends its own value
    'OPERATOR',
    'The check is not available at the moment.',
    NOT_AVAILABLE,
  ),
  INTERNAL_SERVER_ERROR: row(
    'INTERNAL',
    false,
    'UNKNOWN',
    'OPERATOR',
    'The server failed; its log has the cause under this requestId.',
    NOT_AVAILABLE,
  ),
} as const satisfies Record<string, Omit<ErrorRow, 'code'>>;

export type OwnCode = keyof typeof OWN_ERRORS;

/** The full row of an own code. */
export function ownRow(code: OwnCode): ErrorRow {
  return { code, ...OWN_ERRORS[code] };
}

function row(
  errorClass: ErrorClass,
  retryable: boolean,
  charged: Charged,
  actor: Actor,
  message: string,
  display: DisplayMessage | null,
): Omit<ErrorRow, 'code'> {
  return { class: errorClass, retryable, charged, actor, message, display };
}

/** Faults of the calling program: final, free, nothing to show to a user. */
function caller(errorClass: ErrorClass, message: string): Omit<ErrorRow, 'code'> {
  return row(errorClass, false, 'NO', 'CALLER', message, null);
}
