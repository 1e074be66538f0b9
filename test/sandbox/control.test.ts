import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { toJalaali } from 'jalaali-js';
import { Agent, request } from 'undici';
import {
  type ExpiryForm,
  magicMobile,
  type SandboxOptions,
  type SandboxPaystar,
  startSandboxPaystar,
} from '../../src/sandbox/paystar.ts';
import { ask, CARD, MOBILE, refresh } from './client.ts';

const NOON_UTC = Date.UTC(2026, 10, 24, 12, 0, 0, 250);
const DAY = 86_400_000;
let now: number;
let paystar: SandboxPaystar;

beforeEach(async () => {
  now = NOON_UTC;
  paystar = await start();
});
afterEach(() => paystar.close());

const start = (options: SandboxOptions = {}) => startSandboxPaystar({ now: () => now, ...options });
const restart = async (options: SandboxOptions) => {
  await paystar.close();
  paystar = await start(options);
};
const statusWith = async (key: string) => (await ask(paystar, 'mobile-national-id', {}, key)).json().status;
const newKey = async () => (await refresh(paystar)).json().data.api_key as string;

describe('an API key', () => {
  it('serves until its lifetime is over, then gets 5', async () => {
    const key = await newKey();
    now += DAY - 1;
    expect(await statusWith(key)).toBe(1);
    now += 1;
    expect(await statusWith(key)).toBe(5);
  });

  it('has the lifetime that was set when it was issued', async () => {
    paystar.control.setKeyLifetime(1000);
    const key = await newKey();
    now += 1000;
    expect(await statusWith(key)).toBe(5);
  });

  it('becomes unknown with the next refresh, and every key is another', async () => {
    const [first, second] = [await newKey(), await newKey()];
    expect(second).not.toBe(first);
    expect(paystar.control.currentKey).toBe(second);
    expect([await statusWith(first), await statusWith(second)]).toEqual([4, 1]);
  });

  it('outlives the next refresh when Paystar is set so', async () => {
    await restart({ endsOldKeyOnRefresh: false });
    const [first, second] = [await newKey(), await newKey()];
    expect([await statusWith(first), await statusWith(second)]).toEqual([1, 1]);
  });
});

describe('the expiry date', () => {
  const jalali = toJalaali(2026, 11, 25);
  it.each<[ExpiryForm, unknown]>([
    ['tehran', '2026-11-25 15:30:00'],
    ['iso-z', '2026-11-25T12:00:00.250Z'],
    ['iso-offset', '2026-11-25T15:30:00+03:30'],
    ['epoch-s', (NOON_UTC - 250 + DAY) / 1000],
    ['epoch-ms', NOON_UTC + DAY],
    ['persian-digits', '۲۰۲۶-۱۱-۲۵ ۱۵:۳۰:۰۰'],
    ['jalali', `${jalali.jy}-0${jalali.jm}-0${jalali.jd} 15:30:00`],
    ['missing', undefined],
    ['garbage', 'soon'],
    ['past', '2026-11-24 14:30:00'],
    ['year-9999', '9999-12-31 23:59:59'],
  ])('can be written as %s', async (form, written) => {
    paystar.control.expiryForm = form;
    const { data } = (await refresh(paystar)).json();
    expect(data.api_key_expire_date).toEqual(written);
    expect(await statusWith(data.api_key)).toBe(1);
  });
});

describe('a refresh that misbehaves', () => {
  it('gives the same key and the same expiry again', async () => {
    const first = (await refresh(paystar)).json();
    paystar.control.refreshBehaviour = 'same-key';
    now += 1000;
    expect((await refresh(paystar)).json()).toEqual(first);
    expect(await statusWith(first.data.api_key)).toBe(1);
  });

  it('issues keys that get 4', async () => {
    const good = await newKey();
    paystar.control.refreshBehaviour = 'rejected-keys';
    const bad = await newKey();
    expect([await statusWith(good), await statusWith(bad)]).toEqual([4, 4]);
  });

  it('answers any status, an HTML page, or nothing', async () => {
    paystar.control.refreshBehaviour = { status: 11 };
    expect((await refresh(paystar)).json()).toMatchObject({ status: 11, data: null });
    paystar.control.refreshBehaviour = 'html';
    expect((await refresh(paystar)).text).toMatch(/^<!DOCTYPE html>/);
    paystar.control.refreshBehaviour = 'drop';
    await expect(refresh(paystar)).rejects.toMatchObject({ code: 'ECONNRESET' });
    paystar.control.refreshBehaviour = 'hang';
    const hanging = refresh(paystar);
    hanging.catch(() => {});
    while (paystar.ledger.refreshes() < 4) await new Promise(resolve => setImmediate(resolve));
    await paystar.close();
    await expect(hanging).rejects.toMatchObject({ code: expect.stringMatching(/UND_ERR_SOCKET|ECONNRESET/) });
  });
});

