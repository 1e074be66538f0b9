import { buildHTTPExecutor } from '@graphql-tools/executor-http';
import { stitchSchemas } from '@graphql-tools/stitch';
import { stitchingDirectives } from '@graphql-tools/stitching-directives';
import { schemaFromExecutor } from '@graphql-tools/wrap';
import { buildSchema } from 'graphql';
import { fetchSdl, serve } from './serve.ts';
import type { GatewayContext, Running, Subgraphs } from './serve.ts';

type Subschemas = NonNullable<Parameters<typeof stitchSchemas>[0]['subschemas']>;
type Merge = Record<string, object>;

/** Stitched as plain remote schemas: read by introspection, merged as configured here. */
export async function startPlain({ identity, customers }: Subgraphs, port = 0): Promise<Running> {
  const remote = async (url: string, merge: Merge) => {
    const executor = executorFor(url);
    return { schema: await schemaFromExecutor(executor), executor, merge };
  };
  return stitch(await Promise.all([remote(identity, OF_IDENTITY), remote(customers, OF_CUSTOMERS)]), port);
}

/** The same with introspection off: the schemas come from `_service { sdl }`. */
export async function startFromSdl({ identity, customers }: Subgraphs, port = 0): Promise<Running> {
  const remote = async (url: string, merge: Merge) => ({ ...(await fromSdl(url)), merge });
  return stitch(await Promise.all([remote(identity, OF_IDENTITY), remote(customers, OF_CUSTOMERS)]), port);
}

/** Nothing is configured here: `@merge` in the SDL says how types are merged. */
export async function startDirectives({ identity, customers }: Subgraphs, port = 0): Promise<Running> {
  // Federation's @key(fields:) is not the stitchers' @key(selectionSet:), and would not be understood.
  const { stitchingDirectivesTransformer } = stitchingDirectives({ keyDirectiveName: 'stitchKey' });
  return stitch(await Promise.all([fromSdl(identity), fromSdl(customers)]), port, {
    subschemaConfigTransforms: [stitchingDirectivesTransformer],
  });
}

const byId = (fieldName: string) => ({
  fieldName,
  selectionSet: '{ id }',
  key: ({ id }: { id: string }) => id,
  argsFromKeys: (ids: readonly string[]) => ({ ids }),
});
const OF_IDENTITY: Merge = {
  MobileVerification: byId('verifications'),
  CardVerification: byId('verifications'),
};
const OF_CUSTOMERS: Merge = { MobileVerification: byId('customersOfMobile') };

async function fromSdl(url: string) {
  const schema = buildSchema(await fetchSdl(url), { assumeValidSDL: true });
  return { schema, executor: executorFor(url) };
}

function executorFor(endpoint: string) {
  return buildHTTPExecutor({
    endpoint,
    // No context while the schema is read.
    headers: request => ({ ...(request?.context as GatewayContext | undefined)?.headers }),
  });
}

function stitch(subschemas: Subschemas, port: number, more: object = {}): Promise<Running> {
  return serve({ schema: stitchSchemas({ subschemas, ...more }) }, port);
}
