import {
  ProxyTracerProvider,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  context,
  propagation,
  trace,
} from '@opentelemetry/api';
import type { Context, Span, Tracer } from '@opentelemetry/api';

/** What a span is about; a detail of ours follows it in the span's name. */
export type Step = 'graphql' | 'claim' | 'key' | 'paystar' | 'store';

/** What an operation came to: the caller's name is all of a request that a trace gets to see. */
export interface OperationEnd {
  readonly caller: string | null;
  readonly notes: {
    readonly rootField: string | null;
    readonly errors: readonly { readonly code: string }[];
  };
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Spans for whoever has loaded an OpenTelemetry SDK. Names and attributes hold our own words and codes alone. */
export interface Tracing {
  /** One GraphQL request, which goes on with the gateway's trace; `work` tells how it ended. */
  operation<T>(headers: Headers, work: (ended: (end: OperationEnd) => void) => Promise<T>): Promise<T>;
  /** One step of it. `detail` must come from the code, never from a request. */
  step<T>(step: Step, detail: string, work: () => Promise<T>): Promise<T>;
  step<T>(step: Step, detail: string, work: () => Promise<T> | T): Promise<T> | T;
  /** The W3C header for calls to Paystar; undefined when nothing is traced. */
  traceparent(): string | undefined;
}

/** Without an SDK nothing is made: no span, no attribute, no context. */
export const NO_TRACING: Tracing = {
  operation: (_headers, work) => work(ignoreEnd),
  step: (_step, _detail, work) => work(),
  traceparent: () => undefined,
};

const NAME = 'paystar-identity-graphql';

/** Looks once, when the server is built: `--import` has loaded an SDK by then, if there is one. */
export function openTracing(): Tracing {
  const provider = trace.getTracerProvider();
  const tracer =
    provider instanceof ProxyTracerProvider ? provider.getDelegateTracer(NAME) : provider.getTracer(NAME);
  return tracer ? tracingWith(tracer) : NO_TRACING;
}

function tracingWith(tracer: Tracer): Tracing {
  return {
    operation: (headers, work) => {
      const options = { kind: SpanKind.SERVER };
      return tracer.startActiveSpan('graphql', options, parentOf(headers), span =>
        within(span, () => work(end => describeEnd(span, end))),
      );
    },
    step: (step, detail, work) => {
      const kind = step === 'paystar' ? SpanKind.CLIENT : SpanKind.INTERNAL;
      return tracer.startActiveSpan(`${step} ${detail}`, { kind }, span => within(span, work));
    },
    traceparent: () => {
      // Neither tracestate nor baggage: they may hold what a gateway knows of its user.
      const carrier: { traceparent?: string } = {};
      propagation.inject(context.active(), carrier);
      return carrier.traceparent;
    },
  };
}

/** The gateway's span, unless an instrumentation of HTTP has made one of this request already. */
function parentOf(headers: Headers): Context {
  return trace.getActiveSpan() ? context.active() : propagation.extract(ROOT_CONTEXT, headers);
}

async function within<T>(span: Span, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    fail(span, codeOf(error));
    throw error;
  } finally {
    span.end();
  }
}

function describeEnd(span: Span, { caller, notes }: OperationEnd): void {
  const field = notes.rootField ?? 'other';
  span.updateName(`graphql ${field}`);
  span.setAttribute('graphql.operation.field', field);
  if (caller !== null) span.setAttribute('identity.caller', caller);
  const code = notes.errors[0]?.code;
  if (code !== undefined) fail(span, code);
}

/** No exception is recorded: its message could repeat a value. */
function fail(span: Span, code: string): void {
  span.setAttribute('error.type', code);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** A code of the error table, else the name of the error's class. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^[A-Z_]{1,64}$/.test(code) ? code : error.name;
}

function ignoreEnd(): void {}
