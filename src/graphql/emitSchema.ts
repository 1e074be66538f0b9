import { writeFileSync } from 'node:fs';
import { graphqlSync, lexicographicSortSchema, printSchema } from 'graphql';
import { createSchema } from './schema.ts';
import { subgraphSchema } from './subgraph.ts';

/** `npm run schema`: writes what the code makes to the files that are committed, for clients and for gateways. */
const [, , folder] = process.argv;
if (folder === undefined) throw new Error('expected the folder to write to');
writeFileSync(`${folder}/schema.graphql`, `${printSchema(lexicographicSortSchema(createSchema()))}\n`);
writeFileSync(`${folder}/subgraph.graphql`, `${subgraphSdl()}\n`);

function subgraphSdl(): string {
  const { data } = graphqlSync({ schema: subgraphSchema(), source: '{ _service { sdl } }' });
  return (data as { _service: { sdl: string } })._service.sdl;
}
