import { getNamedType, isInputObjectType, isListType, isNonNullType } from 'graphql';
import type {
  DocumentNode,
  FieldNode,
  GraphQLArgument,
  GraphQLInputObjectType,
  GraphQLInputType,
  GraphQLSchema,
  OperationDefinitionNode,
  ValueNode,
} from 'graphql';
import type { RejectedField } from '../errors/identityError.ts';
import { inputMessage } from './inputMessages.ts';
import type { InputFault } from './inputMessages.ts';
import { rawInput, rawVariables } from './rawInput.ts';
import type { Variables } from './rawInput.ts';
import { planOf } from './plan.ts';
import { responseKey } from './rootFields.ts';
import { leafRule } from './leafRules.ts';
import { REPRESENTATION, representationFault } from './representations.ts';

/** Items of all lists together: one variable of many items, used under many aliases, is small to send and large to read. */
const MAX_ITEMS = 10_000;
/** Far more than five checks can have, so only lists are cut short. */
const MAX_FAULTS = 200;

/**
 * Every fault in the arguments of all root fields, variables and literals alike, in one pass before anything is
 * executed (DESIGN 3, Rejected input). graphql-js would tell them one by one, half in validation and half in
 * coercion, and repeat each value.
 */
export function findInputFaults(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  given: Variables,
  now: number,
): RejectedField[] {
  const variables = rawVariables(operation, given);
  const pass = new InputPass(now);
  for (const { node, name, value, check } of argumentsOf(schema, document, operation)) {
    pass.node = node;
    check(value && rawInput(value, variables), name, pass);
  }
  return unique(pass.faults);
}

/** One walk through an operation's arguments. */
class InputPass {
  readonly faults: RejectedField[] = [];
  readonly now: number;
  /** The root field whose argument is looked at. */
  node!: FieldNode;
  itemsLeft = MAX_ITEMS;

  constructor(now: number) {
    this.now = now;
  }

  report(path: string, fault: InputFault): void {
    if (this.faults.length < MAX_FAULTS) this.faults.push(rejected(this.node, path, fault));
  }
}

/** Reports what is wrong with a value; `path` is where it stands, for the caller. */
type Check = (value: unknown, path: string, pass: InputPass) => void;

interface Argument {
  readonly node: FieldNode;
  readonly name: string;
  readonly value: ValueNode | undefined;
  readonly check: Check;
}

/** Made once for each operation that is kept, and each schema. */
const known = new WeakMap<OperationDefinitionNode, { schema: GraphQLSchema; all: readonly Argument[] }>();

function argumentsOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): readonly Argument[] {
  const before = known.get(operation);
  if (before?.schema === schema) return before.all;
  const fields = schema.getRootType(operation.operation)?.getFields();
  const all = planOf(document, operation).fields.flatMap(node =>
    (fields?.[node.name.value]?.args ?? []).map(argument => ({
      node,
      name: argument.name,
      value: node.arguments?.find(({ name }) => name.value === argument.name)?.value,
      check: checkOf(argument),
    })),
  );
  known.set(operation, { schema, all });
  return all;
}

/** To ask each type anew what it is took half of a pass, so that is done once for each argument. No input type of ours holds itself. */
const checks = new WeakMap<GraphQLArgument, Check>();

function checkOf(argument: GraphQLArgument): Check {
  let check = checks.get(argument);
  if (!check) checks.set(argument, (check = makeCheck(argument.type, argument.name)));
  return check;
}

/** `name` is that of the nearest argument or input field, for its rule. */
function makeCheck(type: GraphQLInputType, name: string): Check {
  if (isNonNullType(type)) {
    const check = makeCheck(type.ofType, name);
    return (value, path, pass) =>
      isAbsent(value) ? pass.report(path, { code: 'REQUIRED' }) : check(value, path, pass);
  }
  const check = makeCheckOfPresent(type, name);
  return (value, path, pass) => {
    if (!isAbsent(value)) check(value, path, pass);
  };
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

/** `type` without its `!`. */
function makeCheckOfPresent(type: GraphQLInputType, name: string): Check {
  if (isListType(type)) return checkItems(makeCheck(type.ofType, name));
  if (isInputObjectType(type)) return checkObject(type);
  return checkLeaf(getNamedType(type).name, name);
}

function checkLeaf(typeName: string, name: string): Check {
  if (typeName === REPRESENTATION) return checkRepresentation;
  const rule = leafRule(typeName, name);
  return (value, path, pass) => {
    const fault = rule(value, pass.now);
    if (fault) pass.report(path, fault);
  };
}

const checkRepresentation: Check = (value, path, pass) => {
  const fault = representationFault(value);
  if (fault) pass.report([path, ...fault.at].join('.'), { code: fault.code });
};

function checkItems(check: Check): Check {
  return (value, path, pass) => {
    if (!Array.isArray(value)) return check(value, path, pass); // GraphQL takes one item for a list of it
    pass.itemsLeft -= value.length;
    if (pass.itemsLeft < 0) return pass.report(path, { code: 'LENGTH' });
    for (const [index, item] of value.entries()) check(item, `${path}.${index}`, pass);
  };
}

function checkObject(type: GraphQLInputObjectType): Check {
  const fields = type.getFields();
  const all = Object.values(fields).map(field => ({
    name: field.name,
    check: makeCheck(field.type, field.name),
  }));
  return (value, path, pass) => {
    if (typeof value !== 'object' || Array.isArray(value)) return pass.report(path, { code: 'TYPE' });
    const object = value as Record<string, unknown>;
    if (Object.keys(object).some(name => !Object.hasOwn(fields, name)))
      pass.report(path, { code: 'UNKNOWN_FIELD' }); // the path stops here: unknown names are input, too
    for (const { name, check } of all)
      check(Object.hasOwn(object, name) ? object[name] : undefined, `${path}.${name}`, pass);
  };
}

function rejected(node: FieldNode, path: string, fault: InputFault): RejectedField {
  return {
    field: responseKey(node),
    path,
    code: fault.code,
    message: inputMessage(fault),
  };
}

/** A fragment spread twice asks once: the same response key with the same arguments. */
function unique(faults: RejectedField[]): RejectedField[] {
  if (faults.length < 2) return faults;
  const seen = new Map(faults.map(fault => [`${fault.field} ${fault.path} ${fault.code}`, fault]));
  return [...seen.values()];
}
