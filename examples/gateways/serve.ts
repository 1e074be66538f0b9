import { ApolloServer } from '@apollo/server';
import type { ApolloServerOptions } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';

/** The GraphQL endpoints that a gateway stands in front of. */
export interface Subgraphs {
  readonly identity: string;
  readonly customers: string;
}

export interface Running {
  readonly url: string;
  close(): Promise<void>;
}

/** What came in with a request, as far as it goes on to the subgraphs. */
export interface GatewayContext {
  readonly headers: Readonly<Record<string, string>>;
}

/** The caller's credential must reach the subgraphs, and one request id makes all log lines one story. */
export const FORWARDED = ['authorization', 'x-request-id'];

/** Serves what `options` describe; port 0 takes any free one. */
export async function serve(options: ApolloServerOptions<GatewayContext>, port: number): Promise<Running> {
  const server = new ApolloServer<GatewayContext>({
    ...options,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    plugins: [ApolloServerPluginInlineTraceDisabled()], // on by default for whatever has a _service
  });
  const { url } = await startStandaloneServer(server, {
    listen: { port, host: '127.0.0.1' },
    context: async ({ req }) => ({
      headers: Object.fromEntries(
        FORWARDED.flatMap(name => {
          const value = req.headers[name];
          return typeof value === 'string' ? [[name, value]] : [];
        }),
      ),
    }),
  });
  return { url, close: () => server.stop() };
}

/** What a server of subgraphs tells of itself, with introspection on or off. */
export async function fetchSdl(url: string): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ _service { sdl } }' }),
  });
  const { data } = (await response.json()) as { data: { _service: { sdl: string } } };
  return data._service.sdl;
}
