import { Kind, visit } from 'graphql';
import type { DocumentNode, FieldNode, OperationDefinitionNode } from 'graphql';
import type { Scope } from './context.ts';
import { responseKey, rootFields } from './rootFields.ts';
import { PAID_FIELDS, isRootField, scopeOf } from './scopes.ts';
import type { RootField } from './scopes.ts';

/** What an operation says of itself, whatever its variables and its caller. */
export interface Plan {
  /** Through all fragments, without regard to @skip and @include. */
  readonly fields: readonly FieldNode[];
  readonly scopes: ReadonlySet<Scope>;
  /** What it is counted as: its first root field of the contract; null for introspection. */
  readonly rootField: RootField | null;
  /** All its root fields are the contract's. */
  readonly contractOnly: boolean;
  /** Some directive is in the document, so that variables may decide which fields are included. */
  readonly conditional: boolean;
  /** How many questions it asks when everything is included. */
  readonly checks: number;
}

/** Parsed documents are kept, so a repeated one is looked through once. */
const plans = new WeakMap<OperationDefinitionNode, Plan>();

/** Safe on documents that have not been validated. */
export function planOf(document: DocumentNode, operation: OperationDefinitionNode): Plan {
  let plan = plans.get(operation);
  if (!plan) plans.set(operation, (plan = makePlan(document, operation)));
  return plan;
}

/** The document is valid, so fields of one response key are one field with the same arguments, and are asked once. */
export function countChecks(fields: readonly FieldNode[]): number {
  return new Set(fields.filter(field => PAID_FIELDS.has(field.name.value)).map(responseKey)).size;
}

function makePlan(document: DocumentNode, operation: OperationDefinitionNode): Plan {
  const fields = rootFields(document, operation, null);
  const names = fields.map(({ name }) => name.value);
  let conditional = false;
  visit(document, { [Kind.DIRECTIVE]: () => void (conditional = true) });
  return {
    fields,
    scopes: new Set(names.map(scopeOf).filter(scope => scope !== null)),
    rootField: names.find(isRootField) ?? null,
    contractOnly: names.every(isRootField),
    conditional,
    checks: countChecks(fields),
  };
}
