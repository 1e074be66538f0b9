import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  MAGIC,
  magicCard,
  type MagicName,
  magicMobile,
  type SandboxPaystar,
  type ServiceName,
  startSandboxPaystar,
} from '../../src/sandbox/paystar.ts';
import { ask, type Reply } from './client.ts';

let paystar: SandboxPaystar;
beforeAll(async () => {
  paystar = await startSandboxPaystar({ lateAnswerMs: 5, byteIntervalMs: 1 });
  paystar.control.issueKey();
});
beforeEach(() => paystar.ledger.reset());
afterAll(() => paystar.close());

type Outcome = (reply: Reply) => void;
interface Expected {
  charged: boolean;
  /** What the ledger says was answered. */
  status: number | string | null;
  reply: Outcome | 'reset' | 'early end' | 'never';
}

const status = (code: number): Expected => ({
  charged: false,
  status: code,
  reply: reply => expect(reply.json()).toEqual({ status: code, data: null, message: expect.any(String) }),
});
const answers = (charged: boolean, sent: Expected['status'], body: object): Expected => ({
  charged,
  status: sent,
  reply: reply => {
    expect(reply.httpStatus).toBe(200);
    expect(reply.json()).toEqual({ ...body, message: expect.any(String) });
  },
});
const page = (code: number, retryAfter?: string): Expected => ({
  charged: false,
  status: null,
  reply: reply => {
    expect(reply.httpStatus).toBe(code);
    expect(reply.headers['content-type']).toMatch('text/html');
    expect(reply.headers['retry-after']).toBe(retryAfter);
    expect(reply.text).toMatch(/^<!DOCTYPE html>/);
  },
});
const match = answers(true, 1, { status: 1, data: { is_matched: true } });

