import type { onRequestAsyncHookHandler } from 'fastify';
import { IdentityError, ownError } from '../errors/identityError.ts';
import type { Scope } from '../graphql/context.ts';
import type { ErrorDetail } from '../graphql/errors.ts';
import type { Authenticate } from './auth.ts';
import { refusalJson } from './reply.ts';

/** Lets in who holds the scope; all others get 401 or 403, in the shape of every other error. */
export function requireScope(
  authenticate: Authenticate,
  scope: Scope,
  detail: ErrorDetail,
): onRequestAsyncHookHandler {
  return async (request, reply) => {
    try {
      const caller = await authenticate(request.headers.authorization);
      if (caller === null) throw ownError('UNAUTHENTICATED');
      if (!caller.scopes.has(scope)) throw ownError('FORBIDDEN');
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      if (error.code === 'UNAUTHENTICATED') void reply.header('www-authenticate', 'Bearer');
      return reply
        .code(STATUS_OF[error.code] ?? 503)
        .type('application/json; charset=utf-8')
        .send(refusalJson(error, request.id, detail));
    }
  };
}

const STATUS_OF: Record<string, number> = { UNAUTHENTICATED: 401, FORBIDDEN: 403 };
