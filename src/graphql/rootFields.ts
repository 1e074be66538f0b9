import { Kind } from 'graphql';
import type {
  DirectiveNode,
  DocumentNode,
  FieldNode,
  OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql';
import type { Variables } from './rawInput.ts';

/** The operation that a request chose, or null when it chose none. */
export function chosenOperation(
  document: DocumentNode,
  name: string | null | undefined,
): OperationDefinitionNode | null {
  const operations = document.definitions.filter(definition => definition.kind === Kind.OPERATION_DEFINITION);
  if (name === null || name === undefined) return operations.length === 1 ? operations[0]! : null;
  return operations.find(operation => operation.name?.value === name) ?? null;
}

/**
 * The root fields of an operation, through all its fragments. `variables` leaves out what @skip and @include switch
 * off; null takes everything. A fragment is looked into once, as in execution, so that fragments which spread each
 * other twice cost nothing. Safe on documents that have not been validated: unknown fragments are empty.
 */
export function rootFields(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables | null,
): FieldNode[] {
  const fragments = new Map(
    document.definitions.flatMap(node =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node.selectionSet]] : [],
    ),
  );
  const found: FieldNode[] = [];
  const seen = new Set<string>();
  const collect = (selectionSet: SelectionSetNode): void => {
    for (const selection of selectionSet.selections) {
      if (variables && !isIncluded(selection.directives ?? [], variables)) continue;
      if (selection.kind === Kind.FIELD) found.push(selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
      else if (!seen.has(selection.name.value)) {
        seen.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment) collect(fragment);
      }
    }
  };
  collect(operation.selectionSet);
  return found;
}

/** What names the field in the answer: its alias, else its name. Fields that share one are executed once. */
export function responseKey({ alias, name }: FieldNode): string {
  return alias?.value ?? name.value;
}

function isIncluded(directives: readonly DirectiveNode[], variables: Variables): boolean {
  return directives.every(({ name, arguments: args }) => {
    const value = args?.find(arg => arg.name.value === 'if')?.value;
    const on =
      value?.kind === Kind.VARIABLE
        ? variables[value.name.value] === true
        : value?.kind === Kind.BOOLEAN && value.value;
    if (name.value === 'include') return on;
    return name.value === 'skip' ? !on : true;
  });
}
