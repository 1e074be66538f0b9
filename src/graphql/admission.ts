import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { ownError } from '../errors/identityError.ts';
import type { IdentityError, RejectedField } from '../errors/identityError.ts';
import type { RequestContext } from './context.ts';
import { findInputFaults } from './inputPass.ts';
import { inputMessage } from './inputMessages.ts';
import { rawVariables } from './rawInput.ts';
import type { Variables } from './rawInput.ts';
import { countChecks, planOf } from './plan.ts';
import { rootFields } from './rootFields.ts';
import { refuseScopes } from './schema.ts';

export interface Admission {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Variables;
  readonly context: RequestContext;
  /** Makes the refusal of bad input; else each is a new one. */
  readonly refuse?: Refuse;
}

export type Refuse = (faults: readonly RejectedField[], operation: OperationDefinitionNode) => IdentityError;

const asError: Refuse = faults => ownError('BAD_USER_INPUT', { fields: faults });

/**
 * Authentication, input, number of checks, in this order, for a whole operation before any of it runs (DESIGN 5). The
 * refusal is returned, not thrown: a throw took a tenth of all that a refusal costs.
 */
export function admit(admission: Admission, maxChecks: number): IdentityError | null {
  const { schema, document, operation, context } = admission;
  context.notes.operationName = operation.name?.value ?? null;
  context.notes.rootField = planOf(document, operation).rootField;
  const unknown = refuseCredential(admission);
  if (unknown) return unknown;
  // Validation lets an operation of a kind that the schema has not pass, and execution would call it a fault.
  if (!schema.getRootType(operation.operation)) return ownError('GRAPHQL_VALIDATION_FAILED');
  return refuseBadInput(admission) ?? (checksOf(admission) > maxChecks ? ownError('TOO_MANY_CHECKS') : null);
}

/** UNAUTHENTICATED or FORBIDDEN when a root field needs what the caller lacks. */
export function refuseCredential({ document, operation, context }: Admission): IdentityError | null {
  const { scopes } = planOf(document, operation);
  return scopes.size > 0 ? refuseScopes(context, scopes) : null;
}

/** BAD_USER_INPUT with every fault of the operation's arguments. */
export function refuseBadInput(admission: Admission): IdentityError | null {
  const { schema, document, operation, variables, context } = admission;
  const faults: RejectedField[] = findInputFaults(schema, document, operation, variables, context.now());
  // Nobody sends such a variable in good faith, and GraphQL would ignore it like any other that is not declared.
  if (Object.hasOwn(variables, '__proto__')) faults.push(PROTOTYPE_FAULT);
  return faults.length > 0 ? (admission.refuse ?? asError)(faults, operation) : null;
}

function checksOf({ document, operation, variables }: Admission): number {
  const plan = planOf(document, operation);
  return plan.conditional
    ? countChecks(rootFields(document, operation, rawVariables(operation, variables)))
    : plan.checks;
}

const PROTOTYPE_FAULT: RejectedField = {
  field: 'variables',
  path: 'variables',
  code: 'UNKNOWN_FIELD',
  message: inputMessage({ code: 'UNKNOWN_FIELD' }),
};
