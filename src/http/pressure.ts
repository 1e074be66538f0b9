import { getHeapStatistics } from 'node:v8';
import underPressure from '@fastify/under-pressure';
import type { FastifyInstance } from 'fastify';
import { ownError } from '../errors/identityError.ts';
import type { ErrorDetail } from '../graphql/errors.ts';
import { refusalJson } from './reply.ts';

/** Requests that wait so long for their turn miss their deadlines in numbers; few that are answered are worth more. */
const MAX_LOOP_DELAY_MS = 1000;
const MAX_HEAP_SHARE = 0.9;

/**
 * Sheds questions with OVERLOADED while the process itself is short of time or memory. Health, metrics and pages go on:
 * whoever looks then must see what is wrong. HTTP 200, since a gateway hides what comes with another code (DESIGN 3).
 */
export async function addPressure(app: FastifyInstance, detail: ErrorDetail): Promise<void> {
  const lasts = persistence();
  await app.register(underPressure, {
    sampleInterval: MAX_LOOP_DELAY_MS,
    maxEventLoopDelay: MAX_LOOP_DELAY_MS,
    maxHeapUsedBytes: MAX_HEAP_SHARE * getHeapStatistics().heap_size_limit,
    pressureHandler: (request, reply) => {
      if (request.routeOptions.url !== '/graphql' || !lasts()) return;
      const overloaded = ownError('OVERLOADED', { retryAfterSeconds: 1 });
      void reply.type('application/json').send(refusalJson(overloaded, request.id, detail));
    },
  });
}

/** One long stall, such as a pause of the whole machine, is over by the next sample: only what is seen in two counts. */
function persistence(): () => boolean {
  let [since, last] = [-Infinity, -Infinity];
  return () => {
    const now = performance.now();
    if (now - last > 2 * MAX_LOOP_DELAY_MS) since = now;
    last = now;
    return now - since > MAX_LOOP_DELAY_MS;
  };
}
