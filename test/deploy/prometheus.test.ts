import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { OWN_ERRORS, ownRow } from '../../src/errors/own.ts';
import type { OwnCode } from '../../src/errors/own.ts';
import { FAULT_TABLE, STATUS_TABLE } from '../../src/paystar/status.ts';
import { startProcess } from '../support/process.ts';
import type { TestProcess } from '../support/process.ts';
import { hasPrometheus, startPrometheus } from '../support/prometheus.ts';
import type { TestPrometheus } from '../support/prometheus.ts';
import { VERIFY_CARD, VERIFY_MOBILE, cardInput, magicMobile, mobileInput } from '../support/questions.ts';
import { readmeTable } from '../support/readme.ts';
import { environment, startSandbox } from '../support/server.ts';

const deploy = fileURLToPath(new URL('../../deploy/', import.meta.url));
const dashboard = JSON.parse(readFileSync(`${deploy}grafana-dashboard.json`, 'utf8'));
const alerts = readFileSync(`${deploy}alerts.yml`, 'utf8');
const queries: string[] = dashboard.panels
  .flatMap((panel: any) => panel.targets ?? [])
  .map((it: any) => it.expr);

const ANCHORS = [
  'key-cannot-be-refreshed',
  'wallet-empty',
  'mismatch-rate',
  'unknown-outcomes',
  'error-ratio',
  'saturation',
];

/** Every kind of traffic that makes a series: answers of both kinds, savings, unknown ones, refusals. */
async function load(server: TestProcess): Promise<void> {
  const gql: TestProcess['gql'] = (...args) => server.gql(...args);
  const magic = (code: string, more = {}) =>
    gql(VERIFY_MOBILE, { input: mobileInput(0, { mobileNumber: magicMobile(code), ...more }) });
  await Promise.all(Array.from({ length: 20 }, (_, n) => gql(VERIFY_MOBILE, { input: mobileInput(n) })));
  await gql(VERIFY_CARD, { input: cardInput() });
  await magic('0100');
  await magic('0100', { maxAgeSeconds: 60 });
  await magic('0010');
  await gql('{ tokenStatus { state } }');
  await gql(VERIFY_MOBILE, { input: mobileInput(0, { nationalId: '1' }) });
}

const firing = async (prometheus: TestPrometheus): Promise<string[]> =>
  (await prometheus.api('alerts')).alerts
    .filter((it: any) => it.state === 'firing')
    .map((it: any) => it.labels.alertname);

(hasPrometheus ? describe : describe.skip)('with a real Prometheus', () => {
  it('the alerts are valid, fire for their cause and are silent otherwise', () => {
    for (const args of [
      ['check', 'rules', 'alerts.yml'],
      ['test', 'rules', 'alerts.test.yml'],
    ]) {
      const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: deploy, encoding: 'utf8' });
      expect({ status, output: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, output: '' });
    }
    for (const name of alerts.matchAll(/- alert: (\w+)/g))
      expect(readFileSync(`${deploy}alerts.test.yml`, 'utf8')).toContain(`alertname="${name[1]}",alertstate`);
  });

  it('every query of the dashboard finds what a loaded server tells; only an empty wallet raises its alert', async () => {
    const sandbox = await startSandbox();
    const server = await startProcess({ env: environment(sandbox) });
    const prometheus = await startPrometheus({ identity: new URL(server.origin).host }, alerts);
    await load(server);
    await prometheus.caughtUp();
    await load(server);
    await prometheus.caughtUp();
    expect(await firing(prometheus)).toEqual([]);

    await server.gql(VERIFY_MOBILE, { input: mobileInput(0, { mobileNumber: magicMobile('0009') }) });
    await prometheus.caughtUp();
    expect(await firing(prometheus)).toEqual(['PaystarWalletEmpty']);

    const found = await Promise.all(queries.map(query => prometheus.api('query', { query })));
    expect(queries.filter((_, index) => found[index].result.length === 0)).toEqual([]);
    expect(queries.length).toBeGreaterThan(20);

    const { groups } = await prometheus.api('rules');
    const rules = groups.flatMap((group: any) => group.rules);
    expect(rules.map((rule: any) => [rule.health, rule.lastError])).toEqual(
      ANCHORS.map(() => ['ok', undefined]),
    );
    expect(rules.map((rule: any) => rule.annotations.runbook)).toEqual(
      ANCHORS.map(anchor => `docs/operations.md#${anchor}`),
    );
    for (const { annotations } of rules) expect(annotations.what_to_do).toMatch(/^.{40,}\.$/);

    const told = await prometheus.api('label/__name__/values');
    const used = namesIn(`${queries.join('\n')}\n${rules.map((rule: any) => rule.query).join('\n')}`);
    expect(used.filter(name => !told.includes(name))).toEqual([]);
  }, 60_000);
});

it('the dashboard shows every metric that README.md tells of', () => {
  const rows = readmeTable('metric')
    .slice(1)
    .flatMap(([names = '']) => names.split(', '));
  const shown = namesIn(queries.join('\n')).map(name => name.replace(/_bucket$/, ''));
  expect(rows.filter(name => !name.endsWith('…') && !shown.includes(name))).toEqual([]);
});

it('the error ratio leaves out exactly the codes that callers and their users are the cause of', () => {
  const excluded = /code!~"OK\|([^"]*)"/.exec(alerts)![1].split('|');
  const own = (Object.keys(OWN_ERRORS) as OwnCode[]).map(ownRow);
  const rows = [...own, ...Object.values(STATUS_TABLE), ...Object.values(FAULT_TABLE)];
  const theirs = rows.filter(({ actor }) => actor === 'USER' || actor === 'CALLER').map(({ code }) => code);
  expect(excluded.toSorted()).toEqual(theirs.toSorted());
});

/** Names of our metrics, and of Node's, in queries. */
function namesIn(text: string): string[] {
  return [...new Set(text.match(/\b(?:graphql|identity|paystar|store|nodejs|process)_\w+/g))];
}
