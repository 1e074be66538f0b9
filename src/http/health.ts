import type { FastifyInstance } from 'fastify';
import type { Drain } from './drain.ts';

/** What stands behind an answer; for people and dashboards, never a reason for an orchestrator to stop a process. */
export interface HealthDetail {
  readonly version: string;
  readonly livemode: boolean;
  readonly key: {
    readonly state: string;
    readonly expiresAt: string | null;
    readonly lastFailure: string | null;
  };
  readonly store: { readonly kind: string; readonly ok: boolean };
  /** Pauses and open breakers: where, why, until when. */
  readonly closed: readonly { scope: string; kind: string; code: string; until: string }[];
  readonly inFlight: number;
}

/**
 * live: the process answers. ready: it has started and is not draining; never red because Paystar or Redis is down,
 * since another instance would be no better, and questions then end in explained errors.
 */
export function addHealth(app: FastifyInstance, drain: Drain, detail: () => HealthDetail): void {
  app.get('/health/live', async () => ({ status: 'ok' }));
  app.get('/health/ready', async (_request, reply) => {
    if (drain.draining) void reply.code(503);
    return { status: drain.draining ? 'draining' : 'ok', ...detail() };
  });
}
