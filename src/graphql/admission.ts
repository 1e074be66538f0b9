import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { IdentityError, ownError } from '../errors/identityError.ts';
import type { RejectedField } from '../errors/identityError.ts';
import type { RequestContext } from './context.ts';
import { findInputFaults } from './inputPass.ts';
import { inputMessage } from './inputMessages.ts';
import { rawVariables } from './rawInput.ts';
import type { Variables } from './rawInput.ts';
import { countChecks, planOf } from './plan.ts';
import { rootFields } from './rootFields.ts';
import { requireScopes } from './schema.ts';

export interface Admission {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Variables;
  readonly context: RequestContext;
}

/** Authentication, input, number of checks, in this order, for a whole operation before any of it runs (DESIGN 5). */
export function admit(admission: Admission, maxChecks: number): void {
  const { schema, document, operation, variables, context } = admission;
  const plan = planOf(document, operation);
  context.notes.operationName = operation.name?.value ?? null;
  context.notes.rootField = plan.rootField;
  requireCredential(admission);
  // Validation lets an operation of a kind that the schema has not pass, and execution would call it a fault.
  if (!schema.getRootType(operation.operation)) throw ownError('GRAPHQL_VALIDATION_FAILED');
  refuseBadInput(admission);
  const checks = plan.conditional
    ? countChecks(rootFields(document, operation, rawVariables(operation, variables)))
    : plan.checks;
  if (checks > maxChecks) throw ownError('TOO_MANY_CHECKS');
}

/** Throws UNAUTHENTICATED or FORBIDDEN when a root field needs what the caller lacks. */
export function requireCredential({ document, operation, context }: Admission): void {
  const { scopes } = planOf(document, operation);
  if (scopes.size > 0) requireScopes(context, scopes);
}

/** Throws BAD_USER_INPUT with every fault of the operation's arguments. */
export function refuseBadInput({ schema, document, operation, variables, context }: Admission): void {
  const faults: RejectedField[] = findInputFaults(schema, document, operation, variables, context.now());
  // Nobody sends such a variable in good faith, and GraphQL would ignore it like any other that is not declared.
  if (Object.hasOwn(variables, '__proto__')) faults.push(PROTOTYPE_FAULT);
  if (faults.length > 0) throw ownError('BAD_USER_INPUT', { fields: faults });
}

const PROTOTYPE_FAULT: RejectedField = {
  field: 'variables',
  path: 'variables',
  code: 'UNKNOWN_FIELD',
  message: inputMessage({ code: 'UNKNOWN_FIELD' }),
};

/** The refusal of `check`, or null when it passes. */
export function refusalOf(check: () => void): IdentityError | null {
  try {
    check();
    return null;
  } catch (error) {
    if (error instanceof IdentityError) return error;
    throw error;
  }
}
