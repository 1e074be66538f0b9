import type { Overrides } from '../../src/app.ts';
import type { SandboxOptions, SandboxPaystar } from '../../src/sandbox/paystar.ts';
import { createClock } from '../support/clock.ts';
import type { Clock } from '../support/clock.ts';
import { TOKEN_STATUS, VERIFY_MOBILE, mobileInput } from '../support/questions.ts';
import { startServer } from '../support/server.ts';
import type { Reply, TestServer } from '../support/server.ts';

export const SECOND = 1000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;

export interface KeyServer extends TestServer {
  readonly clock: Clock;
  /** Asks a question of its own; resolves to `OK` or the error's extensions. */
  readonly ask: () => Promise<any>;
  readonly tokenStatus: () => Promise<any>;
  /** `OK` or the error's code. */
  readonly code: () => Promise<string>;
}

export interface KeyServerOptions {
  readonly env?: Record<string, string>;
  readonly sandbox?: SandboxOptions;
  readonly random?: Overrides['random'];
  readonly upstream?: SandboxPaystar;
  readonly clock?: Clock;
}

let questions = 0;

/** A server and a sandbox that live by one clock, with nothing in the way of many questions. */
export async function startKeyServer(options: KeyServerOptions = {}): Promise<KeyServer> {
  const { clock = createClock(), upstream } = options;
  const { now } = clock;
  const server = await startServer({
    env: {
      RATE_LIMIT_PER_MINUTE: '1000000',
      SUBJECT_LIMIT_PER_DAY: '1000000',
      PAYSTAR_MAX_CONCURRENT: '1000',
      SHUTDOWN_TIMEOUT_MS: '200', // some tests leave a refresh hanging
      ...options.env,
    },
    sandbox: { now, ...options.sandbox },
    ...(upstream && { upstream }),
    overrides: { now, ...(options.random && { random: options.random }) },
  });
  const ask = async () =>
    outcomeOf(await server.gql(VERIFY_MOBILE, { input: mobileInput((questions += 1)) }));
  return Object.assign(server, {
    clock,
    ask,
    code: async () => {
      const outcome = await ask();
      return outcome === 'OK' ? 'OK' : outcome.code;
    },
    tokenStatus: async () => (await server.gql(TOKEN_STATUS)).body.data.tokenStatus,
  });
}

function outcomeOf({ body }: Reply): any {
  return body.errors ? body.errors[0].extensions : 'OK';
}

/** Resolves when `condition` holds; the test's own timeout ends a wait in vain. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise(resolve => setImmediate(resolve));
}

export function times<T>(count: number, act: () => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, act));
}
