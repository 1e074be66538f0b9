// What most people write: Apollo Server's standalone start, and fetch.
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { answer, headers, typeDefs, url, wireBody } from './schema.mjs';

const verifyMobile = async (_root, { input }) =>
  answer(await (await fetch(url, { method: 'POST', headers, body: wireBody(input) })).json());

await startStandaloneServer(new ApolloServer({ typeDefs, resolvers: { Mutation: { verifyMobile } } }), {
  listen: { port: Number(process.env.PORT), host: '127.0.0.1' },
});
