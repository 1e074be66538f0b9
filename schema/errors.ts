/** Every code that `extensions.code` can have, with its class, which never differs. Held against the server's own tables. */
export const ERROR_CLASSES = {
  PAYSTAR_SERVER_ERROR: 'SERVICE_AVAILABILITY',
  PAYSTAR_APPLICATION_NOT_FOUND: 'CONFIGURATION',
  PAYSTAR_APPLICATION_INACTIVE: 'CONFIGURATION',
  PAYSTAR_API_KEY_INVALID: 'AUTHENTICATION',
  PAYSTAR_API_KEY_EXPIRED: 'AUTHENTICATION',
  PAYSTAR_ACCESS_PASSWORD_WRONG: 'CONFIGURATION',
  PAYSTAR_IP_NOT_ALLOWED: 'CONFIGURATION',
  PAYSTAR_SERVICE_NOT_ENABLED: 'CONFIGURATION',
  PAYSTAR_CREDIT_INSUFFICIENT: 'CONFIGURATION',
  PAYSTAR_INPUT_REJECTED: 'VALIDATION',
  PAYSTAR_PROVIDER_ERROR: 'SERVICE_AVAILABILITY',
  PAYSTAR_SETTINGS_NOT_FOUND: 'CONFIGURATION',
  PAYSTAR_REFRESH_TOKEN_INVALID: 'CONFIGURATION',
  PAYSTAR_STATUS_UNKNOWN: 'UPSTREAM_CONTRACT',
  PAYSTAR_RESPONSE_INVALID: 'UPSTREAM_CONTRACT',
  PAYSTAR_UNREACHABLE: 'SERVICE_AVAILABILITY',
  PAYSTAR_OUTCOME_UNKNOWN: 'SERVICE_AVAILABILITY',
  BAD_USER_INPUT: 'VALIDATION',
  GRAPHQL_PARSE_FAILED: 'VALIDATION',
  GRAPHQL_VALIDATION_FAILED: 'VALIDATION',
  OPERATION_RESOLUTION_FAILURE: 'VALIDATION',
  BAD_REQUEST: 'VALIDATION',
  UNAUTHENTICATED: 'AUTHENTICATION',
  FORBIDDEN: 'AUTHORIZATION',
  TOO_MANY_CHECKS: 'RESOURCE_LIMIT',
  RATE_LIMITED: 'RESOURCE_LIMIT',
  BUDGET_EXHAUSTED: 'RESOURCE_LIMIT',
  OVERLOADED: 'RESOURCE_LIMIT',
  IDEMPOTENCY_KEY_REUSED: 'CONFLICT',
  IDEMPOTENCY_IN_PROGRESS: 'CONFLICT',
  STORE_UNAVAILABLE: 'SERVICE_AVAILABILITY',
  SERVICE_UNAVAILABLE: 'SERVICE_AVAILABILITY',
  INTERNAL_SERVER_ERROR: 'INTERNAL',
} as const;

export type ErrorCode = keyof typeof ERROR_CLASSES;

/** What an app may show its user. */
export interface DisplayMessage {
  readonly fa: string;
  readonly en: string;
}

/** One rejected input: which field of the operation asked (its response key), where, why. Never the value. */
export interface RejectedField {
  readonly field: string;
  /** The argument path, such as `input.nationalId`. */
  readonly path: string;
  /** Such as CHECKSUM, LENGTH or FORMAT. */
  readonly code: string;
  readonly message: DisplayMessage;
}

interface Always {
  readonly retryable: boolean;
  /** Whether money may be gone; UNKNOWN must be reconciled with the wallet. */
  readonly charged: 'NO' | 'YES' | 'UNKNOWN';
  /** Who has to act before the same question can succeed. */
  readonly actor: 'USER' | 'CALLER' | 'OPERATOR' | 'PROVIDER';
  /** Null for faults of the calling program. */
  readonly displayMessage: DisplayMessage | null;
  /** Whole seconds until a repeat can succeed, where the server knows. */
  readonly retryAfterSeconds?: number;
  readonly requestId: string;
}

type Fields<C> = C extends 'BAD_USER_INPUT'
  ? { readonly fields: readonly RejectedField[] }
  : C extends 'PAYSTAR_INPUT_REJECTED'
    ? { readonly fields?: readonly RejectedField[] }
    : unknown;

type Paystar<C> = C extends `PAYSTAR_${string}`
  ? { readonly paystar?: { readonly status: number | null; readonly service: string } }
  : unknown;

type ExtensionsOf<C extends ErrorCode> = Always & {
  readonly code: C;
  readonly class: (typeof ERROR_CLASSES)[C];
} & Fields<C> &
  Paystar<C>;

/** The `extensions` of an error with one of these codes: a union that `code` tells apart. */
export type IdentityExtensions<C extends ErrorCode = ErrorCode> = { [K in C]: ExtensionsOf<K> }[C];

export interface IdentityError<C extends ErrorCode = ErrorCode> {
  readonly message: string;
  readonly extensions: IdentityExtensions<C>;
}

/** Whether this is an error of ours, and not one of the network, of a gateway, or of a newer server with a new code. */
export function isIdentityError(error: unknown): error is IdentityError {
  const code = codeOf(error);
  return typeof code === 'string' && Object.hasOwn(ERROR_CLASSES, code);
}

/** Whether this is an error of ours with one of these codes. Its `extensions` are typed accordingly. */
export function isCode<C extends ErrorCode>(
  error: unknown,
  ...codes: readonly C[]
): error is IdentityError<C> {
  return isIdentityError(error) && (codes as readonly ErrorCode[]).includes(error.extensions.code);
}

/** Our errors in what went wrong: a parsed reply with `errors`, or Apollo Client's CombinedGraphQLErrors. Empty for all else. */
export function identityErrors(failure: unknown): IdentityError[] {
  const errors = isObject(failure) ? failure['errors'] : undefined;
  return Array.isArray(errors) ? errors.filter(isIdentityError) : [];
}

function codeOf(error: unknown): unknown {
  const extensions = isObject(error) ? error['extensions'] : undefined;
  return isObject(extensions) ? extensions['code'] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
