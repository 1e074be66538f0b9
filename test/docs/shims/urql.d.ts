/** What the recipe uses of @urql/core 6, which is no dependency; tried with the real one. */
declare module '@urql/core' {
  interface GraphQLError {
    readonly message: string;
    readonly extensions: Record<string, unknown>;
  }
  interface Result<T> {
    readonly data?: T;
    readonly error?: Error & { readonly graphQLErrors: GraphQLError[] };
  }
  export const fetchExchange: unique symbol;
  export class Client {
    constructor(options: {
      url: string;
      exchanges: (typeof fetchExchange)[];
      fetchOptions?: RequestInit;
      preferGetMethod?: boolean;
    });
    mutation<T>(query: string, variables: object): { toPromise(): Promise<Result<T>> };
  }
}
