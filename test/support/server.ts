import { afterEach } from '@jest/globals';
import { request } from 'undici';
import { buildApp } from '../../src/app.ts';
import type { App, Overrides } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/pinoLog.ts';
import { SANDBOX_CREDENTIALS, startSandboxPaystar } from '../../src/sandbox/paystar.ts';
import type { SandboxOptions, SandboxPaystar } from '../../src/sandbox/paystar.ts';
import { compiledOff, teach } from './compiled.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
  /** The parsed body; undefined when it is no JSON. */
  readonly body: any;
}

export interface TestServer {
  readonly app: App;
  readonly origin: string;
  readonly sandbox: SandboxPaystar;
  /** Every log line of this server, at every level. */
  readonly logs: string[];
  /** POSTs one GraphQL operation. */
  gql(query: string, variables?: Record<string, unknown>, headers?: Record<string, string>): Promise<Reply>;
  /** Any HTTP request to this server. */
  http(path: string, options?: Parameters<typeof request>[1]): Promise<Reply>;
  close(): Promise<void>;
}

export interface TestServerOptions {
  readonly env?: Record<string, string>;
  readonly sandbox?: SandboxOptions;
  readonly overrides?: Overrides;
  /** An upstream that is already running, and whose end is somebody else's. */
  readonly upstream?: SandboxPaystar;
}

const open = new Set<{ close(): Promise<void> }>();

afterEach(async () => {
  await Promise.all([...open].map(resource => resource.close()));
});

/** A sandbox Paystar that ends with the test. */
export async function startSandbox(options: SandboxOptions = {}): Promise<SandboxPaystar> {
  const sandbox = await startSandboxPaystar(options);
  return track(sandbox);
}

/** A real server in front of a real sandbox Paystar, both on ports of their own; both end with the test. */
export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const sandbox = options.upstream ?? (await startSandbox(options.sandbox));
  const logs: string[] = [];
  const config = readConfig(environment(sandbox, { SHUTDOWN_TIMEOUT_MS: '1', ...options.env }));
  const log = createLog(config.logLevel, { write: line => void logs.push(line) });
  const app = await buildApp(config, { log, processMetrics: false, teach, ...options.overrides });
  const origin = `http://127.0.0.1:${await app.listen()}`;
  const http: TestServer['http'] = async (path, init) => readReply(await request(origin + path, init));
  return track({
    app,
    origin,
    sandbox,
    logs,
    http,
    gql: (query, variables, headers = {}) =>
      http('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      }),
    close: () => app.close(),
  });
}

/** The settings of a server against this sandbox. */
export function environment(
  sandbox: SandboxPaystar,
  env: Record<string, string> = {},
): Record<string, string> {
  return {
    PORT: '0',
    LOG_LEVEL: 'trace',
    COMPILED_OPERATIONS: String(!compiledOff),
    RATE_LIMIT_PER_MINUTE: '1000000', // tests ask much, and often about the same person; those of the limits set their own
    SUBJECT_LIMIT_PER_DAY: '1000000',
    AUTH_DISABLED: env['AUTH_API_KEYS'] || env['AUTH_JWKS_URL'] ? 'false' : 'true',
    PAYSTAR_APPLICATION_ID: SANDBOX_CREDENTIALS.applicationId,
    PAYSTAR_ACCESS_PASSWORD: SANDBOX_CREDENTIALS.accessPassword,
    PAYSTAR_REFRESH_TOKEN: SANDBOX_CREDENTIALS.refreshToken,
    PAYSTAR_BASE_URL: sandbox.url,
    ...env,
  };
}

/** Closes with the test, or earlier; twice does no harm. */
function track<T extends { close(): Promise<void> }>(resource: T): T {
  const close = resource.close.bind(resource);
  let closing: Promise<void> | undefined;
  resource.close = () => {
    open.delete(resource);
    return (closing ??= close());
  };
  open.add(resource);
  return resource;
}

async function readReply(response: Awaited<ReturnType<typeof request>>): Promise<Reply> {
  const text = await response.body.text();
  return { status: response.statusCode, headers: response.headers, text, body: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
