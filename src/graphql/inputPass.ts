import { isInputObjectType, isListType, isNonNullType } from 'graphql';
import type {
  DocumentNode,
  FieldNode,
  GraphQLInputObjectType,
  GraphQLInputType,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql';
import type { RejectedField } from '../errors/identityError.ts';
import { inputMessage } from './inputMessages.ts';
import type { InputFault } from './inputMessages.ts';
import { rawInput, rawVariables } from './rawInput.ts';
import type { Variables } from './rawInput.ts';
import { planOf } from './plan.ts';
import { responseKey } from './rootFields.ts';
import { checkLeaf } from './leafRules.ts';
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
  const rootType = schema.getRootType(operation.operation);
  const variables = rawVariables(operation, given);
  const pass = new InputPass(now);
  for (const node of planOf(document, operation).fields)
    for (const { name, type } of rootType?.getFields()[node.name.value]?.args ?? [])
      pass.check(node, type, name, argument(node, name, variables));
  return unique(pass.faults);
}

function argument(node: FieldNode, name: string, variables: Variables): unknown {
  const found = node.arguments?.find(arg => arg.name.value === name);
  return found && rawInput(found.value, variables);
}

/** One walk through an operation's arguments. */
class InputPass {
  readonly faults: RejectedField[] = [];
  readonly #now: number;
  #node!: FieldNode;
  #itemsLeft = MAX_ITEMS;

  constructor(now: number) {
    this.#now = now;
  }

  /** The argument `name` of `node`. */
  check(node: FieldNode, type: GraphQLInputType, name: string, value: unknown): void {
    this.#node = node;
    this.#check(type, value, name, name);
  }

  #report(path: string, fault: InputFault): void {
    if (this.faults.length < MAX_FAULTS) this.faults.push(rejected(this.#node, path, fault));
  }

  /** `path` is where the value stands, for the caller; `name` that of the nearest argument or input field, for its rule. */
  #check(type: GraphQLInputType, value: unknown, path: string, name: string): void {
    if (isNonNullType(type)) {
      if (value === undefined || value === null) this.#report(path, { code: 'REQUIRED' });
      else this.#check(type.ofType, value, path, name);
      return;
    }
    if (value === undefined || value === null) return;
    if (isListType(type)) this.#checkItems(type.ofType, value, path, name);
    else if (isInputObjectType(type)) this.#checkObject(type, value, path);
    else if (type.name === REPRESENTATION) this.#checkRepresentation(value, path);
    else {
      const fault = checkLeaf(type.name, name, value, this.#now);
      if (fault) this.#report(path, fault);
    }
  }

  #checkRepresentation(value: unknown, path: string): void {
    const fault = representationFault(value);
    if (fault) this.#report([path, ...fault.at].join('.'), { code: fault.code });
  }

  #checkItems(itemType: GraphQLInputType, value: unknown, path: string, name: string): void {
    if (!Array.isArray(value)) return this.#check(itemType, value, path, name); // GraphQL takes one item for a list of it
    this.#itemsLeft -= value.length;
    if (this.#itemsLeft < 0) return this.#report(path, { code: 'LENGTH' });
    value.forEach((item, index) => this.#check(itemType, item, `${path}.${index}`, name));
  }

  #checkObject(type: GraphQLInputObjectType, value: unknown, path: string): void {
    if (typeof value !== 'object' || Array.isArray(value)) return this.#report(path, { code: 'TYPE' });
    const fields = type.getFields();
    const object = value as Record<string, unknown>;
    if (Object.keys(object).some(name => !Object.hasOwn(fields, name)))
      this.#report(path, { code: 'UNKNOWN_FIELD' }); // the path stops here: unknown names are input, too
    for (const name in fields) {
      const own = Object.hasOwn(object, name) ? object[name] : undefined;
      this.#check(fields[name]!.type, own, `${path}.${name}`, name);
    }
  }
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
