import { writeFileSync } from 'node:fs';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { createSchema } from './schema.ts';

/** `npm run schema`: writes the schema that the code makes to the file that is committed. */
const [, , path] = process.argv;
if (path === undefined) throw new Error('expected the path of the file to write');
writeFileSync(path, `${printSchema(lexicographicSortSchema(createSchema()))}\n`);
