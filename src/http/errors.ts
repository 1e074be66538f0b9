import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ownError } from '../errors/identityError.ts';
import type { ErrorDetail } from '../graphql/errors.ts';
import { describeError } from '../log.ts';
import type { Log } from '../log.ts';
import { refusalJson } from './reply.ts';
import { requestIdOf } from './requestId.ts';

/** Fastify's own refusals (bad JSON, too large, wrong media type, no such route), in GraphQL's shape and our words. */
export function addErrorHandlers(app: FastifyInstance, log: Log, detail: ErrorDetail): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500 && status !== 503) {
      const cause = describeError(error);
      log.error('request', 'a request failed by a fault of the server; please report it', {
        requestId: request.id,
        cause,
      });
    }
    return reply
      .code(status)
      .type('application/json')
      .send(refusalJson(refusal(status), request.id, detail));
  });
  app.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .type('application/json')
      .send(refusalJson(ownError('BAD_REQUEST'), request.id, detail)),
  );
}

/** What Fastify refuses before any hook or handler of ours has run. */
export function refuseFramework(
  request: FastifyRequest,
  reply: FastifyReply,
  detail: ErrorDetail,
): FastifyReply {
  const id = requestIdOf(request.raw);
  void reply
    .code(400)
    .header('x-request-id', id)
    .header('cache-control', 'no-store')
    .type('application/json');
  void reply
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', "default-src 'none'");
  return reply.send(refusalJson(ownError('BAD_REQUEST'), id, detail));
}

function refusal(status: number) {
  if (status === 503) return ownError('OVERLOADED', { retryAfterSeconds: 1 });
  return ownError(status >= 400 && status < 500 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR');
}
