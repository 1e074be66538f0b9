import { HeaderMap } from '@apollo/server';
import type { ApolloServer, HTTPGraphQLResponse } from '@apollo/server';
import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  onErrorAsyncHookHandler,
  onRequestHookHandler,
} from 'fastify';
import type { GraphQLFormattedError } from 'graphql';
import { ownError } from '../errors/identityError.ts';
import type { Tracing } from '../tracing.ts';
import type { CompiledPath, CompiledResult } from '../graphql/compiledPath.ts';
import type { Caller, RequestContext, RequestNotes } from '../graphql/context.ts';
import type { OpenContext } from '../graphql/openContext.ts';
import { toIdentityError } from '../graphql/errors.ts';
import type { ErrorDetail } from '../graphql/errors.ts';
import type { Authenticate } from './auth.ts';
import { httpError } from './errors.ts';
import { refusalJson, toBytes, toJson } from './reply.ts';
import { RequestLife } from './requestLife.ts';

export interface GraphQLRouteOptions {
  readonly apollo: ApolloServer<RequestContext>;
  /** null: every request takes Apollo's way. */
  readonly compiled: CompiledPath | null;
  readonly authenticate: Authenticate;
  /** Throws RATE_LIMITED. */
  readonly openContext: OpenContext;
  readonly errorDetail: ErrorDetail;
  readonly requestTimeoutMs: number;
  readonly onDone: (done: RequestDone) => void;
  readonly tracing: Tracing;
}

/** What a finished request leaves for log and metrics. */
export interface RequestDone {
  readonly requestId: string;
  readonly caller: string | null;
  readonly notes: RequestNotes;
  readonly startedAt: number;
}

export function addGraphQLRoute(app: FastifyInstance, options: GraphQLRouteOptions): void {
  const onError = refusedByFramework(options.onDone);
  const hooks = { onRequest: refuseEncoded, onError };
  app.post('/graphql', hooks, (request, reply) =>
    options.tracing.operation(request.headers, ended => handle(request, reply, options, ended)),
  );
  app.route({
    onError,
    method: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: '/graphql',
    handler: () => {
      throw httpError(405); // operations come by POST: URLs would carry personal data
    },
  });
}

/** Nothing is unpacked here, so that nothing small can become large; and JSON is UTF-8 (RFC 8259). */
const refuseEncoded: onRequestHookHandler = ({ headers }, _reply, done) => {
  if (headers['content-type'] === 'application/json' && headers['content-encoding'] === undefined)
    return done();
  const encoding = headers['content-encoding'] ?? 'identity';
  const charset = /charset\s*=\s*"?([^\s;"]*)/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  if (encoding.toLowerCase() !== 'identity' || !/^utf-?8$/i.test(charset)) done(httpError(415));
  else done();
};

async function handle(
  request: FastifyRequest,
  reply: FastifyReply,
  options: GraphQLRouteOptions,
  ended: (done: RequestDone) => void,
): Promise<FastifyReply> {
  const startedAt = performance.now();
  const notes: RequestNotes = { operationName: null, rootField: null, errors: [] };
  const life = new RequestLife(reply.raw, startedAt, options.requestTimeoutMs);
  let caller: Caller | null = null;
  try {
    const authenticated = options.authenticate(request.headers.authorization, request.raw.socket);
    caller = authenticated instanceof Promise ? await authenticated : authenticated;
    const base = { requestId: request.id, address: request.ip, caller, life, notes };
    const opened = options.openContext(base);
    const context = opened instanceof Promise ? await opened : opened;
    const ready = options.compiled?.find(request.body, request.headers.accept);
    const result = ready && (await options.compiled!.answer(ready, context));
    if (result) return send(reply, request.id, result, ready.contentType);
    const response = await options.apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: 'POST', headers: headerMap(request), search: '', body: request.body },
      context: async () => context,
    });
    return sendApollos(reply, request, response, options.compiled);
  } catch (error) {
    const refusal = toIdentityError(error);
    notes.errors.push(refusal);
    return reply
      .code(refusal === error ? 200 : 500)
      .type(JSON_TYPE)
      .send(refusalJson(refusal, request.id, options.errorDetail));
  } finally {
    life.end();
    const done = { requestId: request.id, caller: caller?.name ?? null, notes, startedAt };
    ended(done);
    options.onDone(done);
  }
}

/** A request that never got as far as `handle`: its method or its body was refused. */
function refusedByFramework(onDone: GraphQLRouteOptions['onDone']): onErrorAsyncHookHandler {
  return async (request, reply) => {
    const notes: RequestNotes = { operationName: null, rootField: null, errors: [ownError('BAD_REQUEST')] };
    onDone({ requestId: request.id, caller: null, notes, startedAt: performance.now() - reply.elapsedTime });
  };
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** Only what Apollo reads of them. */
function headerMap(request: FastifyRequest): HeaderMap {
  const headers = new HeaderMap();
  for (const name of ['accept', 'content-type']) {
    const value = request.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  return headers;
}

function sendApollos(
  reply: FastifyReply,
  request: FastifyRequest,
  response: HTTPGraphQLResponse,
  compiled: CompiledPath | null,
): FastifyReply {
  if (response.body.kind !== 'complete')
    throw new Error('an incremental result, which no directive here can ask for');
  const result = response.body.string as unknown as CompiledResult;
  const type = response.headers.get('content-type') ?? JSON_TYPE;
  if ('data' in result) compiled?.answered(request.headers.accept, type);
  return send(reply, request.id, result, type, response.status);
}

function send(
  reply: FastifyReply,
  requestId: string,
  result: CompiledResult,
  type: string,
  status?: number,
): FastifyReply {
  void reply.code(statusOf(result.errors, status, type)).type(type);
  return reply.send(result.repeats ? toBytes(result, requestId) : toJson(result, requestId));
}

const REQUEST_ERRORS = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
]);

/**
 * 200 for everything that is a GraphQL answer: a gateway that sees another code hides our extensions. Callers who
 * accept `application/graphql-response+json` know better, and get 400. Faults of the body keep Apollo's 4xx (DESIGN 3).
 */
function statusOf(
  errors: readonly GraphQLFormattedError[] | undefined,
  status: number | undefined,
  type: string,
): number {
  const code = errors?.[0]?.extensions?.['code'];
  if (code === 'BAD_REQUEST') return status !== undefined && status >= 400 ? status : 400;
  if (typeof code !== 'string' || !REQUEST_ERRORS.has(code)) return 200;
  return type.startsWith('application/graphql-response+json') ? 400 : 200;
}
