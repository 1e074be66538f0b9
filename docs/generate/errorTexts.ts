/** What the error table leaves to prose: where an error comes from, and what whoever has to act does about it. */
export interface ErrorText {
  readonly cause: string;
  readonly act: string;
}

const REPEAT_PAID =
  'The same question may be asked again, but each attempt may be charged: let a person decide, or repeat once and then stop.';
const NEVER_BLINDLY =
  'Do not repeat it automatically. The operator finds the call in the log (event `paid`, outcome `unknown`) and compares it with the wallet; afterwards it may be asked anew.';
const PAUSED =
  'Questions pause for 60 seconds, then one probes; nothing needs a restart once the fault is mended.';

export const ERROR_TEXTS: Readonly<Record<string, ErrorText>> = {
  PAYSTAR_SERVER_ERROR: {
    cause: 'Paystar answered status 0. Five such faults in a row open the breaker for 10 seconds.',
    act: REPEAT_PAID,
  },
  PAYSTAR_APPLICATION_NOT_FOUND: {
    cause: '`PAYSTAR_APPLICATION_ID` is not an application in the panel, or belongs to another environment.',
    act: `Compare \`PAYSTAR_APPLICATION_ID\` with the panel and restart the server. ${PAUSED}`,
  },
  PAYSTAR_APPLICATION_INACTIVE: {
    cause: 'The application exists and is switched off, or not yet approved.',
    act: `Activate it in the panel, or ask Paystar to. ${PAUSED}`,
  },
  PAYSTAR_API_KEY_INVALID: {
    cause:
      'Paystar refused the API key and also its replacement: the server has already refreshed and asked once more.',
    act: 'Look for somebody else who refreshes with the same credentials (each refresh may end the others’ key), such as instances without a common store. Callers may repeat after `retryAfterSeconds` or a minute.',
  },
  PAYSTAR_API_KEY_EXPIRED: {
    cause: 'As above, but Paystar says that the key is too old.',
    act: 'Check the server’s clock and `PAYSTAR_EXPIRY_UTC_OFFSET`; then as with `PAYSTAR_API_KEY_INVALID`.',
  },
  PAYSTAR_ACCESS_PASSWORD_WRONG: {
    cause: '`PAYSTAR_ACCESS_PASSWORD` is not (or no longer) the application’s access password.',
    act: `Put the right one into the file of \`PAYSTAR_ACCESS_PASSWORD_FILE\`, which is read again before the next try; without a file, set it and restart. ${PAUSED}`,
  },
  PAYSTAR_IP_NOT_ALLOWED: {
    cause: 'The address that Paystar sees is not on the application’s list of allowed IP addresses.',
    act: `Add the egress address in the panel, or send calls through \`PAYSTAR_PROXY_URL\`. The pause holds for the one instance that met it. ${PAUSED}`,
  },
  PAYSTAR_SERVICE_NOT_ENABLED: {
    cause: 'The application may not use this service; `paystar.service` says which.',
    act: `Have it enabled at Paystar. Only that service pauses. ${PAUSED}`,
  },
  PAYSTAR_CREDIT_INSUFFICIENT: {
    cause: 'The open-banking wallet cannot pay for the question.',
    act: `Charge the wallet in the panel. ${PAUSED}`,
  },
  PAYSTAR_INPUT_REJECTED: {
    cause:
      'Paystar found the input invalid although it passed our rules. When it names only the credentials, `actor` is OPERATOR.',
    act: 'Show the user `fields` and let them correct the values; with `actor` OPERATOR check the `PAYSTAR_*` credentials.',
  },
  PAYSTAR_PROVIDER_ERROR: {
    cause: 'The source behind Paystar (the operators’ or banks’ registry) failed. Counts for the breaker.',
    act: REPEAT_PAID,
  },
  PAYSTAR_SETTINGS_NOT_FOUND: {
    cause: 'Open banking is not set up for this account at Paystar.',
    act: `Ask Paystar to complete the settings of open banking. ${PAUSED}`,
  },
  PAYSTAR_REFRESH_TOKEN_INVALID: {
    cause:
      '`PAYSTAR_REFRESH_TOKEN` is wrong, so that no new API key can be had. A key that is still valid keeps serving.',
    act: 'Put a new token into the file of `PAYSTAR_REFRESH_TOKEN_FILE`, which is read again before the next try (60 seconds after the refusal, then up to 600); without a file, set it and restart.',
  },
  PAYSTAR_STATUS_UNKNOWN: {
    cause: 'Paystar answered with a status that its documentation does not have.',
    act: NEVER_BLINDLY,
  },
  PAYSTAR_RESPONSE_INVALID: {
    cause:
      'An answer came, but it is not Paystar’s JSON, too large, or status 1 without a boolean; in the last case `charged` is YES.',
    act: `${NEVER_BLINDLY} If it lasts, ask Paystar whether their API has changed.`,
  },
  PAYSTAR_UNREACHABLE: {
    cause:
      'No connection (DNS, TCP, TLS, proxy) after at most two retries, no API key in time, or the breaker is open. Nothing was sent.',
    act: 'Repeat after `retryAfterSeconds`, or after a few seconds. If it lasts, the operator checks the way out: DNS, firewall, `PAYSTAR_PROXY_URL`.',
  },
  PAYSTAR_OUTCOME_UNKNOWN: {
    cause:
      'Timeout, reset or early end after the question had been sent, or a server that died while it waited.',
    act: NEVER_BLINDLY,
  },
  BAD_USER_INPUT: {
    cause: 'At least one argument cannot be right; all of them are listed in `fields`. Nothing was asked.',
    act: 'Show each message of `fields` beside its input and let the user correct it.',
  },
  GRAPHQL_PARSE_FAILED: {
    cause: 'A syntax error in the document, or a document that is too large.',
    act: 'Mend the document. Generate operations from `schema/schema.graphql` and it cannot happen.',
  },
  GRAPHQL_VALIDATION_FAILED: {
    cause:
      'A field, argument or type that the schema does not have, introspection where it is off, or a limit of documents.',
    act: 'Compare the document with `schema/schema.graphql`; split documents that are too deep or too wide.',
  },
  OPERATION_RESOLUTION_FAILURE: {
    cause: 'Several operations and no `operationName`, or one that is not in the document.',
    act: 'Send `operationName`, or one operation per document.',
  },
  BAD_REQUEST: {
    cause:
      'No JSON body with a `query`, a batch, a body over 256 KiB, another media type, or an operation by GET. HTTP 4xx.',
    act: 'POST `application/json` with `query` and `variables`.',
  },
  UNAUTHENTICATED: {
    cause:
      'No credential, an unknown API key, or a JWT that did not pass; the log line’s `reason` says which check failed.',
    act: 'Send `Authorization: Bearer …`; renew an expired token, then repeat.',
  },
  FORBIDDEN: {
    cause: 'The JWT’s `scope` lacks `verify` or `status`.',
    act: 'Request a token with the scope. API keys have both.',
  },
  TOO_MANY_CHECKS: {
    cause:
      'More `verifyMobile` and `verifyCard` fields in one operation than `MAX_CHECKS_PER_OPERATION`. None was asked.',
    act: 'Send several operations.',
  },
  RATE_LIMITED: {
    cause:
      'The caller’s requests of this minute (`RATE_LIMIT_PER_MINUTE`), or the day’s questions about one national ID (`SUBJECT_LIMIT_PER_DAY`).',
    act: 'Wait `retryAfterSeconds`. If it is some hours, it is the national ID’s limit: do not repeat on behalf of the user.',
  },
  BUDGET_EXHAUSTED: {
    cause: '`DAILY_BUDGET_PER_CALLER` or `DAILY_BUDGET` is spent; a day is Tehran’s.',
    act: 'Wait `retryAfterSeconds` (until midnight in Tehran), or have the operator raise the budget.',
  },
  OVERLOADED: {
    cause:
      'All places for paid calls and in the queue are taken, the process is too busy, or the keys of the JWT issuer are out of reach.',
    act: 'Repeat after `retryAfterSeconds` with growing pauses. If it lasts, see [saturation](operations.md#saturation).',
  },
  IDEMPOTENCY_KEY_REUSED: {
    cause: 'The same `idempotencyKey` with other values within 24 hours.',
    act: 'Make a new key for each intention of the user; keep it only for repeats of the same one.',
  },
  IDEMPOTENCY_IN_PROGRESS: {
    cause: 'An identical question was still under way when this request’s time ended.',
    act: 'Repeat with the same `idempotencyKey` after a second: you get the outcome, and nothing is paid twice.',
  },
  STORE_UNAVAILABLE: {
    cause:
      'The store does not answer, and the request needs it: it has an `idempotencyKey`, or reads a record.',
    act: 'Repeat with the same key in a few seconds. The operator looks after the store; `GET /health/ready` shows it.',
  },
  SERVICE_UNAVAILABLE: {
    cause: 'With `ERROR_DETAIL=masked`, this stands for every fault of the operator’s settings and store.',
    act: 'The operator finds the real code in the log under the `requestId`. Callers repeat after `retryAfterSeconds` or some minutes.',
  },
  INTERNAL_SERVER_ERROR: {
    cause: 'A defect of this server. Nobody foresaw it, so whether money is gone is unknown.',
    act: 'Report it with the log lines of the `requestId`. Callers do not repeat it automatically.',
  },
};
