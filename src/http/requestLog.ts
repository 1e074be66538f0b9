import type { Charged } from '../errors/row.ts';
import type { RequestNotes } from '../graphql/context.ts';
import { describeError } from '../log.ts';
import type { Log } from '../log.ts';
import type { RequestDone } from './graphqlRoute.ts';

/** One line a request, and one more for each fault that is a bug of ours. */
export function requestLog(log: Log): (done: RequestDone) => void {
  return ({ requestId, caller, notes, startedAt }) => {
    for (const error of notes.errors) {
      if (error.code !== 'INTERNAL_SERVER_ERROR') continue;
      const message = 'a request failed by a fault of the server; please report it';
      log.error('request', message, { requestId, cause: describeError(error.details.cause) });
    }
    log.info('request', 'request', {
      requestId,
      caller: caller ?? undefined,
      operation: notes.operationName === null ? undefined : loggedName(notes.operationName),
      code: notes.errors[0]?.code ?? 'OK',
      charged: chargedOf(notes),
      reason: notes.errors[0]?.details.reason,
      durationMs: Math.round((performance.now() - startedAt) * 10) / 10,
    });
  };
}

/** The worst that any of its answers says; each paid call has a line of its own, with event `paid`. */
function chargedOf({ live, errors }: RequestNotes): Charged {
  if (live || errors.some(({ charged }) => charged === 'YES')) return 'YES';
  return errors.some(({ charged }) => charged === 'UNKNOWN') ? 'UNKNOWN' : 'NO';
}

/** A GraphQL name has letters, digits and underscores only, but any length, and digits may be somebody's number. */
function loggedName(name: string): string {
  return name.replace(/\d{6,}/g, '_').slice(0, 64);
}
