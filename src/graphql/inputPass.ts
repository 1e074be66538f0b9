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
  const faults: RejectedField[] = [];
  const left = { items: MAX_ITEMS };
  for (const node of planOf(document, operation).fields) {
    const field = rootType?.getFields()[node.name.value];
    for (const arg of field?.args ?? []) {
      const report: Report = (path, fault) => {
        if (faults.length < MAX_FAULTS) faults.push(rejected(node, path, fault));
      };
      const place = { path: arg.name, name: arg.name, now, left, report };
      check(arg.type, argument(node, arg.name, variables), place);
    }
  }
  return unique(faults);
}

type Report = (path: string, fault: InputFault) => void;

/** Where a value stands: `path` for the caller, `name` of the nearest argument or input field for its rule. */
interface Place {
  readonly path: string;
  readonly name: string;
  readonly now: number;
  readonly left: { items: number };
  readonly report: Report;
}

function argument(node: FieldNode, name: string, variables: Variables): unknown {
  const found = node.arguments?.find(arg => arg.name.value === name);
  return found && rawInput(found.value, variables);
}

function check(type: GraphQLInputType, value: unknown, place: Place): void {
  if (isNonNullType(type)) {
    if (value === undefined || value === null) place.report(place.path, { code: 'REQUIRED' });
    else check(type.ofType, value, place);
    return;
  }
  if (value === undefined || value === null) return;
  if (isListType(type)) checkItems(type.ofType, value, place);
  else if (isInputObjectType(type)) checkObject(type, value, place);
  else if (type.name === REPRESENTATION) checkRepresentation(value, place);
  else {
    const fault = checkLeaf(type.name, place.name, value, place.now);
    if (fault) place.report(place.path, fault);
  }
}

function checkRepresentation(value: unknown, place: Place): void {
  const fault = representationFault(value);
  if (fault) place.report([place.path, ...fault.at].join('.'), { code: fault.code });
}

function checkItems(itemType: GraphQLInputType, value: unknown, place: Place): void {
  if (!Array.isArray(value)) return check(itemType, value, place); // GraphQL takes one item for a list of it
  place.left.items -= value.length;
  if (place.left.items < 0) return place.report(place.path, { code: 'LENGTH' });
  value.forEach((item, index) => check(itemType, item, { ...place, path: `${place.path}.${index}` }));
}

function checkObject(type: GraphQLInputObjectType, value: unknown, place: Place): void {
  if (typeof value !== 'object' || Array.isArray(value)) return place.report(place.path, { code: 'TYPE' });
  const fields = type.getFields();
  const object = value as Record<string, unknown>;
  if (Object.keys(object).some(name => !Object.hasOwn(fields, name))) {
    place.report(place.path, { code: 'UNKNOWN_FIELD' }); // the path stops here: unknown names are input, too
  }
  for (const { name, type: fieldType } of Object.values(fields)) {
    const own = Object.hasOwn(object, name) ? object[name] : undefined;
    check(fieldType, own, { ...place, path: `${place.path}.${name}`, name });
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
  const seen = new Map(faults.map(fault => [`${fault.field} ${fault.path} ${fault.code}`, fault]));
  return [...seen.values()];
}
