import { afterEach } from '@jest/globals';
import { startApollo } from '../../examples/gateways/apollo.ts';
import { startCustomers } from '../../examples/gateways/customers.ts';
import { startHive } from '../../examples/gateways/hive.ts';
import type { Running, Subgraphs } from '../../examples/gateways/serve.ts';
import { startDirectives, startFromSdl, startPlain } from '../../examples/gateways/stitching.ts';
import { startServer } from '../support/server.ts';
import type { TestServer, TestServerOptions } from '../support/server.ts';

export interface Gateway {
  readonly name: string;
  start(subgraphs: Subgraphs): Promise<Running>;
  /** Whether it reads the schema by introspection; the server has it off for all others. */
  readonly introspects: boolean;
  /** What it adds to the extensions of an error. */
  readonly adds: Readonly<Record<string, unknown>>;
  /** Whether it passes an operation on as one, aliases and all; a stitcher asks each root field in one of its own. */
  readonly keepsOperations: boolean;
}

const STITCHED = { introspects: false, adds: {}, keepsOperations: false };
/** With `HIVE`, the columns of the README's table. */
export const GATEWAYS: readonly Gateway[] = [
  {
    name: 'Apollo Gateway',
    start: startApollo,
    introspects: false,
    adds: { serviceName: 'identity' },
    keepsOperations: true,
  },
  { ...STITCHED, name: 'stitched, plain', start: startPlain, introspects: true },
  { ...STITCHED, name: 'stitched, from SDL', start: startFromSdl },
  { ...STITCHED, name: 'stitched, `@merge`', start: startDirectives },
];

/** Half a gigabyte, and so only tested by `npm run test:hive`. It stitches what it is given as a supergraph. */
export const HIVE: Gateway = {
  ...STITCHED,
  name: 'Hive Gateway',
  start: startHive,
  adds: { serviceName: 'identity' },
};

export type Headers = Record<string, string>;
type Ask = (query: string, variables?: Record<string, unknown>, headers?: Headers) => Promise<any>;

/** This server, the customers' server, and a gateway before both. */
export interface Composed {
  readonly server: TestServer;
  /** Asks the gateway. */
  readonly ask: Ask;
  /** Asks this server. */
  readonly direct: Ask;
  /** Asks the customers' server. */
  readonly customers: Ask;
}

const open = new Set<Running>();
afterEach(async () => {
  await Promise.all([...open].map(running => running.close()));
  open.clear();
});

export async function compose(gateway: Gateway, options: TestServerOptions = {}): Promise<Composed> {
  const env = { INTROSPECTION: String(gateway.introspects), ...options.env };
  const server = await startServer({ ...options, env });
  const customers = await startCustomers();
  open.add(customers);
  const identity = `${server.origin}/graphql`;
  const composed = await gateway.start({ identity, customers: customers.url });
  open.add(composed);
  const direct: Ask = async (...asked) => (await server.gql(...asked)).body;
  return { server, direct, ask: asker(composed.url), customers: asker(customers.url) };
}

function asker(url: string): Ask {
  return async (query, variables, headers = {}) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    });
    return response.json();
  };
}
