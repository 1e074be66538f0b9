import { randomUUID } from 'node:crypto';
import type { GraphQLFormattedError } from 'graphql';
import { formatError } from '../graphql/errors.ts';
import type { ErrorDetail } from '../graphql/errors.ts';

interface Result {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLFormattedError[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** The one JSON of a reply, with the request's id in its extensions and in each error's. */
export function toJson({ data, errors, extensions }: Result, requestId: string): string {
  return JSON.stringify({
    errors: errors?.map(error => ({ ...error, extensions: { ...error.extensions, requestId } })),
    data,
    extensions: { ...extensions, requestId },
  });
}

/** Stands for a request's id in a text that is kept; nobody can know it, and so bring it in. */
const MARK = randomUUID();
const kept = new WeakMap<Result, readonly string[]>();

/**
 * The same for a result that answers many requests: its JSON is made once, and kept as bytes (a character each). To make
 * it and to encode its Persian anew took a tenth of a refusal.
 */
export function toBytes(result: Result, requestId: string): Buffer {
  let parts = kept.get(result);
  if (!parts) kept.set(result, (parts = Buffer.from(toJson(result, MARK)).toString('latin1').split(MARK)));
  return Buffer.from(parts.join(requestId), 'latin1');
}

/** A refusal from outside GraphQL, in GraphQL's shape. */
export function refusalJson(error: unknown, requestId: string, detail: ErrorDetail): string {
  return toJson({ errors: [formatError(error, detail)] }, requestId);
}
