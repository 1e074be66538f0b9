import { GraphQLError } from 'graphql';
import { IdentityError, ownError } from '../../src/errors/identityError.ts';
import type { ErrorDetails } from '../../src/errors/identityError.ts';
import { OWN_ERRORS, ownRow } from '../../src/errors/own.ts';
import type { OwnCode } from '../../src/errors/own.ts';
import type { ErrorRow } from '../../src/errors/row.ts';
import { formatError } from '../../src/graphql/errors.ts';
import { inputMessage } from '../../src/graphql/inputMessages.ts';
import { FAULT_TABLE, STATUS_TABLE } from '../../src/paystar/status.ts';
import { ERROR_TEXTS } from './errorTexts.ts';

const SERVICE = 'mobile-national-id';
const REQUEST_ID = '7f9b0722-4a92-4419-9ce2-867f1592ccf8';

/** The status that stands behind a row, for rows that have one. */
const statuses = new Map(Object.entries(STATUS_TABLE).map(([status, row]) => [row.code, Number(status)]));

/** Refused before any field is executed: such errors have no path. */
const OF_THE_REQUEST: readonly string[] = [
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_REQUEST',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'TOO_MANY_CHECKS',
];

/** What an occurrence adds to its row, where the example is to show it. */
const DETAILS: Readonly<Record<string, ErrorDetails>> = {
  PAYSTAR_STATUS_UNKNOWN: { paystar: { status: 99, service: SERVICE } },
  PAYSTAR_INPUT_REJECTED: {
    paystar: { status: 10, service: SERVICE },
    rejected: ['nationalId', 'mobileNumber'],
  },
  PAYSTAR_REFRESH_TOKEN_INVALID: {
    paystar: { status: 13, service: 'refresh-api-key' },
    retryAfterSeconds: 60,
  },
  PAYSTAR_UNREACHABLE: { retryAfterSeconds: 1 },
  BAD_USER_INPUT: {
    fields: [
      {
        field: 'verifyMobile',
        path: 'input.nationalId',
        code: 'CHECKSUM',
        message: inputMessage({ rule: 'NationalId', code: 'CHECKSUM' }),
      },
    ],
  },
  RATE_LIMITED: { retryAfterSeconds: 30_600 },
  BUDGET_EXHAUSTED: { retryAfterSeconds: 30_600 },
  OVERLOADED: { retryAfterSeconds: 1 },
};

export const ERROR_ROWS: readonly ErrorRow[] = [
  ...Object.values(STATUS_TABLE),
  ...Object.values(FAULT_TABLE),
  ...Object.keys(OWN_ERRORS).map(code => ownRow(code as OwnCode)),
];

/** The first entry of `errors` in a reply with this error, as a caller gets it. */
export function exampleOf(row: ErrorRow): unknown {
  const masked = row.code === 'SERVICE_UNAVAILABLE';
  const error = masked ? new IdentityError(STATUS_TABLE[9]) : occurrence(row);
  const path = OF_THE_REQUEST.includes(row.code) ? {} : { path: ['verifyMobile'] };
  const thrown = new GraphQLError(error.message, { ...path, originalError: error });
  const { message, path: shown, extensions } = formatError(thrown, masked ? 'masked' : 'full');
  return {
    message,
    ...(shown ? { path: shown } : {}),
    extensions: { ...extensions, requestId: REQUEST_ID },
  };
}

function occurrence(row: ErrorRow): IdentityError {
  const status = statuses.get(row.code);
  const details =
    DETAILS[row.code] ?? (status === undefined ? {} : { paystar: { status, service: SERVICE } });
  return Object.hasOwn(OWN_ERRORS, row.code)
    ? ownError(row.code as OwnCode, details)
    : new IdentityError(row, details);
}

/** docs/errors.md, unformatted. */
export function errorsPage(): string {
  return `${HEAD}\n${ERROR_ROWS.map(section).join('\n')}`;
}

const HEAD = `<!-- Written by \`npm run docs:errors\` from src/errors/own.ts, src/paystar/status.ts and docs/generate/errorTexts.ts. -->

# Errors

Every error leaves as an entry of \`errors\` with everything a program needs in \`extensions\`. Branch on \`code\`, never on
\`message\`. \`retryable\`: repeating the same request can succeed; with \`retryAfterSeconds\` not before that. \`charged\`: whether
money may be gone (NO and YES are certain). \`actor\`: who must act first. \`displayMessage\` may be shown to the app's user, in
Persian or English; it is null for faults of the calling program. \`paystar\` holds Paystar's status where one is the cause,
\`fields\` the rejected inputs. The \`requestId\` is in the server's log.

The examples show one entry of \`errors\`; \`locations\` are left out. During a pause or while the breaker is open, the same error
comes at once, with \`charged\` NO and \`retryAfterSeconds\` (\`PAYSTAR_UNREACHABLE\` where no status opened the breaker). An outcome that is kept under an \`idempotencyKey\` says \`retryable\`
false: repeating the key gives it again.

When the failing call was the key refresh, the same codes hold with \`charged\` NO, and \`paystar.service\` is \`refresh-api-key\`.
`;

const ACTORS = {
  USER: 'the app’s user',
  CALLER: 'the calling program’s developer',
  OPERATOR: 'the operator of this server',
  PROVIDER: 'Paystar',
} as const;

function section(row: ErrorRow): string {
  const { cause, act } = textOf(row.code);
  const status = statuses.get(row.code);
  const lent = row.code === 'SERVICE_UNAVAILABLE';
  return `## ${row.code}

${row.message}

| class | retryable | charged | actor | Paystar status |
| --- | --- | --- | --- | --- |
| ${row.class} | ${row.retryable} | ${lent ? 'that of the cause' : row.charged} | ${row.actor}: ${ACTORS[row.actor]} | ${status ?? '–'} |

**Cause.** ${cause}

**What to do.** ${act}

\`\`\`json
${JSON.stringify(exampleOf(row), null, 2)}
\`\`\`
`;
}

function textOf(code: string) {
  const text = ERROR_TEXTS[code];
  if (!text) throw new Error(`docs/generate/errorTexts.ts has no text for ${code}`);
  return text;
}
