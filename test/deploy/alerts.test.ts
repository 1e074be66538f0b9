import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { createKey } from '../../src/keys/createKey.ts';
import { MISMATCH_NATIONAL_ID } from '../../src/sandbox/paystar.ts';
import type { SandboxPaystar } from '../../src/sandbox/paystar.ts';
import { startProcess } from '../support/process.ts';
import type { TestProcess } from '../support/process.ts';
import { hasPrometheus, startPrometheus } from '../support/prometheus.ts';
import type { TestPrometheus } from '../support/prometheus.ts';
import { VERIFY_CARD, VERIFY_MOBILE, cardInput, magicMobile, mobileInput } from '../support/questions.ts';
import { environment, startSandbox } from '../support/server.ts';

/*
 * Time is compressed: in a copy of the rules every duration is divided by 120, and nothing else is changed. Prometheus
 * scrapes and evaluates four times a second, as if it did so twice a minute. This proves that a server whose cause is
 * really there tells what the rules ask for, that their expressions, labels and thresholds fit it, and that nothing else
 * looks like it. It does not prove that windows and waits suit each other: the server's own times are not compressed (a
 * pause of a minute is two hours here, and a refused refresh is tried once), and a busy event loop is not provoked. The
 * rules at their real speed are in alerts.test.yml, with figures that are made up.
 */
const FACTOR = 120;
const rules = readFileSync(new URL('../../deploy/alerts.yml', import.meta.url), 'utf8');
const WINDOW = /(?<=\[)\d+[mh](?=\])/g;
const FOR = /(?<=for: )\d+[mh]$/gm;
const milliseconds = (duration: string) =>
  (Number.parseInt(duration, 10) * (duration.endsWith('h') ? 3_600_000 : 60_000)) / FACTOR;
const compress = (duration: string) => `${milliseconds(duration)}ms`;
const compressed = rules.replace(WINDOW, compress).replace(FOR, compress);
const longest = (pattern: RegExp) => Math.max(...rules.match(pattern)!.map(milliseconds));
/** A rule that has not fired by then saw nothing in its whole window, for as long as it waits. */
const CLEAN_RUN_MS = longest(WINDOW) + longest(FOR);
/** Of the questions, for every cause to be noticed. */
const DEADLINE_MS = 40_000;

const shop = createKey('shop');
const prober = createKey('prober');
const asCaller = ({ key }: { key: string }) => ({ authorization: `Bearer ${key}` });

interface Run {
  /** Brings the cause about before the server starts; gives the settings that belong to it. */
  readonly cause?: (control: SandboxPaystar['control']) => Record<string, string>;
  /** What is asked in each round beside the good questions. */
  readonly more?: (server: TestProcess, round: number) => Promise<any>[];
  /** Exactly what the callers are told. */
  readonly codes: readonly string[];
  /** Exactly the alerts that fire, with the caller or the service that they name. */
  readonly fires: readonly string[];
}

/** One server and sandbox each; all are asked the same good questions at the same time. */
const RUNS: Record<string, Run> = {
  clean: { codes: ['OK'], fires: [] },
  'refresh-refused': {
    // The first key still serves: only the operator can notice.
    cause: control => {
      const key = control.issueKey();
      control.setRefreshToken('another');
      return { PAYSTAR_API_KEY: key };
    },
    codes: ['OK'],
    fires: ['PaystarKeyCannotBeRefreshed'],
  },
  'wallet-empty': {
    cause: control => {
      control.setCredit(30);
      return {};
    },
    codes: ['OK', 'PAYSTAR_CREDIT_INSUFFICIENT'],
    fires: ['IdentityErrorRatioHigh', 'PaystarWalletEmpty'], // every question fails meanwhile
  },
  probing: {
    // All at once and never again, as a script would.
    more: (server, round) =>
      Array.from({ length: round === 0 ? 30 : 0 }, (_, n) => {
        const input = mobileInput(n, { nationalId: MISMATCH_NATIONAL_ID });
        return server.gql(VERIFY_MOBILE, { input }, asCaller(prober));
      }),
    codes: ['OK'],
    fires: ['IdentityMismatchRateHigh prober'],
  },
  'answers-lost': {
    // One among forty: too few for the error ratio and for the breaker.
    more: (server, round) => [
      ...good(server, round + 1000),
      server.gql(
        VERIFY_MOBILE,
        { input: mobileInput(0, { mobileNumber: magicMobile('0105') }) },
        asCaller(shop),
      ),
    ],
    codes: ['OK', 'PAYSTAR_OUTCOME_UNKNOWN'],
    fires: ['PaystarOutcomesUnknown mobile-national-id'],
  },
  'cards-disabled': {
    cause: control => {
      control.setServiceEnabled('card-national-id', false);
      return {};
    },
    codes: ['OK', 'PAYSTAR_SERVICE_NOT_ENABLED'],
    fires: ['IdentityErrorRatioHigh'],
  },
  'too-few-places': {
    // Twenty questions, one after another: the last waits six seconds, which it may.
    cause: control => {
      control.setLatency(300);
      return { PAYSTAR_MAX_CONCURRENT: '1' };
    },
    codes: ['OK'],
    fires: ['IdentitySaturated'],
  },
};

