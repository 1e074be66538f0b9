import { Kind, OperationTypeNode, execute, visit } from 'graphql';
import type {
  DocumentNode,
  ExecutionResult,
  FragmentDefinitionNode,
  GraphQLSchema,
  OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql';
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
 * What was compiled goes with its document, and the stores of documents have room for few.
 */
export class Executor {
  readonly schema: GraphQLSchema;
  readonly #known = new WeakMap<OperationDefinitionNode, Known>();

  readonly #sightings: number;

  /** `sightings`: at which one an operation is compiled; Infinity never. */
  constructor(schema: GraphQLSchema, sightings = SIGHTINGS) {
    this.schema = schema;
    this.#sightings = sightings;
  }

  execute(execution: Execution): Result | Promise<Result> {
    const compiled = this.#compiled(execution);
    if (!compiled) return this.#interpret(execution);
    const result = compiled.query(undefined, execution.context, execution.variables);
    if (result instanceof Promise) return result;
    // Variables that are refused: nothing has run yet, and graphql-js tells it better.
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

/** More selections, with fragments spelt out, take longer to compile and more memory than all their executions save. */
const MAX_SELECTIONS = 100;

/**
 * Only what graphql-jit is known to do as graphql-js does, and safely:
 * - every argument is a variable, without a default: it prints literals into its code, and a text of a certain form becomes code there;
 * - no directive: it is of two minds about @skip and @include in fragments;
 * - no alias `__proto__`, which its object literals lose;
 * - one root field, or a mutation's nullable ones: of two failures that make all of the answer null it tells both.
 */
function isCompilable(document: DocumentNode, operation: OperationDefinitionNode): boolean {
  const { contractOnly, conditional, fields } = planOf(document, operation);
  if (
    !contractOnly ||
    conditional ||
    (fields.length > 1 && operation.operation !== OperationTypeNode.MUTATION)
  )
    return false;
  let plain = true;
  const refuse = () => void (plain = false);
  visit(document, {
    Argument: ({ value }) => (value.kind === Kind.VARIABLE ? undefined : refuse()),
    VariableDefinition: ({ defaultValue }) => (defaultValue ? refuse() : undefined),
    Field: ({ alias }) => (alias?.value === '__proto__' ? refuse() : undefined),
  });
  return plain && countSelections(document, operation.selectionSet) <= MAX_SELECTIONS;
}

/** The document is valid, so no fragment spreads itself. */
function countSelections(document: DocumentNode, { selections }: SelectionSetNode): number {
  let count = 0;
  for (const selection of selections) {
    if (count > MAX_SELECTIONS) break; // fragments may multiply without end
    const inner =
      selection.kind === Kind.FRAGMENT_SPREAD
        ? fragmentOf(document, selection.name.value)?.selectionSet
        : selection.selectionSet;
    count += 1 + (inner ? countSelections(document, inner) : 0);
  }
  return count;
}

function fragmentOf({ definitions }: DocumentNode, name: string): FragmentDefinitionNode | undefined {
  return definitions
    .filter(node => node.kind === Kind.FRAGMENT_DEFINITION)
    .find(fragment => fragment.name.value === name);
}
