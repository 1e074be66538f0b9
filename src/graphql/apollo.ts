import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, execute } from 'graphql';
import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import type { RequestContext } from './context.ts';
import { createDocumentStore } from './documentStore.ts';
import { formatError } from './errors.ts';
import type { Executor, Result } from './executor.ts';
import { gatekeeper } from './gatekeeper.ts';
import type { GatekeeperOptions } from './gatekeeper.ts';
import { MAX_SELECTIONS, MAX_TOKENS } from './limits.ts';

export interface ApolloOptions extends GatekeeperOptions {
  readonly executor: Executor;
  readonly introspection: boolean;
}

/** Apollo Server with everything switched off that talks to others, tells the schema, or ends the process. */
export function createApollo(options: ApolloOptions): ApolloServer<RequestContext> {
  return new ApolloServer<RequestContext>({
    gateway: asGateway(options.executor),
    introspection: options.introspection,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    allowBatchedHttpRequests: false,
    stopOnTerminationSignals: false, // the drain is ours
    persistedQueries: false,
    documentStore: createDocumentStore(),
    parseOptions: { maxTokens: MAX_TOKENS },
    maxRecursiveSelections: MAX_SELECTIONS,
    validationOptions: { maxErrors: 10 }, // they all say the same: what is wrong stands in no message
    formatError: (_formatted, error) => formatError(error, options.errorDetail),
    // The result goes on as an object: `src/http` adds the requestId and makes the JSON, once.
    stringifyResult: result => result as unknown as string,
    logger: SILENT,
    plugins: [
      gatekeeper(options),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
}

/**
 * Apollo takes another executor than graphql-js's only as a gateway's; unlike a plugin's answer, its errors still pass
 * through the pipeline's formatting.
 */
function asGateway(executor: Executor): ApolloServerOptionsWithGateway<RequestContext>['gateway'] {
  return {
    onSchemaLoadOrUpdate(callback) {
      callback({ apiSchema: executor.schema, coreSupergraphSdl: '' });
      return () => {};
    },
    load: async () => ({
      executor: async ({ document, operation, request, context }) => {
        const variables = request.variables ?? {};
        // An operation that is not there: graphql-js says so, and Apollo knows its words.
        if (!operation)
          return execute({ schema: executor.schema, document, operationName: request.operationName });
        return withTrueErrors(
          await executor.execute({ document, operation, variables, context: context as RequestContext }),
        );
      },
    }),
    async stop() {},
  };
}

/** Apollo's own log lines repeat messages, and messages repeat values; every error reaches our log through the context. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** graphql-jit's errors lack `extensions`, which Apollo reads. */
function withTrueErrors(result: Result): Result {
  return result.errors ? { ...result, errors: result.errors.map(trueError) } : result;
}

function trueError(thrown: GraphQLError): GraphQLError {
  if ((thrown.extensions as unknown) !== undefined) return thrown;
  const { message, locations, path, originalError } = thrown;
  const error = new GraphQLError(message, { path, originalError: originalError ?? undefined });
  return Object.defineProperty(error, 'locations', { value: locations, enumerable: true });
}
