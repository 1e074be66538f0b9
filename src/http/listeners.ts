import type { AddressInfo } from 'node:net';
import type { Config } from '../config.ts';
import { createMetricsServer, createServer } from './server.ts';
import type { HttpOptions, HttpServer } from './server.ts';

/** HOST and a port that cannot be listened on: something that whoever set them must mend. */
export class ListenError extends Error {}

/** The server on PORT and, when there is a METRICS_PORT, the one beside it. */
export interface Listeners {
  /** The port that was taken, when PORT is 0. */
  listen(): Promise<number>;
  /** Once listening; null without METRICS_PORT. */
  metricsPort(): number | null;
  /** Ends what the server on PORT has taken on; metrics still answer, so that a drain can be watched to its end. */
  drain(delayMs: number, timeoutMs: number): Promise<void>;
  /** Closes both, within `timeoutMs`. */
  close(timeoutMs: number): Promise<void>;
}

export async function createListeners(config: Config, options: HttpOptions): Promise<Listeners> {
  const main = await createServer(config, options);
  const metrics = config.metricsPort === null ? null : await createMetricsServer(config, options);
  return {
    listen: async () => {
      if (metrics) await listen(metrics, 'METRICS_PORT', config.host, config.metricsPort!);
      await listen(main, 'PORT', config.host, config.port);
      return portOf(main);
    },
    metricsPort: () => metrics && portOf(metrics),
    drain: (delayMs, timeoutMs) => main.drain.run(delayMs, timeoutMs),
    close: async timeoutMs => {
      await metrics?.drain.run(0, timeoutMs);
      await Promise.all([main.app.close(), metrics?.app.close()]);
    },
  };
}

function portOf({ app }: HttpServer): number {
  return (app.server.address() as AddressInfo).port;
}

async function listen({ app }: HttpServer, name: string, host: string, port: number): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    const { code = 'unknown' } = cause as { code?: string };
    throw new ListenError(
      `HOST, ${name}: expected an address of this machine that is free; received ${host}:${port} (${code}). Stop what listens there, or set another.`,
      { cause },
    );
  }
}
