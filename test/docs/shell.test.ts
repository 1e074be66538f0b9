import { afterEach, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { SETTINGS, readConfig } from '../../src/config.ts';
import { SANDBOX_CREDENTIALS } from '../../src/sandbox/paystar.ts';
import { startSandbox, startServer } from '../support/server.ts';
import { DOCUMENTS, NOT_RUN, blocksOf, isNotRun } from './blocks.ts';
import type { Block } from './blocks.ts';
import { Session } from './session.ts';

const RUN_HERE = ['sh', 'json', 'env'];
const blocks = DOCUMENTS.flatMap(blocksOf);
const { applicationId, accessPassword, refreshToken } = SANDBOX_CREDENTIALS;

let session: Session | null = null;
afterEach(async () => {
  await session?.close();
  session = null;
});

describe('every block of the documents', () => {
  it('is of a kind that some test here runs, or listed as one that cannot be run', () => {
    const kinds = ['sh', 'json', 'env', 'yaml', 'ts'];
    const left = blocks.filter(block => !kinds.includes(block.language) && !isNotRun(block));
    expect(left.map(({ file, line }) => `${file}:${line}`)).toEqual([]);
  });

  it('that is listed as one that cannot be run exists', () => {
    for (const { begins } of NOT_RUN)
      expect(blocks.filter(({ text }) => text.startsWith(begins))).toHaveLength(1);
  });
});

describe.each(['README.md', 'docs/operations.md', 'docs/frontend.md'])('the commands of %s', file => {
  it('work in their order, and answer what is shown', async () => {
    const { url } = await startSandbox();
    session = new Session({ PAYSTAR_BASE_URL: url });
    await session.open();
    await runAll(session, blocksOf(file));
  });
});

/** What the prose before a reply says about its command. */
const VARIANTS: readonly [says: RegExp, change: (command: string) => string][] = [
  [/^The same with a wrong digit/, command => command.replace('9990000018', '9990000019')],
];

async function runAll(shell: Session, all: readonly Block[]): Promise<void> {
  let last = '';
  let output = '';
  for (const block of all.filter(({ language }) => RUN_HERE.includes(language))) {
    const { language, text, before } = block;
    if (isNotRun(block)) continue;
    if (language === 'env') shell.write(/^# (\S+)/.exec(text)![1], text);
    if (language === 'sh') output = await shell.run((last = text), typedFor(text));
    if (language !== 'json') continue;
    const variant = VARIANTS.find(([says]) => says.test(before));
    const shown = variant ? await shell.run(variant[1](last)) : output;
    expect(normal(JSON.parse(text))).toEqual(normal(firstJson(shown)));
  }
}

function typedFor(text: string): string[] {
  return text.includes('read -rsp') ? [applicationId, accessPassword, refreshToken] : [];
}

function firstJson(text: string): unknown {
  return JSON.parse(text.split('\n').find(line => line.startsWith('{'))!);
}

/** Ids and times are of the moment, and only the sandbox is asked here. */
function normal(value: unknown): unknown {
  const text = JSON.stringify(value)
    .replaceAll(/"[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}"/g, '"ID"')
    .replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"TIME"')
    .replaceAll(/"version":"[\d.]+"/g, '"version":"VERSION"')
    .replaceAll('"livemode":true', '"livemode":false');
  return JSON.parse(text);
}

describe('settings in the documents', () => {
  it.each(ofLanguage('env'))('are settings that the server takes: %s', (_place, { text }) => {
    const env = Object.fromEntries(
      text
        .split('\n')
        .filter(line => line && !line.startsWith('#'))
        .map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    const unknown = Object.keys(env).filter(name => name !== 'NODE_ENV' && !isSetting(name));
    expect(unknown).toEqual([]);
    const files: Record<string, string> = { 'secrets/callers': `web-app:${'0'.repeat(64)}` };
    const readFile = (path: string) => files[path] ?? 'a value of thirty-two characters!';
    expect(readConfig(env, { readFile }).production).toBe(true);
  });

  it.each(ofLanguage('yaml'))(
    'are settings, paths and times that hold in Kubernetes: %s',
    async (_place, { text }) => {
      const pod = parse(text);
      const [container] = pod.containers;
      const set = new Map<string, string>(container.env.map(({ name, value }: any) => [name, value]));
      expect([...set.keys()].filter(name => !isSetting(name))).toEqual([]);
      const drainMs = Number(set.get('SHUTDOWN_DELAY_MS')) + Number(defaultOf('SHUTDOWN_TIMEOUT_MS'));
      expect(pod.terminationGracePeriodSeconds * 1000).toBeGreaterThan(drainMs);
      const server = await startServer();
      for (const probe of [container.readinessProbe, container.livenessProbe]) {
        expect((await server.http(probe.httpGet.path)).status).toBe(200);
        expect(String(probe.httpGet.port)).toBe(defaultOf('PORT'));
      }
    },
  );
});

function ofLanguage(language: string): [string, Block][] {
  return blocks
    .filter(block => block.language === language)
    .map(block => [`${block.file}:${block.line}`, block]);
}

function isSetting(name: string): boolean {
  return SETTINGS.some(setting => setting.name === name.replace(/_FILE$/, ''));
}

function defaultOf(name: string): string | null {
  return SETTINGS.find(setting => setting.name === name)!.default;
}
