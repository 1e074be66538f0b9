/** What the recipe uses of @apollo/client 4.3, which is no dependency; tried with the real one. */
declare module '@apollo/client' {
  interface GraphQLFormattedError {
    readonly message: string;
    readonly extensions?: Record<string, unknown>;
  }
  interface DocumentNode {
    readonly kind: 'Document';
  }
  export function gql(text: string): DocumentNode;
  export class InMemoryCache {
    reset(): Promise<void>;
  }
  export class HttpLink {
    constructor(options: { uri: string; headers?: Record<string, string> });
    request(operation: unknown): unknown;
  }
  export class ApolloClient {
    constructor(options: { link: HttpLink; cache: InMemoryCache });
    mutate<T>(options: {
      mutation: DocumentNode;
      variables?: Record<string, unknown>;
      fetchPolicy?: 'network-only' | 'no-cache';
    }): Promise<{ data?: T; error?: Error }>;
  }
  export class CombinedGraphQLErrors extends Error {
    static is(error: unknown): error is CombinedGraphQLErrors;
    readonly errors: readonly GraphQLFormattedError[];
  }
}
