import { describe, expect, it } from '@jest/globals';
import type { ErrorDetails } from '../../src/errors/identityError.ts';
import { Gate } from '../../src/paystar/gate.ts';
import type { Pass } from '../../src/paystar/gate.ts';
import { FAULT_TABLE, PaystarError, STATUS_TABLE } from '../../src/paystar/status.ts';
import type { PaystarRow } from '../../src/paystar/status.ts';
import type { PaidService } from '../../src/paystar/wire.ts';
import { createClock } from '../support/clock.ts';
import { silentLog } from '../support/silentLog.ts';

const MOBILE = 'mobile-national-id';
const CARD = 'card-national-id';

function setUp() {
  const clock = createClock();
  const gate = new Gate(clock.now, silentLog);
  /** One call from the gate to its outcome. */
  const call = (outcome: PaystarError | null | undefined, service: PaidService = MOBILE) =>
    gate.leave(gate.enter(service), outcome);
  const fail = (count: number, error = status(11), service: PaidService = MOBILE) => {
    for (let index = 0; index < count; index += 1) call(error, service);
  };
  return { clock, gate, call, fail };
}

function status(number: number, details: ErrorDetails = {}, service: PaidService = MOBILE): PaystarError {
  return new PaystarError(STATUS_TABLE[number], { paystar: { status: number, service }, ...details });
}

const fault = (row: PaystarRow, details: ErrorDetails = {}) => new PaystarError(row, details);

function refusal(gate: Gate, service: PaidService = MOBILE): PaystarError | null {
  let pass: Pass;
  try {
    pass = gate.enter(service);
  } catch (error) {
    return error as PaystarError;
  }
  gate.leave(pass, undefined);
  return null;
}

describe('a pause', () => {
  it.each([2, 3, 6, 7, 9, 12])('of all services follows status %i, for 60 s', number => {
    const { clock, gate, call } = setUp();
    call(status(number));
    for (const service of [MOBILE, CARD] as const) {
      const error = refusal(gate, service)!;
      expect(error.code).toBe(STATUS_TABLE[number].code);
      expect(error.details).toMatchObject({
        paystar: { status: number },
        retryAfterSeconds: 60,
        charged: 'NO',
      });
    }
    clock.advance(59_999);
    expect(refusal(gate)!.details.retryAfterSeconds).toBe(1);
    clock.advance(1);
    expect(refusal(gate)).toBeNull();
  });

  it('of its own service alone follows status 8', () => {
    const { gate, call } = setUp();
    call(status(8, {}, CARD), CARD);
    expect(refusal(gate, CARD)?.code).toBe('PAYSTAR_SERVICE_NOT_ENABLED');
    expect(refusal(gate, MOBILE)).toBeNull();
  });

  it.each([4, 5, 10, 13])('does not follow status %i', number => {
    const { gate, fail } = setUp();
    fail(20, status(number));
    expect(refusal(gate)).toBeNull();
  });

  it('that is over lets one call through as the probe, and the rest wait for what it meets', () => {
    const { clock, gate, call } = setUp();
    call(status(9));
    clock.advance(60_000);
    const probe = gate.enter(MOBILE);
    expect(refusal(gate, CARD)?.code).toBe('PAYSTAR_CREDIT_INSUFFICIENT');
    expect(refusal(gate)!.details.retryAfterSeconds).toBe(1);
    gate.leave(probe, null);
    expect(gate.closed()).toEqual([]);
    expect([refusal(gate, CARD), refusal(gate)]).toEqual([null, null]);
  });

  it('goes on for another 60 s when the probe meets the same fault', () => {
    const { clock, gate, call } = setUp();
    call(status(9));
    clock.advance(61_000);
    call(status(9));
    expect(refusal(gate)!.details.retryAfterSeconds).toBe(60);
  });

  it('stays over when the probe was never sent, and the next call probes', () => {
    const { clock, gate, call } = setUp();
    call(status(9));
    clock.advance(60_000);
    call(undefined);
    const next = gate.enter(MOBILE);
    expect(next.probes).toHaveLength(1);
    expect(refusal(gate)).not.toBeNull();
  });
});

