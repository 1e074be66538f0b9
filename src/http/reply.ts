import type { GraphQLFormattedError } from 'graphql';
import { formatError } from '../graphql/errors.ts';
import type { ErrorDetail } from '../graphql/errors.ts';

interface Result {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLFormattedError[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** The one JSON of a reply, with the request's id in its extensions and in each error's. */
export function toJson(result: Result, requestId: string): string {
  const errors = result.errors?.map(error => ({ ...error, extensions: { ...error.extensions, requestId } }));
  const extensions = { ...result.extensions, requestId };
  return JSON.stringify(errors ? { ...result, errors, extensions } : { ...result, extensions });
}

/** A refusal from outside GraphQL, in GraphQL's shape. */
export function refusalJson(error: unknown, requestId: string, detail: ErrorDetail): string {
  return toJson({ errors: [formatError(error, detail)] }, requestId);
}
