import { ROOT_CONTEXT, context, propagation, trace } from '@opentelemetry/api';
import type { Context, Span, SpanContext, SpanOptions, TextMapPropagator } from '@opentelemetry/api';
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

/** A span that has ended, with the id of its parent. */
export interface EndedSpan {
  name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | null;
  readonly attributes: Record<string, unknown>;
  status: number;
}

/** An OpenTelemetry SDK as small as one can be, registered through the API as a real one is. */
export class TinySdk {
  readonly ended: EndedSpan[] = [];

  register(): void {
    const storage = new AsyncLocalStorage<Context>();
    context.setGlobalContextManager({
      active: () => storage.getStore() ?? ROOT_CONTEXT,
      with: (active, work, self, ...args) => storage.run(active, () => work.apply(self, args)),
      bind: (active, target) => (typeof target === 'function' ? storage.run(active, () => target) : target),
      enable: () => context as never,
      disable: () => context as never,
    }); // prettier-ignore
    propagation.setGlobalPropagator(W3C);
    const tracer = {
      startSpan: (name: string, options: SpanOptions = {}, parent: Context = context.active()) =>
        this.#start(name, options, parent),
      startActiveSpan: (name: string, ...rest: any[]) => {
        const work = rest.pop();
        const parent: Context = rest[1] ?? context.active();
        const span = this.#start(name, rest[0] ?? {}, parent);
        return context.with(trace.setSpan(parent, span), () => work(span));
      },
    };
    trace.setGlobalTracerProvider({ getTracer: () => tracer });
  }

  unregister(): void {
    trace.disable();
    context.disable();
    propagation.disable();
  }

  #start(name: string, options: SpanOptions, parent: Context): Span {
    const above = trace.getSpanContext(parent);
    const made: EndedSpan = {
      name,
      kind: options.kind ?? 0,
      traceId: above?.traceId ?? randomBytes(16).toString('hex'),
      spanId: randomBytes(8).toString('hex'),
      parentId: above?.spanId ?? null,
      attributes: { ...options.attributes },
      status: 0,
    };
    const span: Record<string, unknown> = {
      spanContext: (): SpanContext => ({ traceId: made.traceId, spanId: made.spanId, traceFlags: 1 }),
      setAttribute: (key: string, value: unknown) => ((made.attributes[key] = value), span),
      updateName: (to: string) => ((made.name = to), span),
      setStatus: ({ code }: { code: number }) => ((made.status = code), span),
      isRecording: () => true,
      end: () => void this.ended.push(made),
    };
    return span as unknown as Span;
  }
}

/** What W3CTraceContextPropagator and W3CBaggagePropagator do together. */
const W3C: TextMapPropagator<Record<string, string>> = {
  inject(from, carrier) {
    const span = trace.getSpanContext(from);
    if (!span) return;
    carrier['traceparent'] = `00-${span.traceId}-${span.spanId}-01`; // eslint-disable-line no-param-reassign
    carrier['baggage'] = 'user=somebody'; // eslint-disable-line no-param-reassign
  },
  extract(into, carrier) {
    const [, traceId, spanId] = /^00-(\w{32})-(\w{16})-01$/.exec(carrier['traceparent'] ?? '') ?? [];
    return traceId ? trace.setSpanContext(into, { traceId, spanId, traceFlags: 1, isRemote: true }) : into;
  },
  fields: () => ['traceparent', 'baggage'],
};
