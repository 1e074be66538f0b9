import { execute } from 'graphql';
import type { DocumentNode, ExecutionResult, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import type { CompiledQuery } from 'graphql-jit';
import type { RequestContext } from './context.ts';
import { planOf } from './plan.ts';
import type { Variables } from './rawInput.ts';

/** To compile takes as long as some dozen executions, so what comes once or twice is not worth it. */
const SIGHTINGS = 3;

export interface Execution {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Variables;
  readonly context: RequestContext;
}

export type Result = ExecutionResult<Record<string, unknown>>;

/**
 * Executes valid operations: those that come again by code that graphql-jit has made of them, everything else by graphql-js.
 * What was compiled goes with its document, and the document store has room for few.
 */
export class Executor {
  readonly schema: GraphQLSchema;
  readonly #known = new WeakMap<OperationDefinitionNode, Known>();

  readonly #sightings: number;

  constructor(schema: GraphQLSchema, sightings = SIGHTINGS) {
    this.schema = schema;
    this.#sightings = sightings;
  }

  execute(execution: Execution): Result | Promise<Result> {
    const compiled = this.#compiled(execution);
    if (!compiled) return this.#interpret(execution);
    const result = compiled.query(undefined, execution.context, execution.variables);
    if (result instanceof Promise) return result;
    // Variables that no root field takes, such as one for @include: nothing has run yet, and graphql-js tells it better.
    return 'data' in result ? result : this.#interpret(execution);
  }

  #compiled({ document, operation }: Execution): CompiledQuery | null {
    let known = this.#known.get(operation);
    if (!known) this.#known.set(operation, (known = { sightings: 0, compiled: null }));
    known.sightings += 1;
    if (known.sightings === this.#sightings && isCompilable(document, operation)) {
      const compiled = compileQuery(this.schema, document, operation.name?.value ?? '');
      if (isCompiledQuery(compiled)) known.compiled = compiled;
    }
    return known.compiled;
  }

  #interpret({ document, operation, variables, context }: Execution): Result | Promise<Result> {
    return execute({
      schema: this.schema,
      document,
      operationName: operation.name?.value,
      variableValues: variables,
      contextValue: context,
    });
  }
}

interface Known {
  sightings: number;
  compiled: CompiledQuery | null;
}

/** No directive: graphql-jit is of two minds about @skip and @include in fragments. */
function isCompilable(document: DocumentNode, operation: OperationDefinitionNode): boolean {
  const { contractOnly, conditional } = planOf(document, operation);
  return contractOnly && !conditional;
}
