import { buildSubgraphSchema } from '@apollo/subgraph';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { parse } from 'graphql';
import type { GraphQLField, GraphQLInterfaceType, GraphQLSchema } from 'graphql';
import { createResolversMap } from 'type-graphql';
import type { RequestContext } from './context.ts';
import { ENTITIES } from './representations.ts';
import type { Representation } from './representations.ts';
import { TokenResolver, VerificationResolver, recorded } from './resolvers.ts';
import { createSchema, requireScopes } from './schema.ts';
import { SCOPE_OF, isRootField } from './scopes.ts';
import { typeNameOf } from './types.ts';

/** 2.0 is enough for @key, so that any Federation 2 gateway takes it. @merge is for stitchers; composition drops it. */
const HEADER = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key"])
"How a stitching gateway reads the types of this field; see @graphql-tools/stitching-directives."
directive @merge(keyField: String, keyArg: String, additionalArgs: String, key: [String!], argsExpr: String) on FIELD_DEFINITION
`;

let made: GraphQLSchema | null = null;

/**
 * What the server runs: the contract's schema, with the `_service` and `_entities` that gateways compose it by. It holds
 * no state, so one serves all servers of a process.
 */
export function subgraphSchema(): GraphQLSchema {
  return (made ??= createSubgraph());
}

function createSubgraph(): GraphQLSchema {
  const schema = createSchema();
  const resolvers = { ...createResolversMap(schema), ...ENTITY_RESOLVERS };
  const typeDefs = parse(HEADER + printSchemaWithDirectives(schema));
  const subgraph = buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]); // Apollo's type is narrower
  // type-graphql makes it a promise, which compiled operations cannot wait for.
  (subgraph.getType('Verification') as GraphQLInterfaceType).resolveType = typeNameOf;
  for (const type of [subgraph.getQueryType()!, subgraph.getMutationType()!])
    for (const field of Object.values(type.getFields())) callDirectly(field);
  return subgraph;
}

type Method = (...argumentsAndContext: unknown[]) => unknown;
const RESOLVERS = [new VerificationResolver(), new TokenResolver()] as unknown as Record<string, Method>[];

/**
 * The contract's root fields call their methods directly: type-graphql's way to them is twelve promises and a copy of the
 * input, 8 µs of a question in a profile. The scope is looked at here once more, whatever admission may have overlooked.
 */
function callDirectly(field: GraphQLField<unknown, RequestContext>): void {
  const { name, args } = field;
  const resolver = RESOLVERS.find(methods => name in methods);
  if (!resolver || !isRootField(name)) return; // Apollo's own, for gateways
  const scopes = [SCOPE_OF[name]];
  field.resolve = (_source, given: Record<string, unknown>, context) => {
    requireScopes(context, scopes);
    return resolver[name]!(...args.map(arg => given[arg.name]), context);
  };
}

/** All that these types need: their fields are read off the answer. */
const ENTITY_RESOLVERS = Object.fromEntries(
  ENTITIES.map(name => [name, { __resolveReference: resolveReference }]),
);

/** A recorded answer of the wanted type, or null. The input pass has seen the reference; errors are `verification`'s. */
async function resolveReference({ __typename, id }: Representation, context: RequestContext) {
  requireScopes(context, [SCOPE_OF._entities]);
  const answer = await recorded(String(id), context);
  return answer && typeNameOf(answer) === __typename ? answer : null;
}
