import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServer } from '../support/server.ts';

/** A frontend project that lives elsewhere and has the packed package, and beside it what its author would install. */
const root = fileURLToPath(new URL('../../', import.meta.url));
const project = mkdtempSync(join(tmpdir(), 'frontend-'));
const BESIDE = ['graphql', '@graphql-typed-document-node/core', '@apollo/client', 'rxjs'];
let packed: string[];

const FETCH = `
import { print } from 'graphql';
import { VerifyMobileDocument, type VerifyMobileMutation, type VerifyMobileMutationVariables } from 'paystar-identity-graphql/operations';
import { identityErrors, isCode } from 'paystar-identity-graphql/errors';

declare const process: { argv: string[] };
declare function fetch(url: string, init: object): Promise<{ json(): Promise<unknown> }>;
declare const console: { log(text: string): void };

async function verify(input: VerifyMobileMutationVariables['input']): Promise<string> {
  const reply = await fetch(process.argv[2]!, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: print(VerifyMobileDocument), variables: { input } }),
  });
  const body = (await reply.json()) as { data?: VerifyMobileMutation };
  for (const error of identityErrors(body)) {
    if (isCode(error, 'BAD_USER_INPUT')) return error.extensions.fields.map(field => field.code).join();
    return error.extensions.code;
  }
  return String(body.data?.verifyMobile?.isMatched);
}

for (const nationalId of ['9990000018', '9990000026', '9990000019']) {
  console.log(await verify({ nationalId, mobileNumber: '09123456789' }));
}
`;

const APOLLO = `
import { CombinedGraphQLErrors, type ApolloClient } from '@apollo/client';
import { VerifyCardDocument } from 'paystar-identity-graphql/operations';
import { identityErrors, isCode, type IdentityExtensions } from 'paystar-identity-graphql/errors';

export async function verify(client: ApolloClient): Promise<boolean | undefined> {
  try {
    const { data } = await client.mutate({
      mutation: VerifyCardDocument,
      variables: { input: { nationalId: '', cardNumber: '', birthDate: '' } },
    });
    return data?.verifyCard?.isMatched;
  } catch (error) {
    if (CombinedGraphQLErrors.is(error) && error.errors.some(one => isCode(one, 'PAYSTAR_UNREACHABLE'))) return undefined;
    identityErrors(error).map(({ extensions }) => told(extensions));
    throw error;
  }
}

function told(extensions: IdentityExtensions): number | undefined {
  if (extensions.code === 'BAD_USER_INPUT') return extensions.fields.length;
  if (extensions.code === 'PAYSTAR_SERVER_ERROR') return extensions.paystar?.status ?? 0;
  return extensions.retryAfterSeconds;
}
`;

/** The name that is misspelt, or has no place there, and a line that has it. */
const MISTAKES: Record<string, string> = {
  nationalID: "const v: VerifyMobileMutationVariables = { input: { nationalID: '', mobileNumber: '' } };",
  isMatch: 'declare const v: VerifyMobileMutation; export const w = v.verifyMobile?.isMatch;',
  BAD_USER_INPT: "export const v = isCode({}, 'BAD_USER_INPT');",
  fields: "declare const v: unknown; export const w = isCode(v, 'RATE_LIMITED') && v.extensions.fields;",
  verifyMobil:
    'export const v = async (client: ApolloClient) => (await client.mutate({ mutation: VerifyMobileDocument, variables: { input: null! } })).data?.verifyMobil;',
};

