import 'reflect-metadata';
import { GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { ownError } from '../errors/identityError.ts';
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
    authChecker: ({ context }: { context: RequestContext }, scopes: Scope[]) =>
      requireScopes(context, scopes),
  });
  return new GraphQLSchema({ ...schema.toConfig(), description: DESCRIPTION });
}

const CODES = [...Object.values(STATUS_TABLE), ...Object.values(FAULT_TABLE)].map(row => row.code);

const DESCRIPTION = `Do this mobile number, or this bank card, and this Iranian national ID belong together?
Every error has extensions.code, one of: ${[...CODES, ...Object.keys(OWN_ERRORS)].join(', ')}.`;

/** Throws UNAUTHENTICATED without a caller, FORBIDDEN when its credential lacks one of the scopes. */
export function requireScopes({ caller }: Pick<RequestContext, 'caller'>, scopes: Iterable<Scope>): true {
  if (!caller) throw ownError('UNAUTHENTICATED');
  for (const scope of scopes) {
    if (!caller.scopes.has(scope)) throw ownError('FORBIDDEN');
  }
  return true;
}
