import cors from '@fastify/cors';
import fastify from 'fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import type { Log } from '../log.ts';
import { Drain } from './drain.ts';
import { clientErrorHandler, refuseOddRequests } from './brokenRequests.ts';
import { addErrorHandlers, httpError, refuseFramework } from './errors.ts';
import { addExplorer } from './explorer.ts';
import { addGraphQLRoute } from './graphqlRoute.ts';
import type { GraphQLRouteOptions } from './graphqlRoute.ts';
import { addHealth } from './health.ts';
import type { HealthDetail } from './health.ts';
import { addLandingPage } from './landingPage.ts';
import { addMetrics } from './metricsRoute.ts';
import type { MetricsPage } from './metricsRoute.ts';
import { addPressure } from './pressure.ts';
import { requestIdOf } from './requestId.ts';
import { requireScope } from './requireScope.ts';
import type { ReadStatus } from './statusDetail.ts';
import { securityHeaders } from './securityHeaders.ts';
import { addStatus } from './statusRoute.ts';

/** Five checks with long documents and variables fit many times over. */
const MAX_BODY_BYTES = 256 * 1024;
/** A request that has not arrived whole by then is one of those that only hold a socket. */
const ARRIVAL_TIMEOUT_MS = 10_000;

export type HttpOptions = Omit<GraphQLRouteOptions, 'errorDetail' | 'requestTimeoutMs'> & {
  readonly log: Log;
  readonly health: () => HealthDetail;
  readonly metrics: MetricsPage;
  readonly status: ReadStatus;
  /** For headers and body of one request; the default is long enough for a phone on a bad line. */
  readonly arrivalTimeoutMs?: number | undefined;
};

export interface HttpServer {
  readonly app: FastifyInstance;
  readonly drain: Drain;
}

/** Every route of the server, not yet listening. */
export async function createServer(config: Config, options: HttpOptions): Promise<HttpServer> {
  const { app, drain } = await createBase(config, options);
  await addCors(app, config);
  addGraphQLRoute(app, {
    ...options,
    errorDetail: config.errorDetail,
    requestTimeoutMs: config.requestTimeoutMs,
  });
  if (config.landingPage === 'sandbox') addLandingPage(app);
  if (config.landingPage !== 'off') await addExplorer(app, config);
  addHealth(app, drain, options.health);
  if (config.metricsPort === null) {
    const guard = requireScope(options.authenticate, 'status', config.errorDetail);
    addMetrics(app, options.metrics, guard);
    addStatus(app, options.status, config.errorDetail, guard); // any caller's API key has the scope
  }
  return { app, drain };
}

/** The server of METRICS_PORT, not yet listening: open to whoever reaches that port. */
export async function createMetricsServer(config: Config, options: HttpOptions): Promise<HttpServer> {
  const server = await createBase(config, options);
  addMetrics(server.app, options.metrics);
  addStatus(server.app, options.status, 'full'); // ERROR_DETAIL is about callers; here are operators
  return server;
}

/** What holds for every request on any port. */
async function createBase(config: Config, { log, arrivalTimeoutMs }: HttpOptions): Promise<HttpServer> {
  const app = createFastify(config, arrivalTimeoutMs ?? ARRIVAL_TIMEOUT_MS);
  refuseOddRequests(app, config.errorDetail);
  const drain = new Drain(app);
  const headers = { ...securityHeaders(), 'cache-control': 'no-store' };
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers(headers).header('x-request-id', request.id);
    done();
  });
  app.removeContentTypeParser('text/plain');
  addErrorHandlers(app, log, config.errorDetail); // first: a plugin's routes take what is there by then
  app.addHook('onRequest', (request, _reply, done) => done(malformed(request)));
  await addPressure(app, config.errorDetail);
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

/** What other origins' pages may do. */
async function addCors(app: FastifyInstance, config: Config): Promise<void> {
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
function malformed({ method, headers, raw, routeOptions }: FastifyRequest): Error | undefined {
  if (headers.host === undefined && raw.httpVersion === '1.1') return httpError(400);
  if (method !== 'OPTIONS' || (headers.origin && headers['access-control-request-method'])) return undefined;
  return httpError(routeOptions.url === '/graphql' ? 405 : 404);
}

type Trust = boolean | string[] | ((address: string, hop: number) => boolean);

function trustOf(setting: Config['trustProxy']): Trust {
  if (typeof setting === 'number') return (_address, hop) => hop < setting;
  return typeof setting === 'object' ? [...setting] : setting;
}
