import { composeServices } from '@apollo/composition';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { parse } from 'graphql';
import { fetchSdl, serve } from './serve.ts';
import type { GatewayContext, Running, Subgraphs } from './serve.ts';

// It would tell Apollo's servers about this machine, and tries to for as long as it runs.
process.env['APOLLO_TELEMETRY_DISABLED'] ??= 'true';

/** An Apollo Gateway over a supergraph composed from what the subgraphs tell of themselves. */
export async function startApollo(subgraphs: Subgraphs, port = 0): Promise<Running> {
  const gateway = new ApolloGateway({
    supergraphSdl: await composeSupergraph(subgraphs),
    buildService: ({ url }) =>
      new RemoteGraphQLDataSource<GatewayContext>({
        url: url!,
        willSendRequest({ request, context }) {
          for (const [name, value] of Object.entries(context.headers ?? {}))
            request.http?.headers.set(name, String(value));
        },
      }),
  });
  return serve({ gateway }, port);
}

/** Throws with every reason why the subgraphs do not fit together. */
export async function composeSupergraph(subgraphs: Subgraphs): Promise<string> {
  const services = await Promise.all(
    Object.entries(subgraphs).map(async ([name, url]) => ({
      name,
      url,
      typeDefs: parse(await fetchSdl(url)),
    })),
  );
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl === undefined) throw new AggregateError(errors ?? [], errors?.join('\n'));
  return supergraphSdl;
}
