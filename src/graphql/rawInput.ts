import { Kind } from 'graphql';
import type { OperationDefinitionNode, ValueNode } from 'graphql';

/** A literal that no input type of ours takes, such as an enum value: it must not pass for the text of its name. */
const WRONG_LITERAL = Symbol('wrong literal');

export type Variables = Readonly<Record<string, unknown>>;

/** What a literal says, as JSON would say it; variables are put in as they came, absent ones are undefined. */
export function rawInput(node: ValueNode, variables: Variables): unknown {
  switch (node.kind) {
    case Kind.VARIABLE:
      return Object.hasOwn(variables, node.name.value) ? variables[node.name.value] : undefined;
    case Kind.STRING:
    case Kind.BOOLEAN:
      return node.value;
    case Kind.INT:
      return Number(node.value);
    case Kind.NULL:
      return null;
    case Kind.LIST:
      return node.values.map(item => rawInput(item, variables));
    case Kind.OBJECT:
      return Object.fromEntries(
        node.fields.map(field => [field.name.value, rawInput(field.value, variables)]),
      );
    default:
      return WRONG_LITERAL;
  }
}

/** The operation's variables as they came, with the defaults of those that did not come. */
export function rawVariables(operation: OperationDefinitionNode, given: Variables): Variables {
  const variables: Record<string, unknown> = {};
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    if (Object.hasOwn(given, name)) variables[name] = given[name];
    else if (defaultValue) variables[name] = rawInput(defaultValue, {});
  }
  return variables;
}
