import type { Config } from './config.ts';
import { createApollo } from './graphql/apollo.ts';
import { CompiledPath } from './graphql/compiledPath.ts';
import { Executor } from './graphql/executor.ts';
import { subgraphSchema } from './graphql/subgraph.ts';

/** Apollo, and the short way past it; `teach` fills that before the first request. */
export async function buildGraphQL(config: Config, teach?: (compiled: CompiledPath) => void) {
  const { introspection, errorDetail, compiledOperations, limits } = config;
  const executor = new Executor(subgraphSchema(), compiledOperations ? teach && 1 : Infinity);
  const gatekeeping = { errorDetail, maxChecks: limits.maxChecksPerOperation };
  const compiled = compiledOperations ? new CompiledPath(executor, gatekeeping) : null;
  if (compiled) teach?.(compiled);
  const onAccepted: CompiledPath['accepted'] = (...operation) => compiled?.accepted(...operation);
  const apollo = createApollo({ ...gatekeeping, executor, introspection, onAccepted });
  await apollo.start();
  return { apollo, compiled };
}
