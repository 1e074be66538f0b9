import type { GraphQLFormattedError, OperationDefinitionNode } from 'graphql';
import { ownError } from '../errors/identityError.ts';
import type { IdentityError } from '../errors/identityError.ts';
import type { Refuse } from './admission.ts';

/** For each operation; the oldest goes first. */
const MAX_KNOWN = 20;
/** A refusal names what clients have made up, an alias for each field, and as many fields as they like: only small ones are kept. */
const MAX_KEPT_FAULTS = 5;
const MAX_CHARACTERS = 300;

export interface Refused {
  readonly errors: readonly GraphQLFormattedError[];
  /** The same object answers each request that is refused for the same reasons. */
  readonly repeats: true;
}

/** Refusals of bad input, of which apps send the same few again and again: each is made and worded once. */
export class Refusals {
  readonly #known = new WeakMap<OperationDefinitionNode, Map<string, IdentityError>>();
  readonly #worded = new WeakMap<IdentityError, Refused>();
  readonly #word: (refusal: IdentityError) => GraphQLFormattedError;

  constructor(word: (refusal: IdentityError) => GraphQLFormattedError) {
    this.#word = word;
  }

  /** The one for these faults of this operation. They hold no value, and nothing of the request but its operation. */
  readonly refuse: Refuse = (faults, operation) => {
    const what = faults.length > MAX_KEPT_FAULTS ? '' : faults.map(told).join('\n');
    if (what === '' || what.length > MAX_CHARACTERS) return ownError('BAD_USER_INPUT', { fields: faults });
    let known = this.#known.get(operation);
    if (!known) this.#known.set(operation, (known = new Map()));
    const before = known.get(what);
    if (before) return before;
    if (known.size >= MAX_KNOWN) known.delete(known.keys().next().value!);
    const refusal = ownError('BAD_USER_INPUT', { fields: faults });
    known.set(what, refusal);
    this.#worded.set(refusal, { errors: [this.#word(refusal)], repeats: true });
    return refusal;
  };

  /** In words, if it is one of those that are kept. */
  worded(refusal: IdentityError): Refused | undefined {
    return this.#worded.get(refusal);
  }
}

function told({ field, path, code }: { field: string; path: string; code: string }): string {
  return `${field} ${path} ${code}`;
}