const EXPECTED: Record<MagicName, Expected> = {
  'status-0': status(0),
  match,
  'status-2': status(2),
  'status-3': status(3),
  'status-4': status(4),
  'status-5': status(5),
  'status-6': status(6),
  'status-7': status(7),
  'status-8': status(8),
  'status-9': status(9),
  'status-10': status(10),
  'status-11': status(11),
  'status-12': status(12),
  'status-13': status(13),
  mismatch: answers(true, 1, { status: 1, data: { is_matched: false } }),
  'status-text-1': answers(true, '1', { status: '1', data: { is_matched: true } }),
  'status-text-ok': answers(false, 'ok', { status: 'ok', data: { is_matched: true } }),
  'status-99': answers(false, 99, { status: 99, data: { is_matched: true } }),
  timeout: { charged: false, status: null, reply: 'never' },
  dropped: { charged: true, status: null, reply: 'reset' },
  'html-200': page(200),
  'html-502': page(502),
  truncated: {
    charged: true,
    status: null,
    reply: reply => {
      expect(Number(reply.headers['content-length'])).toBe(Buffer.byteLength(reply.text));
      expect(reply.text).toMatch(/^{"status":1,/);
      expect(() => reply.json()).toThrow(SyntaxError);
    },
  },
  'early-end': { charged: true, status: null, reply: 'early end' },
  'matched-text': answers(true, 1, { status: 1, data: { is_matched: 'true' } }),
  'matched-missing': answers(true, 1, { status: 1, data: {} }),
  'data-null': answers(true, 1, { status: 1, data: null }),
  huge: {
    charged: true,
    status: 1,
    reply: reply => {
      expect(reply.text.length).toBeGreaterThan(50_000_000);
      expect(reply.json()).toMatchObject({ status: 1, data: { is_matched: true } });
    },
  },
  'slow-bytes': match,
  'html-503': page(503, '7'),
  'html-429': page(429, '7'),
  redirect: {
    charged: false,
    status: null,
    reply: reply => {
      expect(reply.httpStatus).toBe(302);
      expect(reply.headers['location']).toMatch(/^https:\/\/elsewhere\.invalid\//);
    },
  },
  'charged-timeout': { charged: true, status: null, reply: 'never' },
  late: match,
  echo: {
    charged: true,
    status: 1,
    reply: reply => {
      const { status: code, data, message } = reply.json();
      expect({ code, data }).toEqual({ code: 1, data: { is_matched: true } });
      expect(message).toMatch('<script>');
      expect(message).toContain(JSON.stringify(paystar.ledger.entries[0]?.body));
    },
  },
  'rejected-input': {
    charged: false,
    status: 10,
    reply: reply => {
      const other = paystar.ledger.count('card-national-id') === 1 ? 'birth_date' : 'mobile_number';
      expect(reply.json()).toMatchObject({ status: 10 });
      expect(Object.keys(reply.json().data)).toEqual(['national_id', other]);
    },
  },
  'rejected-credentials': {
    charged: false,
    status: 10,
    reply: reply => {
      expect(reply.json()).toMatchObject({ status: 10 });
      expect(Object.keys(reply.json().data)).toEqual(['application_id', 'access_password']);
    },
  },
  unauthenticated: {
    charged: false,
    status: null,
    reply: reply => {
      expect(reply.httpStatus).toBe(401);
      expect(reply.json()).toEqual({ message: 'Unauthenticated.' });
    },
  },
};

const inputOf = (service: ServiceName, code: string) =>
  service === 'card-national-id' ? { card_number: magicCard(code) } : { mobile_number: magicMobile(code) };

describe.each<ServiceName>(['mobile-national-id', 'card-national-id'])('a magic input of %s', service => {
  it.each(MAGIC)('$code: $description', async ({ code, name }) => {
    await expectOutcome(EXPECTED[name], signal =>
      ask(paystar, service, inputOf(service, code), undefined, signal),
    );
  });

  it('does not get past a wrong password', async () => {
    const reply = await ask(paystar, service, { ...inputOf(service, '0104'), access_password: 'wrong' });
    expect(reply.json().status).toBe(6);
  });
});

describe('the magic codes', () => {
  it('need not be known: any other code is a match', async () => {
    for (const code of ['0014', '0099', '0124', '9999']) {
      expect(
        (await ask(paystar, 'mobile-national-id', { mobile_number: magicMobile(code) })).json(),
      ).toMatchObject({
        status: 1,
        data: { is_matched: true },
      });
    }
  });

  it('4 and 5 stand whatever the key', async () => {
    paystar.control.expireKeys();
    const statusOf = async (code: string) =>
      (await ask(paystar, 'mobile-national-id', { mobile_number: magicMobile(code) })).json().status;
    expect([await statusOf('0004'), await statusOf('0005')]).toEqual([4, 5]);
    paystar.control.issueKey();
    expect([await statusOf('0004'), await statusOf('0005')]).toEqual([4, 5]);
  });

  it('can be forced on every service call', async () => {
    paystar.control.serviceBehaviour = 'html-503';
    expect((await ask(paystar, 'mobile-national-id')).httpStatus).toBe(503);
    expect((await ask(paystar, 'card-national-id', { card_number: magicCard('0001') })).httpStatus).toBe(503);
    paystar.control.serviceBehaviour = null;
    expect((await ask(paystar, 'mobile-national-id')).json().status).toBe(1);
  });

  it('have the published forms', () => {
    expect(magicMobile('0104')).toBe('09990000104');
    expect(magicCard('0104')).toMatch(/^999999000000104\d$/);
    expect(magicMobile(7)).toBe(magicMobile('0007'));
  });
});

async function expectOutcome(
  expected: Expected,
  call: (signal: AbortSignal) => Promise<Reply>,
): Promise<void> {
  const leave = new AbortController();
  const replied = call(leave.signal).then(
    reply => ({ reply, error: null }),
    (error: NodeJS.ErrnoException) => ({ reply: null, error }),
  );
  if (expected.reply === 'never') {
    await decided();
    leave.abort();
  }
  const { reply, error } = await replied;
  if (expected.reply === 'never') expect(error?.name).toBe('AbortError');
  else if (expected.reply === 'reset') expect(error?.code).toBe('ECONNRESET');
  else if (expected.reply === 'early end') expect(error?.code).toBe('UND_ERR_SOCKET');
  else if (reply) expected.reply(reply);
  else throw error;
  const answered = typeof expected.reply === 'function';
  expect(paystar.ledger.entries).toMatchObject([
    { charged: expected.charged, status: expected.status, answered },
  ]);
}

/** A call is decided in the turn in which it is recorded. */
async function decided(): Promise<void> {
  while (paystar.ledger.paidCalls() === 0) await new Promise(resolve => setImmediate(resolve));
}
