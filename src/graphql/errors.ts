import { GraphQLError } from 'graphql';
import type { GraphQLErrorExtensions, GraphQLFormattedError } from 'graphql';
import { IdentityError, ownError } from '../errors/identityError.ts';
import type { RejectedField } from '../errors/identityError.ts';
import { OWN_ERRORS, ownRow } from '../errors/own.ts';
import type { OwnCode } from '../errors/own.ts';
import type { Actor } from '../errors/row.ts';
import { inputMessage } from './inputMessages.ts';

/** How much of an operator's fault its callers see. */
export type ErrorDetail = 'full' | 'masked';

/**
 * The last translator: whatever was thrown leaves in the shape of DESIGN 3, in our own words. It cannot throw, and it
 * hides what it does not know. `requestId` is added where it is known, in `src/http`.
 */
export function formatError(thrown: unknown, detail: ErrorDetail): GraphQLFormattedError {
  const { locations, path } = thrown instanceof GraphQLError ? thrown.toJSON() : {};
  const error = toIdentityError(thrown);
  const responseKey = typeof path?.[0] === 'string' ? path[0] : '';
  return {
    message: isMasked(error, detail) ? OWN_ERRORS.SERVICE_UNAVAILABLE.message : error.message,
    ...(locations ? { locations } : {}),
    ...(path ? { path } : {}),
    extensions: extensionsOf(error, responseKey, detail),
  };
}

/** What was thrown, as an error of our table: ours as it is, Apollo's by its code, everything else as INTERNAL_SERVER_ERROR. */
export function toIdentityError(thrown: unknown): IdentityError {
  if (thrown instanceof IdentityError) return thrown;
  if (!(thrown instanceof GraphQLError)) return ownError('INTERNAL_SERVER_ERROR', { cause: thrown });
  if (thrown.originalError instanceof IdentityError) return thrown.originalError;
  const code = apolloCode((thrown.extensions as GraphQLErrorExtensions | undefined)?.['code']); // compiled ones have none
  if (code === 'BAD_USER_INPUT') return ownError(code, { fields: [VARIABLES_FAULT] });
  // graphql-js's messages repeat tokens and values of the document, so not even the cause keeps them.
  return ownError(code, code === 'INTERNAL_SERVER_ERROR' ? { cause: thrown.originalError ?? thrown } : {});
}

/** A variable that no root field's argument uses, such as one for @include: the input pass did not see it. */
const VARIABLES_FAULT: RejectedField = {
  field: 'variables',
  path: 'variables',
  code: 'TYPE',
  message: inputMessage({ code: 'TYPE' }),
};

function apolloCode(code: unknown): OwnCode {
  if (typeof code !== 'string') return 'INTERNAL_SERVER_ERROR';
  if (code.startsWith('PERSISTED_QUERY')) return 'BAD_REQUEST';
  return code !== 'SERVICE_UNAVAILABLE' && Object.hasOwn(OWN_ERRORS, code)
    ? (code as OwnCode)
    : 'INTERNAL_SERVER_ERROR';
}

function extensionsOf(
  error: IdentityError,
  responseKey: string,
  detail: ErrorDetail,
): Record<string, unknown> {
  const masked = isMasked(error, detail);
  const row = masked ? ownRow('SERVICE_UNAVAILABLE') : error.row;
  const { retryAfterSeconds, paystar } = error.details;
  const fields = fieldsOf(error, responseKey);
  return {
    code: row.code,
    class: row.class,
    retryable: masked ? row.retryable : error.retryable,
    charged: error.charged,
    actor: masked ? row.actor : error.actor,
    displayMessage: row.display,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(paystar === undefined || masked ? {} : { paystar }),
    ...(fields === undefined || masked ? {} : { fields }),
  };
}

/** Faults of the operator's settings and store, not passing shortage and not our own bugs. */
function isMasked({ code, actor }: { code: string; actor: Actor }, detail: ErrorDetail): boolean {
  const own: readonly string[] = ['INTERNAL_SERVER_ERROR', 'OVERLOADED'];
  return detail === 'masked' && actor === 'OPERATOR' && !own.includes(code);
}

/** The code of a fault as callers may see it where it is told as a state and not as an error. */
export function shownCode(fault: { code: string; actor: Actor }, detail: ErrorDetail): string {
  return isMasked(fault, detail) ? 'SERVICE_UNAVAILABLE' : fault.code;
}

/** The last failed refresh as callers may see it. */
export function shownFailure<T extends { code: string; actor: Actor; status: number | null }>(
  failure: T,
  detail: ErrorDetail,
): T {
  const status = isMasked(failure, detail) ? null : failure.status;
  return { ...failure, code: shownCode(failure, detail), status };
}

/** Status 10 names inputs without knowing which field asked; that is known here, from the error's path. */
function fieldsOf(error: IdentityError, field: string): readonly RejectedField[] | undefined {
  const { fields, rejected } = error.details;
  if (fields || !rejected) return fields;
  return rejected.map(name => ({
    field,
    path: `input.${name}`,
    code: 'REJECTED',
    message: inputMessage({ code: 'REJECTED' }),
  }));
}
