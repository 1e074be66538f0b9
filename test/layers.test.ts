import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const all = (module: string) => `export * as x from '${module}';`;

const REFUSED: [file: string, code: string][] = [
  ['src/main.ts', all('./sandbox/paystar.ts')],
  ['src/app.ts', all('./sandbox/paystar.ts')],
  ['src/app.ts', all('./main.ts')],
  ['src/app.ts', all('undici')],
  ['src/http/x.ts', all('../app.ts')],
  ['src/http/x.ts', all('keyv')],
  ['src/http/x.ts', "import { parse } from 'graphql'; export const x = parse;"],
  ['src/http/x.ts', "import { ApolloServer } from '@apollo/server'; export const x = ApolloServer;"],
  ['src/graphql/x.ts', all('../http/server.ts')],
  ['src/graphql/x.ts', all('fastify')],
  ['src/verification/x.ts', all('../graphql/schema.ts')],
  ['src/verification/rules/x.ts', all('../../http/server.ts')],
  ['src/verification/x.ts', all('undici')],
  ['src/paystar/x.ts', all('../verification/service.ts')],
  ['src/paystar/x.ts', "export const x = () => import('../http/server.ts');"],
  ['src/paystar/x.ts', all('graphql')],
  ['src/store/x.ts', all('../paystar/client.ts')],
  ['src/store/x.ts', all('@fastify/cors')],
  ['src/config.ts', all('./store/store.ts')],
  ['src/config/x.ts', all('../http/server.ts')],
  ['src/keys/x.ts', all('../http/auth.ts')],
  ['src/doctor/x.ts', all('../http/server.ts')],
  ['src/doctor/x.ts', all('undici')],
  ['src/errors/x.ts', all('../store/store.ts')],
  ['src/log.ts', all('./config.ts')],
  ['src/newFolder/x.ts', all('@keyv/redis')],
  ['src/metrics/x.ts', all('../app.ts')],
  ['src/metrics/x.ts', all('../paystar/gate.ts')],
  ['src/metrics/x.ts', all('../log.ts')],
  ['src/metrics/x.ts', all('fastify')],
  ['src/http/x.ts', all('../metrics/metrics.ts')],
  ['src/paystar/x.ts', all('../metrics/metrics.ts')],
  ['src/http/x.ts', all('prom-client')],
  ['src/newFolder/x.ts', all('prom-client')],
  ['src/http/x.ts', all('@opentelemetry/api')],
  ['src/paystar/x.ts', all('@opentelemetry/api')],
  ['src/app.ts', all('@opentelemetry/api')],
  ['src/newFolder/x.ts', all('@opentelemetry/api')],
  ['src/tracing.ts', all('./app.ts')],
  ['src/sandbox/x.ts', all('../log.ts')],
  ['src/sandbox/x.ts', all('fastify')],
  ['src/sandbox/main.ts', all('../paystar/client.ts')],
  ['src/http/x.ts', "export const x = process.env['PORT'];"],
  ['src/http/x.ts', "import { env } from 'node:process'; export const x = env;"],
];

const ALLOWED: [file: string, code: string][] = [
  ['src/main.ts', all('./app.ts')],
  ['src/app.ts', all('./http/server.ts')],
  ['src/http/x.ts', all('../graphql/context.ts')],
  ['src/http/x.ts', all('fastify')],
  ['src/http/x.ts', "import type { GraphQLError } from 'graphql'; export type X = GraphQLError;"],
  ['src/http/x.ts', "import { HeaderMap } from '@apollo/server'; export const x = HeaderMap;"],
  ['src/graphql/x.ts', all('../verification/service.ts')],
  ['src/graphql/x.ts', all('dataloader')],
  ['src/verification/x.ts', all('../paystar/paystar.ts')],
  ['src/paystar/x.ts', all('../store/store.ts')],
  ['src/paystar/x.ts', all('undici')],
  ['src/store/x.ts', all('../errors/own.ts')],
  ['src/store/x.ts', all('@keyv/redis')],
  ['src/metrics/x.ts', all('prom-client')],
  ['src/metrics/x.ts', "import type { Closed } from '../paystar/gate.ts'; export type X = Closed;"],
  ['src/app.ts', all('./metrics/metrics.ts')],
  ['src/tracing.ts', all('@opentelemetry/api')],
  ['src/verification/x.ts', all('../tracing.ts')],
  ['src/sandbox/main.ts', all('../app.ts')],
  ['src/keys/main.ts', all('../config.ts')],
  ['src/doctor/x.ts', all('../paystar/apiKey.ts')],
  ['src/doctor/x.ts', all('../store/openStore.ts')],
  ['src/config.ts', "export const x = process.env['PORT'];"],
];

const tree = mkdtempSync(join(tmpdir(), 'layers-'));
let findings: { code: string; filename: string }[];

// One run of the linter for everything: each case is a folder with our rules and one file in it.
beforeAll(() => {
  // A nested configuration must not have `options`; they hold no rule.
  const { options: _, ...rules } = JSON.parse(readFileSync(join(root, '.oxlintrc.json'), 'utf8'));
  [...REFUSED, ...ALLOWED].forEach(([file, code], index) => {
    const project = join(tree, String(index));
    mkdirSync(dirname(join(project, file)), { recursive: true });
    writeFileSync(join(project, '.oxlintrc.json'), JSON.stringify(rules));
    writeFileSync(join(project, file), `${code}\n`);
  });
  const oxlint = join(root, 'node_modules/.bin/oxlint');
  const { stdout } = spawnSync(oxlint, ['--format', 'json', '.'], { cwd: tree, encoding: 'utf8' });
  findings = JSON.parse(stdout).diagnostics;
});

afterAll(() => rmSync(tree, { recursive: true, force: true }));

it.each(REFUSED.map(([file, code], index) => ({ file, code, index })))(
  'the linter refuses in $file: $code',
  ({ index }) => expect(rulesBroken(index)).not.toEqual([]),
);

it.each(ALLOWED.map(([file, code], index) => ({ file, code, index: REFUSED.length + index })))(
  'the linter allows in $file: $code',
  ({ index }) => expect(rulesBroken(index)).toEqual([]),
);

function rulesBroken(index: number): string[] {
  return findings
    .filter(({ filename }) => filename.startsWith(`${index}/`))
    .map(({ code }) => code)
    .filter(code => /no-restricted-imports|no-process-env/.test(code));
}
