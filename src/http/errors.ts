import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ownError } from '../errors/identityError.ts';
import type { ErrorDetail } from '../graphql/errors.ts';
import { describeError } from '../log.ts';
import type { Log } from '../log.ts';
import { bareRefusal } from './brokenRequests.ts';
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
    if (status === 405) void reply.header('allow', 'POST');
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

/** Thrown in a hook or handler, it is answered with this HTTP code. */
export function httpError(statusCode: number): Error {
  return Object.assign(new Error(STATUS_CODES[statusCode]), { statusCode });
}

/** What Fastify refuses before any hook or handler of ours has run. */
export function refuseFramework(
  request: FastifyRequest,
  reply: FastifyReply,
  detail: ErrorDetail,
): FastifyReply {
  const { headers, body } = bareRefusal(requestIdOf(request.raw), detail);
  return reply.code(400).headers(headers).send(body);
}

function refusal(status: number) {
  if (status === 503) return ownError('OVERLOADED', { retryAfterSeconds: 1 });
  return ownError(status >= 400 && status < 500 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR');
}
