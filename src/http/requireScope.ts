import type { onRequestAsyncHookHandler } from 'fastify';
import { IdentityError } from '../errors/identityError.ts';
import type { Scope } from '../graphql/context.ts';
import type { ErrorDetail } from '../graphql/errors.ts';
import { requireScopes } from '../graphql/schema.ts';
import type { Authenticate } from './auth.ts';
import { refusalJson } from './reply.ts';

/**
 * Guards a route that is not GraphQL: `app.get('/status', { onRequest: requireScope(authenticate, 'status', detail) }, …)`.
 * Whoever lacks the scope gets the refusal in GraphQL's shape, with the HTTP code that scrapers and probes look at: 401
 * without a valid credential, 403 without the scope, 503 when a token cannot be checked now.
 */
export function requireScope(
  authenticate: Authenticate,
  scope: Scope,
  detail: ErrorDetail,
): onRequestAsyncHookHandler {
  return async (request, reply) => {
    try {
      requireScopes({ caller: await authenticate(request.headers.authorization, request.raw.socket) }, [
        scope,
      ]);
      return undefined;
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      const { retryAfterSeconds } = error.details;
      if (error.code === 'UNAUTHENTICATED') void reply.header('www-authenticate', 'Bearer');
      if (retryAfterSeconds !== undefined) void reply.header('retry-after', retryAfterSeconds);
      void reply.code(HTTP_CODES[error.code] ?? 503).type('application/json; charset=utf-8');
      return reply.send(refusalJson(error, request.id, detail));
    }
  };
}

const HTTP_CODES: Readonly<Record<string, number>> = { UNAUTHENTICATED: 401, FORBIDDEN: 403 };
