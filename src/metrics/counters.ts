import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';
import type { RequestDone } from '../http/graphqlRoute.ts';
import type { RootField } from '../graphql/scopes.ts';
import type { KeyEvent } from '../paystar/apiKey.ts';
import type { CountPaidCall, PaidOutcome } from '../paystar/journal.ts';
import type { PaidService } from '../paystar/wire.ts';
import type { Saving } from '../verification/savings.ts';
import { REQUEST_SECONDS, STORE_SECONDS, UPSTREAM_SECONDS } from './buckets.ts';
import { countBy, timeBy } from './tally.ts';

export function countRequests(registry: Registry): (done: RequestDone) => void {
  const requests = countBy(registry, {
    name: 'graphql_requests_total',
    help: 'GraphQL requests by root field and by the code of their first error',
    labelNames: ['operation', 'code'],
  });
  const seconds = timeBy(registry, {
    name: 'graphql_request_duration_seconds',
    help: 'GraphQL requests from their whole arrival to their reply',
    label: 'operation',
    bounds: REQUEST_SECONDS,
  });
  return ({ notes, startedAt }) => {
    const operation: RootField | 'other' = notes.rootField ?? 'other';
    requests(operation, notes.errors[0]?.code ?? 'OK')();
    seconds(operation)((performance.now() - startedAt) / 1000);
  };
}

export const SERVICES: readonly PaidService[] = ['mobile-national-id', 'card-national-id'];
const OUTCOMES: readonly PaidOutcome[] = ['paid', 'unknown', 'not_sent'];

export function countPaidCalls(registry: Registry): CountPaidCall {
  const calls = countBy(registry, {
    name: 'paystar_paid_calls_total',
    help: 'Calls of paid services: paid for, perhaps paid for, certainly free (never sent, or refused)',
    labelNames: ['service', 'outcome'],
  });
  const seconds = timeBy(registry, {
    name: 'paystar_call_duration_seconds',
    help: 'Calls of paid services, whatever their outcome',
    label: 'service',
    bounds: UPSTREAM_SECONDS,
  });
  for (const service of SERVICES) for (const outcome of OUTCOMES) calls(service, outcome);
  return (service, outcome, durationMs) => {
    calls(service, outcome)();
    seconds(service)(Math.max(0, durationMs) / 1000); // a wall clock may be set back
  };
}

export function countSaved(registry: Registry): (reason: Saving | 'refused_input') => void {
  const calls = countBy(registry, {
    name: 'paystar_saved_calls_total',
    help: 'Questions that needed no paid call: answered from a record, sharing another call, or impossible',
    labelNames: ['reason'],
  });
  for (const reason of ['record', 'shared', 'refused_input']) calls(reason);
  return reason => calls(reason)();
}

/**
 * Names of API keys are few and known; all tokens count as one, since their names come from elsewhere without end.
 * `callers` begin at zero: Prometheus sees only increases, and a first burst would else be none.
 */
export function countAnswers(
  registry: Registry,
  callers: readonly string[],
): (caller: string, isMatched: boolean) => void {
  const answers = countBy(registry, {
    name: 'identity_answers_total',
    help: 'Definite answers that callers were given, by API key (all tokens together as jwt)',
    labelNames: ['caller', 'matched'],
  });
  const known = new Set<string>();
  const know = (caller: string) => {
    for (const matched of ['true', 'false']) answers(caller, matched);
    known.add(caller);
  };
  callers.forEach(know);
  return (caller, isMatched) => {
    const label = caller.startsWith('jwt:') ? 'jwt' : caller;
    if (!known.has(label)) know(label);
    answers(label, `${isMatched}`)();
  };
}

/** Each root field with bad input is one question that was never asked. */
export function refusedQuestions({ notes: { rootField, errors } }: RequestDone): number {
  if (errors[0]?.code !== 'BAD_USER_INPUT') return 0;
  if (rootField !== 'verifyMobile' && rootField !== 'verifyCard') return 0;
  return Math.max(1, new Set(errors[0].details.fields?.map(({ field }) => field)).size);
}

export function countKeyEvents(registry: Registry): (event: KeyEvent) => void {
  const refreshes = new Counter({
    name: 'paystar_key_refreshes_total',
    help: 'Attempts of this process to obtain an API key',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const events = new Counter({
    name: 'paystar_key_events_total',
    help: 'API keys adopted from the store, rejected by Paystar, or without an expiry date to believe',
    labelNames: ['event'],
    registers: [registry],
  });
  const children = {
    refreshed: refreshes.labels('refreshed'),
    failed: refreshes.labels('failed'),
    adopted: events.labels('adopted'),
    rejected: events.labels('rejected'),
    expiry_assumed: events.labels('expiry_assumed'),
  } satisfies Record<KeyEvent, Counter.Internal>;
  for (const child of Object.values(children)) child.inc(0);
  return event => children[event].inc();
}

export function timeStore(registry: Registry): (ms: number, ok: boolean) => void {
  const seconds = timeBy(registry, {
    name: 'store_operation_duration_seconds',
    help: 'Operations of the store, by whether it answered',
    label: 'outcome',
    bounds: STORE_SECONDS,
  });
  const [answered, failed] = [seconds('ok'), seconds('failed')];
  return (ms, ok) => (ok ? answered : failed)(ms / 1000);
}
