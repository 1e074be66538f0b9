import type { DocumentNode, GraphQLFormattedError, OperationDefinitionNode } from 'graphql';
import { admit } from './admission.ts';
import type { RequestContext } from './context.ts';
import { formatError, toIdentityError } from './errors.ts';
import type { Executor } from './executor.ts';
import type { GatekeeperOptions } from './gatekeeper.ts';
import { planOf } from './plan.ts';
import { Refusals } from './refusals.ts';
import type { Variables } from './rawInput.ts';

/** So often must Apollo have accepted a text, or a header, before it is known here. */
export const SIGHTINGS = 3;
/** More than any app has; the oldest goes first. */
const MAX_KNOWN = 200;
const MAX_CHARACTERS = 10_000;

/** A request that Apollo need not see. */
export interface Ready {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Variables;
  /** Of the reply. */
  readonly contentType: string;
}

export interface CompiledResult {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLFormattedError[];
  /** The same object answers each request that is refused for the same reasons. */
  readonly repeats?: true;
}

/**
 * The short way for what comes again and again. Apollo's pipeline looks at each request as if it were the first, which
 * costs more than all the rest; a text that it has accepted several times goes from here to the same admission, the same
 * executor and the same error formatting, without it. Everything unusual is left to Apollo.
 */
export class CompiledPath {
  readonly #executor: Executor;
  readonly #options: GatekeeperOptions;
  readonly #operations = new Sightings<Pick<Ready, 'document' | 'operation'>>();
  readonly #types = new Sightings<string>();
  readonly #refusals: Refusals;

  constructor(executor: Executor, options: GatekeeperOptions) {
    this.#executor = executor;
    this.#options = options;
    this.#refusals = new Refusals(refusal => formatError(refusal, options.errorDetail));
  }

  /** Apollo has parsed and validated this text. Only documents of one operation of the contract are remembered. */
  accepted(source: string, document: DocumentNode, operation: OperationDefinitionNode): void {
    const operations = document.definitions.filter(({ kind }) => kind === operation.kind);
    if (operations.length > 1 || source.length > MAX_CHARACTERS || !planOf(document, operation).contractOnly)
      return;
    this.#operations.saw(source, { document, operation });
  }

  /** Apollo has answered a request with this Accept header with this content type. */
  answered(accept: string | undefined, contentType: string): void {
    this.#types.saw(accept ?? '', contentType);
  }

  /** null for what is not known, or not usual. */
  find(body: unknown, accept: string | undefined): Ready | null {
    if (typeof body !== 'object' || body === null) return null;
    const { query, variables, operationName, ...more } = body as Record<string, unknown>;
    if (typeof query !== 'string') return null;
    const known = this.#operations.get(query);
    const contentType = this.#types.get(accept ?? '');
    if (!known || contentType === undefined) return null;
    if (Object.keys(more).length > 0) return null; // extensions, such as a persisted query
    if (
      operationName !== undefined &&
      operationName !== null &&
      operationName !== known.operation.name?.value
    )
      return null;
    if (variables === undefined || variables === null) return { ...known, variables: {}, contentType };
    if (typeof variables !== 'object' || Array.isArray(variables)) return null;
    return { ...known, variables: variables as Variables, contentType };
  }

  /** null when it takes Apollo to say what is wrong; nothing has been asked then. */
  async answer(
    { document, operation, variables }: Ready,
    context: RequestContext,
  ): Promise<CompiledResult | null> {
    const { schema } = this.#executor;
    const { notes } = context;
    const { maxChecks, errorDetail } = this.#options;
    const refusal = admit(
      { schema, document, operation, variables, context, refuse: this.#refusals.refuse },
      maxChecks,
    );
    if (refusal) {
      notes.errors.push(refusal);
      return this.#refusals.worded(refusal) ?? { errors: [formatError(refusal, errorDetail)] };
    }
    const result = await this.#executor.execute({ document, operation, variables, context });
    if (!('data' in result)) return null;
    if (!result.errors) return { data: result.data };
    notes.errors.push(...result.errors.map(toIdentityError));
    return { errors: result.errors.map(error => formatError(error, errorDetail)), data: result.data };
  }
}

/** What was seen often enough to be known, by its text. What comes once or twice takes no place of what is known. */
class Sightings<T> {
  readonly #candidates = new Map<string, number>();
  readonly #known = new Map<string, T>();

  saw(text: string, value: T): void {
    if (this.#known.has(text)) return;
    const times = (this.#candidates.get(text) ?? 0) + 1;
    this.#candidates.delete(text);
    if (times < SIGHTINGS) bounded(this.#candidates).set(text, times);
    else bounded(this.#known).set(text, value);
  }

  get(text: string): T | undefined {
    return this.#known.get(text);
  }
}

/** With room for one more. */
function bounded<K, V>(map: Map<K, V>): Map<K, V> {
  if (map.size >= MAX_KNOWN) map.delete(map.keys().next().value!);
  return map;
}
