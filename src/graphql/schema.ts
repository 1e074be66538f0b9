import { GraphQLSchema } from 'graphql';
import type { GraphQLObjectType } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { ownError } from '../errors/identityError.ts';
import type { IdentityError } from '../errors/identityError.ts';
import { OWN_ERRORS } from '../errors/own.ts';
import { FAULT_TABLE, STATUS_TABLE } from '../paystar/status.ts';
import type { RequestContext, Scope } from './context.ts';
import { TokenResolver, VerificationResolver } from './resolvers.ts';
import { CardVerification, MobileVerification } from './types.ts';

/** The contract's schema, from the classes in `types.ts` and `resolvers.ts`. */
export function createSchema(): GraphQLSchema {
  const schema = buildSchemaSync({
    resolvers: [VerificationResolver, TokenResolver],
    orphanedTypes: [MobileVerification, CardVerification],
    validate: false, // the input scalars and the input pass have refused everything impossible before
  });
  describeRoots(schema);
  return new GraphQLSchema({ ...schema.toConfig(), description: DESCRIPTION });
}

const ROOTS = {
  Query: 'What the server already knows. Costs nothing.',
  Mutation: 'Questions to Paystar. Each one that is sent costs money, whatever the answer.',
};
const ARGUMENTS: Record<string, string> = {
  id: 'The `id` of an earlier answer to this caller.',
  ids: 'The `id`s of earlier answers to this caller, in the order in which they are wanted.',
  input: 'What is to be compared, and on which terms.',
};

/** Root types have no class that could carry a description, and an argument means the same wherever it stands. */
function describeRoots(schema: GraphQLSchema): void {
  for (const [name, description] of Object.entries(ROOTS)) {
    const type = schema.getType(name) as GraphQLObjectType;
    type.description = description;
    for (const arg of Object.values(type.getFields()).flatMap(field => field.args))
      arg.description ??= ARGUMENTS[arg.name];
  }
}

const CODES = [...Object.values(STATUS_TABLE), ...Object.values(FAULT_TABLE)].map(row => row.code);

const DESCRIPTION = `Do this mobile number, or this bank card, and this Iranian national ID belong together?
Every error has extensions.code, one of: ${[...CODES, ...Object.keys(OWN_ERRORS)].join(', ')}.`;

/** UNAUTHENTICATED without a caller, FORBIDDEN when its credential lacks one of the scopes. */
export function refuseScopes(
  { caller }: Pick<RequestContext, 'caller'>,
  scopes: Iterable<Scope>,
): IdentityError | null {
  if (!caller) return ownError('UNAUTHENTICATED');
  for (const scope of scopes) if (!caller.scopes.has(scope)) return ownError('FORBIDDEN');
  return null;
}

/** Throws what `refuseScopes` says. */
export function requireScopes(context: Pick<RequestContext, 'caller'>, scopes: Iterable<Scope>): void {
  const refusal = refuseScopes(context, scopes);
  if (refusal) throw refusal;
}
