import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { serve } from './serve.ts';
import type { Running } from './serve.ts';

/** A second subgraph: customers, each of whom may hold the ids of verifications. Works federated and stitched. */
const TYPES = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key"])
directive @merge(keyField: String, keyArg: String, additionalArgs: String, key: [String!], argsExpr: String) on FIELD_DEFINITION

type Query {
  customers(first: Int! = 100): [Customer!]!
  "For stitching gateways: the customers of these verifications, in order."
  customersOfMobile(ids: [ID!]!): [MobileVerification]! @merge(keyField: "id")
}
type Mutation {
  "Notes which verifications a customer has."
  linkCustomer(id: ID!, mobile: ID, card: ID): Customer!
}
type Customer @key(fields: "id") {
  id: ID!
  mobileVerification: MobileVerification
  cardVerification: CardVerification
}
type MobileVerification @key(fields: "id") {
  id: ID!
  customer: Customer
}
type CardVerification @key(fields: "id", resolvable: false) {
  id: ID!
}
`;

interface Customer {
  readonly id: string;
  mobileVerification: { id: string } | null;
  cardVerification: { id: string } | null;
}

export function startCustomers(port = 0): Promise<Running> {
  const customers = new Map<string, Customer>();
  const customer = (id: string): Customer => {
    const known = customers.get(id) ?? { id, mobileVerification: null, cardVerification: null };
    customers.set(id, known);
    return known;
  };
  const ofMobile = (id: string) =>
    [...customers.values()].find(({ mobileVerification }) => mobileVerification?.id === id) ?? null;
  const resolvers = {
    Query: {
      customers: (_: unknown, { first }: { first: number }) => [...customers.values()].slice(0, first),
      customersOfMobile: (_: unknown, { ids }: { ids: string[] }) => ids.map(id => ({ id })),
    },
    Mutation: {
      linkCustomer: (_: unknown, { id, mobile, card }: { id: string; mobile?: string; card?: string }) => {
        const linked = customer(id);
        if (mobile !== undefined) linked.mobileVerification = { id: mobile };
        if (card !== undefined) linked.cardVerification = { id: card };
        return linked;
      },
    },
    Customer: { __resolveReference: ({ id }: { id: string }) => customer(id) },
    MobileVerification: { customer: ({ id }: { id: string }) => ofMobile(id) },
  };
  return serve(
    { schema: buildSubgraphSchema([{ typeDefs: parse(TYPES), resolvers: resolvers as never }]) },
    port,
  );
}
