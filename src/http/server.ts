import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import fastify from 'fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import type { Log } from '../log.ts';
import { Drain } from './drain.ts';
import { clientErrorHandler, refuseOddRequests } from './brokenRequests.ts';
import { addErrorHandlers, httpError, refuseFramework } from './errors.ts';
import { addGraphQLRoute } from './graphqlRoute.ts';
import type { GraphQLRouteOptions } from './graphqlRoute.ts';
import { addHealth } from './health.ts';
import type { HealthDetail } from './health.ts';
import { addLandingPage } from './landingPage.ts';
import { requestIdOf } from './requestId.ts';

/** Five checks with long documents and variables fit many times over. */
const MAX_BODY_BYTES = 256 * 1024;
/** A request that has not arrived whole by then is one of those that only hold a socket. */
const ARRIVAL_TIMEOUT_MS = 10_000;

export type HttpOptions = Omit<GraphQLRouteOptions, 'errorDetail' | 'requestTimeoutMs'> & {
  readonly log: Log;
  readonly health: () => HealthDetail;
  /** For headers and body of one request; the default is long enough for a phone on a bad line. */
  readonly arrivalTimeoutMs?: number | undefined;
};

export interface HttpServer {
  readonly app: FastifyInstance;
  readonly drain: Drain;
}

/** Every route of the server, not yet listening. */
export async function createServer(config: Config, options: HttpOptions): Promise<HttpServer> {
  const app = createFastify(config, options.arrivalTimeoutMs ?? ARRIVAL_TIMEOUT_MS);
  refuseOddRequests(app, config.errorDetail);
  const drain = new Drain(app);
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id).header('cache-control', 'no-store');
  });
  app.removeContentTypeParser('text/plain');
  addErrorHandlers(app, options.log, config.errorDetail); // first: a plugin's routes take what is there by then
  await addHeaders(app, config);
  addGraphQLRoute(app, {
    ...options,
    errorDetail: config.errorDetail,
    requestTimeoutMs: config.requestTimeoutMs,
  });
  if (config.landingPage === 'sandbox') addLandingPage(app);
  addHealth(app, drain, options.health);
  return { app, drain };
}

function createFastify(config: Config, arrivalTimeoutMs: number): FastifyInstance {
  return fastify({
    logger: false,
    genReqId: requestIdOf,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: arrivalTimeoutMs,
    http: {
      headersTimeout: arrivalTimeoutMs,
      connectionsCheckingInterval: Math.ceil(arrivalTimeoutMs / 4), // Node's own 30 s would let them stay far longer
      requireHostHeader: false, // Node would answer in a shape of its own; the first hook refuses instead
    },
    trustProxy: trustOf(config.trustProxy),
    // Input is only read by name, as own properties; the input pass refuses unknown names with a better message.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore',
    clientErrorHandler: clientErrorHandler(config.errorDetail),
    // A path that cannot be decoded comes before all hooks; Fastify's own answer would repeat it.
    frameworkErrors: (_error, request, reply) => void refuseFramework(request, reply, config.errorDetail),
    routerOptions: { ignoreTrailingSlash: false },
  });
}

/** Headers that every reply carries, and what other origins' pages may do. */
async function addHeaders(app: FastifyInstance, config: Config): Promise<void> {
  const directives = { defaultSrc: ["'none'"], frameAncestors: ["'none'"] };
  await app.register(helmet, { contentSecurityPolicy: { useDefaults: false, directives } });
  app.addHook('onRequest', async request => refuseMalformed(request));
  if (config.corsOrigins.length === 0) return;
  await app.register(cors, {
    origin: config.corsOrigins.includes('*') ? '*' : [...config.corsOrigins],
    methods: ['POST'],
    allowedHeaders: ['content-type', 'authorization', 'x-request-id'],
    exposedHeaders: ['x-request-id'],
    maxAge: 600,
  });
}

/** Before CORS: its plugin answers in a shape of its own what asks by OPTIONS and is no preflight. */
function refuseMalformed({ method, headers, raw, routeOptions }: FastifyRequest): void {
  if (headers.host === undefined && raw.httpVersion === '1.1') throw httpError(400);
  if (method !== 'OPTIONS' || (headers.origin && headers['access-control-request-method'])) return;
  throw httpError(routeOptions.url === '/graphql' ? 405 : 404);
}

type Trust = boolean | string[] | ((address: string, hop: number) => boolean);

function trustOf(setting: Config['trustProxy']): Trust {
  if (typeof setting === 'number') return (_address, hop) => hop < setting;
  return typeof setting === 'object' ? [...setting] : setting;
}
