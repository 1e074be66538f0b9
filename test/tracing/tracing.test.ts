import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NO_TRACING, openTracing } from '../../src/tracing.ts';
import { VERIFY_MOBILE, magicMobile, mobileInput } from '../support/questions.ts';
import { startServer } from '../support/server.ts';
import { TinySdk } from '../support/tracer.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const GATEWAY = 'b7ad6b7169203331';
const headers = { traceparent: `00-${TRACE}-${GATEWAY}-01`, baggage: 'nationalId=9990000018' };

describe('with an SDK', () => {
  let sdk: TinySdk;
  beforeEach(() => (sdk = new TinySdk()).register());
  afterEach(() => sdk.unregister());

  /** `child < parent`, for each span that ended. */
  function nesting(): string[] {
    const names = new Map(sdk.ended.map(({ spanId, name }) => [spanId, name]));
    names.set(GATEWAY, 'gateway');
    return sdk.ended.map(({ name, parentId }) => `${name} < ${names.get(parentId!) ?? parentId}`);
  }

  it('a question is one trace from the gateway to the store, nested as it goes', async () => {
    const server = await startServer();
    const input = mobileInput(0, { idempotencyKey: 'order-1' });
    await server.gql(VERIFY_MOBILE, { input }, headers);
    expect(nesting()).toEqual(
      expect.arrayContaining([
        'graphql verifyMobile < gateway',
        'claim key < graphql verifyMobile',
        'store add < claim key',
        'claim question < graphql verifyMobile',
        'store add < claim question',
        'key get < graphql verifyMobile',
        'paystar refresh-api-key < key get',
        'paystar mobile-national-id < graphql verifyMobile',
        'store conclude < graphql verifyMobile',
      ]),
    );
    expect(new Set(sdk.ended.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
    const operation = sdk.ended.find(({ name }) => name === 'graphql verifyMobile');
    expect(operation).toMatchObject({
      kind: SpanKind.SERVER,
      status: SpanStatusCode.UNSET,
      attributes: { 'graphql.operation.field': 'verifyMobile', 'identity.caller': 'anonymous' },
    });
  });

  it('Paystar gets the traceparent of its own span, and neither baggage nor tracestate', async () => {
    const server = await startServer();
    await server.gql(
      VERIFY_MOBILE,
      { input: mobileInput() },
      { ...headers, tracestate: 'vendor=9990000018' },
    );
    expect(server.sandbox.ledger.entries.map(({ endpoint }) => endpoint)).toEqual([
      'refresh-api-key',
      'mobile-national-id',
    ]);
    for (const { endpoint, headers: sent } of server.sandbox.ledger.entries) {
      const span = sdk.ended.find(({ name }) => name === `paystar ${endpoint}`)!;
      expect(span.kind).toBe(SpanKind.CLIENT);
      expect(sent['traceparent']).toBe(`00-${TRACE}-${span.spanId}-01`);
      expect([sent['baggage'], sent['tracestate']]).toEqual([undefined, undefined]);
    }
  });

  it('a request without a traceparent begins a trace of its own', async () => {
    const server = await startServer();
    await server.gql('{ __typename }');
    const operation = sdk.ended.find(({ name }) => name === 'graphql other')!;
    expect(operation.parentId).toBeNull();
  });

  it('a failure stands in its span by its code', async () => {
    const server = await startServer();
    await server.gql(VERIFY_MOBILE, { input: mobileInput(0, { mobileNumber: magicMobile('0009') }) });
    for (const name of ['paystar mobile-national-id', 'graphql verifyMobile']) {
      const { status, attributes } = sdk.ended.find(span => span.name === name)!;
      expect(status).toBe(SpanStatusCode.ERROR);
      expect(attributes['error.type']).toBe('PAYSTAR_CREDIT_INSUFFICIENT');
    }
  });

  it('no personal datum and no secret gets into a span', async () => {
    const server = await startServer({ env: { PAYSTAR_TIMEOUT_MS: '300' } });
    const person = { nationalId: '9990000018', idempotencyKey: 'key-9990000018' };
    for (const code of ['0001', '0004', '0010', '0103', '0105', '0106', '0120', '0121']) {
      const input = { ...person, idempotencyKey: `key-${code}`, mobileNumber: magicMobile(code) };
      await server.gql(VERIFY_MOBILE, { input }, { 'x-request-id': 'id-9990000018' });
    }
    await server.gql(
      'mutation Of9990000018 { a9990000018: verifyMobile(input: { nationalId: "9990000019", mobileNumber: "0" }) { id } }',
    );
    await server.gql('{ nothing9990000018 }');
    await server.gql('{ verification(id: "9990000018") { id } }');
    const told = JSON.stringify(sdk.ended.map(({ name, attributes }) => [name, attributes]));
    expect(sdk.ended.length).toBeGreaterThan(40);
    expect(told).not.toMatch(/\d{5}/);
    expect(told).not.toMatch(/key-|sandbox-|Bearer|secret|<html/i);
  });
});

describe('without an SDK', () => {
  it('nothing is traced, and Paystar gets no header of it', async () => {
    expect(openTracing()).toBe(NO_TRACING);
    const server = await startServer();
    await server.gql(VERIFY_MOBILE, { input: mobileInput() }, headers);
    for (const { headers: sent } of server.sandbox.ledger.entries)
      expect(sent['traceparent']).toBeUndefined();
  });
});