beforeAll(async () => {
  const { output } = await run(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--pack-destination', project],
    root,
  );
  const [{ filename, files }] = JSON.parse(output);
  packed = files.map(({ path }: { path: string }) => path);
  const installed = join(project, 'node_modules/paystar-identity-graphql');
  mkdirSync(installed, { recursive: true });
  await run('tar', ['-xzf', join(project, filename), '-C', installed, '--strip-components=1'], project);
  for (const name of BESIDE) {
    mkdirSync(dirname(join(project, 'node_modules', name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name));
  }
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    target: 'es2022',
    lib: ['es2022', 'dom'],
    types: [],
    module: 'esnext',
    moduleResolution: 'bundler',
  };
  write('package.json', JSON.stringify({ type: 'module' }));
  write(
    'tsconfig.json',
    JSON.stringify({
      compilerOptions: { ...compilerOptions, noEmit: true, skipLibCheck: true },
      include: ['bad'],
    }),
  );
  write(
    'tsconfig.good.json',
    JSON.stringify({
      compilerOptions: { ...compilerOptions, lib: ['es2022'], rootDir: 'good', outDir: 'out' },
      include: ['good/fetch.ts'],
    }),
  );
  write(
    'tsconfig.apollo.json',
    JSON.stringify({
      compilerOptions: { ...compilerOptions, noEmit: true, skipLibCheck: true },
      include: ['good/apollo.ts'],
    }),
  );
  write('good/fetch.ts', FETCH);
  write('good/apollo.ts', APOLLO);
  for (const [name, line] of Object.entries(MISTAKES)) {
    write(
      `bad/${name}.ts`,
      `import type { ApolloClient } from '@apollo/client';
import { VerifyMobileDocument } from 'paystar-identity-graphql/operations';
import type { VerifyMobileMutation, VerifyMobileMutationVariables } from 'paystar-identity-graphql/operations';
import { isCode } from 'paystar-identity-graphql/errors';
${line}
export type { ApolloClient, VerifyMobileMutation, VerifyMobileMutationVariables }; export { isCode, VerifyMobileDocument };
`,
    );
  }
}, 120_000);
afterAll(() => rmSync(project, { recursive: true, force: true }));

it('the package has the built code, the schema and the operations, and nothing of how they are made', () => {
  expect(packed).toEqual(
    expect.arrayContaining([
      'dist/client/errors.d.ts',
      'dist/client/errors.js',
      'dist/client/generated/operations.d.ts',
      'dist/client/generated/operations.js',
      'dist/main.js',
      'schema/operations/verification.graphql',
      'schema/schema.graphql',
      'LICENSE',
      'README.md',
    ]),
  );
  expect(
    packed.filter(
      path =>
        !/^(dist\/|schema\/(schema|operations\/\w+)\.graphql$|LICENSE|README(\.fa)?\.md|package\.json)/.test(
          path,
        ),
    ),
  ).toEqual([]);
});

describe('a frontend project in another folder', () => {
  it('compiles in strict TypeScript against the package, and asks by plain fetch', async () => {
    expect(await tsc('tsconfig.good.json')).toEqual({ code: 0, output: '' });
    const server = await startServer();
    const asked = await run(process.execPath, ['out/fetch.js', `${server.origin}/graphql`], project);
    expect(asked).toEqual({ code: 0, output: 'true\nfalse\nCHECKSUM\n' });
  });

  it('compiles with Apollo Client', async () => {
    expect(await tsc('tsconfig.apollo.json')).toEqual({ code: 0, output: '' });
  });

  it('finds the schema', async () => {
    const script =
      "import { readFileSync } from 'node:fs'; console.log(readFileSync(new URL(import.meta.resolve('paystar-identity-graphql/schema.graphql')), 'utf8').includes('type Mutation'))";
    expect((await run(process.execPath, ['--input-type=module', '-e', script], project)).output).toBe(
      'true\n',
    );
  });

  it('does not compile with a misspelt field, input or code', async () => {
    const { code, output } = await tsc('tsconfig.json');
    expect(code).not.toBe(0);
    const errors = output.split('\n').filter(line => line.includes('error TS'));
    expect(errors.map(line => /^bad\/(\w+)\.ts\(5,/.exec(line)?.[1]).sort()).toEqual(
      Object.keys(MISTAKES).sort(),
    );
    for (const line of errors) expect(line).toMatch(/^bad\/(\w+)\.ts.*['"]\1['"]/);
  });
});

const tsc = (config: string) =>
  run(join(root, 'node_modules/.bin/tsc'), ['--pretty', 'false', '-p', config], project);

function write(name: string, text: string): void {
  mkdirSync(dirname(join(project, name)), { recursive: true });
  writeFileSync(join(project, name), text);
}

/** Beside this process, in which a server may have to answer. NODE_OPTIONS are Jest's. */
function run(command: string, args: string[], cwd: string): Promise<{ code: number; output: string }> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return new Promise(resolve => {
    const child = execFile(command, args, { cwd, env }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? 1, output: stdout + stderr }),
    );
  });
}