describe('the ledger', () => {
  it('counts what was received, answered and charged', async () => {
    const key = await newKey();
    await refresh(paystar, { refresh_token: 'wrong' });
    await ask(paystar, 'mobile-national-id');
    await ask(paystar, 'card-national-id', {}, 'unknown');
    expect([paystar.ledger.count(), paystar.ledger.refreshes(), paystar.ledger.paidCalls()]).toEqual([
      4, 2, 2,
    ]);
    expect(paystar.ledger.count('card-national-id')).toBe(1);
    expect(paystar.ledger.charged()).toBe(1);
    expect(paystar.ledger.entries).toMatchObject([
      { endpoint: 'refresh-api-key', status: 1, charged: false, httpStatus: 200 },
      { endpoint: 'refresh-api-key', status: 13, charged: false },
      {
        endpoint: 'mobile-national-id',
        at: NOON_UTC,
        status: 1,
        charged: true,
        answered: true,
        body: MOBILE,
      },
      { endpoint: 'card-national-id', status: 4, charged: false, answered: true, body: CARD },
    ]);
    expect(paystar.ledger.entries[2]?.headers.authorization).toBe(`Bearer ${key}`);
  });

  it('stays exact when it keeps no entries, and starts again at zero', async () => {
    paystar.ledger.keep = false;
    await newKey();
    await Promise.all(Array.from({ length: 20 }, () => ask(paystar, 'mobile-national-id')));
    expect(paystar.ledger.entries).toEqual([]);
    expect([paystar.ledger.paidCalls(), paystar.ledger.charged()]).toEqual([20, 20]);
    paystar.ledger.reset();
    expect([paystar.ledger.count(), paystar.ledger.charged()]).toEqual([0, 0]);
  });

  it('is served over HTTP as counts, without a word of the inputs', async () => {
    await newKey();
    await ask(paystar, 'mobile-national-id');
    await ask(paystar, 'mobile-national-id', { mobile_number: magicMobile('0107') });
    const { body } = await request(`http://127.0.0.1:${paystar.port}/sandbox/ledger`);
    expect(await body.json()).toEqual({
      received: { 'refresh-api-key': 1, 'mobile-national-id': 2, 'card-national-id': 0 },
      answered: 3,
      charged: 1,
      statuses: { 1: 2, none: 1 },
    });
  });
});

describe('hold', () => {
  it('keeps 500 calls in flight, undecided, until they are released', async () => {
    const key = await newKey();
    const release = paystar.control.hold();
    const calls = Array.from({ length: 500 }, () => statusWith(key));
    await paystar.control.whenHeld(500);
    expect([paystar.control.held, paystar.ledger.paidCalls(), paystar.ledger.charged()]).toEqual([
      500, 500, 0,
    ]);
    paystar.control.setCredit(300);
    release();
    const statuses = await Promise.all(calls);
    expect(statuses.filter(status => status === 1)).toHaveLength(300);
    expect(statuses.filter(status => status === 9)).toHaveLength(200);
    expect(paystar.control.held).toBe(0);
  });

  it('charges a caller that left while it was held, and goes on', async () => {
    paystar.control.issueKey();
    const release = paystar.control.hold();
    const leave = new AbortController();
    const call = ask(paystar, 'mobile-national-id', {}, undefined, leave.signal);
    await paystar.control.whenHeld(1);
    leave.abort();
    await expect(call).rejects.toThrow();
    release();
    expect(paystar.ledger.entries[0]).toMatchObject({ charged: true });
    expect((await ask(paystar, 'mobile-national-id')).json().status).toBe(1);
  });

  it('lets refreshes through', async () => {
    const release = paystar.control.hold();
    expect((await refresh(paystar)).json().status).toBe(1);
    release();
  });

  it('refuses a second hold', () => {
    const release = paystar.control.hold();
    expect(() => paystar.control.hold()).toThrow('already holds');
    release();
    paystar.control.hold()();
  });
});

describe('latency', () => {
  it('delays every answer', async () => {
    paystar.control.issueKey();
    paystar.control.setLatency(40);
    const began = performance.now();
    await ask(paystar, 'mobile-national-id');
    await refresh(paystar);
    expect(performance.now() - began).toBeGreaterThanOrEqual(75);
  });
});

describe('the connection', () => {
  it('is kept alive between calls', async () => {
    const agent = new Agent({ connections: 1 });
    let connects = 0;
    agent.on('connect', () => connects++);
    for (let call = 0; call < 3; call++) {
      const { body } = await request(`${paystar.url}/application/refresh-api-key`, {
        method: 'POST',
        body: '{}',
        dispatcher: agent,
      });
      await body.dump();
    }
    await agent.close();
    expect(connects).toBe(1);
  });
});

describe('close', () => {
  it('ends hanging, held, late, slow and silent connections at once', async () => {
    await restart({ lateAnswerMs: DAY, byteIntervalMs: DAY });
    paystar.control.issueKey();
    const calls = ['0104', '0118', '0119', '0114'].map(code =>
      ask(paystar, 'mobile-national-id', { mobile_number: magicMobile(code) }).catch(() => 'ended'),
    );
    while (paystar.ledger.paidCalls() < 4) await new Promise(resolve => setImmediate(resolve));
    paystar.control.hold();
    calls.push(ask(paystar, 'mobile-national-id').catch(() => 'ended'));
    await paystar.control.whenHeld(1);
    const silent = connect(paystar.port, '127.0.0.1').on('error', () => {});
    await once(silent, 'connect');
    await paystar.close();
    expect(await Promise.all(calls)).toEqual(Array(5).fill('ended'));
    if (!silent.closed) await once(silent, 'close');
  });

  it('frees the port, and may be called twice', async () => {
    const { port } = paystar;
    await paystar.close();
    await restart({ port });
    expect(paystar.port).toBe(port);
    await expect(start({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
