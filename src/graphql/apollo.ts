import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import type { RequestContext } from './context.ts';
import { createDocumentStore } from './documentStore.ts';
import { formatError } from './errors.ts';
import type { ErrorDetail } from './errors.ts';
import { gatekeeper } from './gatekeeper.ts';
import { MAX_SELECTIONS, MAX_TOKENS } from './limits.ts';

export interface ApolloOptions {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  readonly errorDetail: ErrorDetail;
  readonly maxChecks: number;
}

/** Apollo Server with everything switched off that talks to others, tells the schema, or ends the process. */
export function createApollo(options: ApolloOptions): ApolloServer<RequestContext> {
  return new ApolloServer<RequestContext>({
    schema: options.schema,
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
      gatekeeper({ maxChecks: options.maxChecks, errorDetail: options.errorDetail }),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
}

/** Apollo's own log lines repeat messages, and messages repeat values; every error reaches our log through the context. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