describe('the breaker', () => {
  const FAULTS: [string, PaystarError][] = [
    ['status 0', status(0)],
    ['status 11', status(11)],
    ['no connection', fault(FAULT_TABLE.UNREACHABLE)],
    ['no whole answer', fault(FAULT_TABLE.OUTCOME_UNKNOWN)],
    ['a foreign body with HTTP 5xx or 429', fault(FAULT_TABLE.RESPONSE_INVALID, { httpFault: true })],
  ];

  it.each(FAULTS)('opens for 10 s after five times %s in a row', (_what, error) => {
    const { clock, gate, fail } = setUp();
    fail(4, error);
    expect(refusal(gate)).toBeNull();
    fail(1, error);
    expect(refusal(gate)!.details).toMatchObject({ retryAfterSeconds: 10, charged: 'NO' });
    clock.advance(9_999);
    expect(refusal(gate)).not.toBeNull();
    clock.advance(1);
    expect(refusal(gate)).toBeNull();
  });

  it.each(FAULTS)(
    'when open after %s, tells callers that nothing was sent and that a retry helps',
    (_what, error) => {
      const { gate, fail } = setUp();
      fail(5, error);
      const { code, charged, retryable } = refusal(gate)!;
      expect({ charged, retryable }).toEqual({ charged: 'NO', retryable: true });
      const byStatus = error.details.paystar !== undefined;
      expect(code).toBe(byStatus ? error.code : 'PAYSTAR_UNREACHABLE');
    },
  );

  it.each([
    ['an answer', null],
    ['rejected input', status(10)],
    ['an unknown status', fault(FAULT_TABLE.STATUS_UNKNOWN)],
    ['a foreign body with HTTP 200', fault(FAULT_TABLE.RESPONSE_INVALID)],
  ])('begins to count again after %s', (_what, outcome) => {
    const { gate, fail, call } = setUp();
    fail(4);
    call(outcome);
    fail(4);
    expect(refusal(gate)).toBeNull();
  });

  it('learns nothing from what was never sent', () => {
    const { gate, fail, call } = setUp();
    fail(4);
    call(undefined);
    fail(1);
    expect(refusal(gate)).not.toBeNull();
  });

  it('lets one probe through afterwards: a fault opens it at once, an answer closes it for good', () => {
    const { clock, gate, fail, call } = setUp();
    fail(5);
    clock.advance(10_000);
    const probe = gate.enter(MOBILE);
    expect(refusal(gate)).not.toBeNull();
    gate.leave(probe, status(11));
    expect(refusal(gate)!.details.retryAfterSeconds).toBe(10);
    clock.advance(10_000);
    call(null);
    fail(4);
    expect(refusal(gate)).toBeNull();
  });

  it('honours Retry-After at the first fault that brings one, and never stays open for less than 10 s', () => {
    for (const [retryAfterSeconds, seconds] of [
      [7, 10],
      [90, 90],
    ] as const) {
      const { clock, gate, fail } = setUp();
      fail(1, fault(FAULT_TABLE.RESPONSE_INVALID, { httpFault: true, retryAfterSeconds }));
      expect(refusal(gate)!.details.retryAfterSeconds).toBe(seconds);
      clock.advance(seconds * 1000);
      expect(refusal(gate)).toBeNull();
    }
  });

  it('takes at most a few calls a minute while all answers are 0 or 11', () => {
    const { clock, gate } = setUp();
    let sent = 0;
    for (let second = 0; second < 60; second += 1) {
      for (let number = 0; number < 100; number += 1) {
        if (refusal(gate)) continue;
        gate.leave(gate.enter(MOBILE), status(number % 2 ? 11 : 0));
        sent += 1;
      }
      clock.advance(1000);
    }
    expect(sent).toBe(5 + 5);
  });

  it('of one service does not stop the other', () => {
    const { gate, fail } = setUp();
    fail(5);
    expect(refusal(gate, CARD)).toBeNull();
  });

  it('does not shorten a pause that stands', () => {
    const { gate, fail } = setUp();
    const passes = Array.from({ length: 6 }, () => gate.enter(MOBILE));
    gate.leave(passes.pop()!, status(8));
    for (const pass of passes) gate.leave(pass, status(11));
    expect(refusal(gate)!.details.retryAfterSeconds).toBe(60);
    expect(() => fail(1)).toThrow(PaystarError);
  });
});
