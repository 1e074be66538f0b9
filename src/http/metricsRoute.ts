import type { FastifyInstance, onRequestAsyncHookHandler } from 'fastify';

/** What Prometheus comes for. */
export interface MetricsPage {
  readonly contentType: string;
  readonly page: () => Promise<string>;
}

/** `guard` is absent where whoever reaches the port may read. */
export function addMetrics(
  app: FastifyInstance,
  { contentType, page }: MetricsPage,
  guard?: onRequestAsyncHookHandler,
): void {
  app.get('/metrics', guard ? { onRequest: guard } : {}, async (_request, reply) =>
    reply.type(contentType).send(await page()),
  );
}