/** Twenty questions, none of which is another's. */
function good(server: TestProcess, round: number): Promise<any>[] {
  return Array.from({ length: 10 }, (_, n) => [
    server.gql(VERIFY_MOBILE, { input: mobileInput(10 * round + n) }, asCaller(shop)),
    server.gql(VERIFY_CARD, { input: cardInput({ birthDate: `1991-04-1${n}` }) }, asCaller(shop)),
  ]).flat();
}

(hasPrometheus ? describe : describe.skip)('with a real Prometheus and real servers', () => {
  it('each alert fires for its cause, with those that belong to it, and none in a clean run', async () => {
    expect(compressed).not.toMatch(/(?:\[|for: )\d+[smhdwy]\b/);
    const servers = await startServers();
    const targets = servers.map(({ name, metricsHost }) => [name, metricsHost]);
    const prometheus = await startPrometheus(Object.fromEntries(targets), compressed);
    await prometheus.caughtUp();

    const startedAt = Date.now();
    const expected = Object.fromEntries(Object.entries(RUNS).map(([name, { fires }]) => [name, fires]));
    let isOver = false;
    const asking = servers.map(async ({ name, server }) => {
      const told = new Set<string>();
      for (let round = 0; !isOver; round += 1) {
        const questions = [...good(server, round), ...(RUNS[name].more?.(server, round) ?? [])];
        const [replies] = await Promise.all([Promise.all(questions), prometheus.caughtUp()]);
        for (const { errors } of replies) told.add(errors?.[0].extensions.code ?? 'OK');
      }
      return [name, [...told].toSorted()];
    });
    const watching = async () => {
      while (Date.now() < startedAt + DEADLINE_MS) {
        await prometheus.caughtUp();
        const isWatched = (await prometheus.evaluatedAt()) > startedAt + CLEAN_RUN_MS;
        if (isWatched && isDeepStrictEqual(await fired(prometheus), expected)) break;
      }
      isOver = true;
    };
    const [told] = await Promise.all([Promise.all(asking), watching()]);

    expect(await fired(prometheus)).toEqual(expected);
    const codes = Object.entries(RUNS).map(([name, run]) => [name, run.codes]);
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(codes));
  }, 90_000);

  it('no alert is without a cause that is provoked here', () => {
    const names = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
    const provoked = Object.values(RUNS).flatMap(({ fires }) => fires.map(it => it.split(' ')[0]));
    expect(names.toSorted()).toEqual([...new Set(provoked)].toSorted());
  });
});

async function startServers() {
  return Promise.all(
    Object.entries(RUNS).map(async ([name, { cause }]) => {
      const sandbox = await startSandbox();
      const settings = {
        LOG_LEVEL: 'info',
        METRICS_PORT: '0',
        AUTH_API_KEYS: `${shop.entry},${prober.entry}`,
        ...cause?.(sandbox.control),
      };
      const server = await startProcess({ env: environment(sandbox, settings) });
      const [, metricsHost = ''] = /http:\/\/([\w.:]+)\/metrics/.exec(await server.line(/\/metrics"/))!;
      return { name, server, metricsHost };
    }),
  );
}

/** Every alert that has fired so far, by the server that is its cause. */
async function fired(prometheus: TestPrometheus): Promise<Record<string, string[]>> {
  const query = 'sum by (job, alertname, caller, service) (count_over_time(ALERTS{alertstate="firing"}[5m]))';
  const { result } = await prometheus.api('query', { query });
  const names = (run: string) =>
    result
      .map(({ metric }: any) => metric)
      .filter(({ job }: any) => job === run)
      .map(({ alertname, caller, service }: any) =>
        [alertname, caller, service].filter(it => it !== undefined).join(' '),
      );
  return Object.fromEntries(Object.keys(RUNS).map(run => [run, names(run).toSorted()]));
}
