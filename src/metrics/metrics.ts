import { Registry, collectDefaultMetrics } from 'prom-client';
import type { RequestDone } from '../http/graphqlRoute.ts';
import type { Minute, Watched } from '../http/statusDetail.ts';
import type { KeyEvent } from '../paystar/apiKey.ts';
import type { CountPaidCall } from '../paystar/journal.ts';
import type { Saving } from '../verification/savings.ts';
import { addGauges } from './gauges.ts';
import { Calls } from './calls.ts';
import {
  countAnswers,
  countKeyEvents,
  countPaidCalls,
  countRequests,
  countSaved,
  refusedQuestions,
  timeStore,
} from './counters.ts';

/** Everything that is counted, and the page that tells it. Labels have few values, and none comes from a request. */
export interface Metrics {
  readonly request: (done: RequestDone) => void;
  readonly paidCall: CountPaidCall;
  readonly saved: (reason: Saving) => void;
  /** A definite answer that a caller was given. */
  readonly answer: (caller: string, isMatched: boolean) => void;
  readonly keyEvent: (event: KeyEvent) => void;
  readonly storeOperation: (ms: number, ok: boolean) => void;
  /** Reads these parts at each scrape. */
  readonly watch: (parts: Watched) => void;
  /** For the status page: what `paidCall` and `saved` have counted. */
  readonly calls: { lastHour(): readonly Minute[]; sinceStart(): Minute };
  readonly contentType: string;
  /** The page, in Prometheus' text format. */
  readonly page: () => Promise<string>;
}

/** `processMetrics` adds Node's own; their observers stay for the life of the process. `callers` are the known ones. */
export function createMetrics(
  processMetrics: boolean,
  now: () => number,
  callers: readonly string[] = [],
): Metrics {
  const registry = new Registry();
  if (processMetrics) addProcessMetrics(registry);
  const calls = new Calls(now);
  const countSaving = countSaved(registry);
  const request = countRequests(registry);
  const countCall = countPaidCalls(registry);
  const saved = (reason: Saving | 'refused_input') => {
    calls.count('saved');
    countSaving(reason);
  };
  return {
    request: done => {
      request(done);
      for (let n = refusedQuestions(done); n > 0; n -= 1) saved('refused_input');
    },
    paidCall: (service, outcome, durationMs) => {
      calls.count(outcome);
      countCall(service, outcome, durationMs);
    },
    saved,
    answer: countAnswers(registry, callers),
    keyEvent: countKeyEvents(registry),
    storeOperation: timeStore(registry),
    watch: parts => addGauges(registry, parts),
    calls,
    contentType: registry.contentType,
    page: () => registry.metrics(),
  };
}

/** Without the gauges that are named like counters: promtool finds fault with them, and the others say the same. */
function addProcessMetrics(register: Registry): void {
  collectDefaultMetrics({ register });
  for (const name of ['handles', 'requests', 'resources'])
    register.removeSingleMetric(`nodejs_active_${name}_total`);
}
