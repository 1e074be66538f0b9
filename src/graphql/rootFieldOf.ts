import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import { rootFields } from './rootFields.ts';
import { isRootField } from './scopes.ts';
import type { RootField } from './scopes.ts';

/** Apollo keeps parsed documents, so a repeated one is looked through once. */
const known = new WeakMap<OperationDefinitionNode, RootField | null>();

/** What an operation is counted as: its first root field of the contract; null for introspection. */
export function rootFieldOf(document: DocumentNode, operation: OperationDefinitionNode): RootField | null {
  let field = known.get(operation);
  if (field === undefined) {
    const names = rootFields(document, operation, null).map(({ name }) => name.value);
    field = names.find(isRootField) ?? null;
    known.set(operation, field);
  }
  return field;
}
