import { describe, expect, it } from '@jest/globals';
import { VERIFY_CARD, VERIFY_MOBILE, cardInput, mobileInput } from '../support/questions.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';

const DAY_MS = 86_400_000;
const EASY = { SUBJECT_LIMIT_PER_DAY: '1000', RATE_LIMIT_PER_MINUTE: '10000' };

/** Spellings of one value, and the value that Paystar must receive. */
const SPELLINGS = {
  nationalId: {
    '9990000018': [
      '9990000018',
      '999-000001-8',
      ' 9990000018\r\n',
      '۹۹۹۰۰۰۰۰۱۸',
      '٩٩٩٠٠٠٠٠١٨',
      '\u200f۹۹۹ ۰۰۰ ۰۰۱۸\u202c',
    ],
    '0013542419': ['0013542419', '۰۰۱۳۵۴۲۴۱۹', '001-354241-9'],
    '1111111111': ['1111111111'],
  },
  mobileNumber: {
    '09123456789': [
      '09123456789',
      '9123456789',
      '989123456789',
      '+989123456789',
      '00989123456789',
      '0912 345 6789',
      '0912-345-6789',
      '+98 912 345 6789',
      '۰۹۱۲۳۴۵۶۷۸۹',
      '٠٩١٢٣٤٥٦٧٨٩',
      '\u202a+98\u00a0912\u200c3456789\u202c\n',
    ],
    '09999999999': ['09999999999'],
  },
  cardNumber: {
    '6037991234567893': [
      '6037991234567893',
      '6037-9912-3456-7893',
      '6037 9912 3456 7893',
      '۶۰۳۷۹۹۱۲۳۴۵۶۷۸۹۳',
      '\t6037–9912–3456–7893 ',
    ],
    '4111111111111111': ['4111111111111111'],
  },
  birthDate: {
    '1991-04-20': [
      '1991-04-20',
      '1991/4/20',
      '1370/01/31',
      '1370-1-31',
      '۱۳۷۰/۰۱/۳۱',
      '١٩٩١-٠٤-٢٠',
      ' \u200f1991-04-20\n',
    ],
    '1850-01-01': ['1850-01-01', '1228/10/11'],
    '2025-03-20': ['1403/12/30'],
  },
};

describe('the input scalars', () => {
  it.each(Object.entries(SPELLINGS))(
    '%s reaches Paystar in its canonical form, however it is spelled',
    async (name, values) => {
      const server = await startServer({ env: EASY });
      for (const [canonical, spellings] of Object.entries(values))
        for (const spelling of spellings) {
          expect(await received(server, name, spelling, 'variable')).toBe(canonical);
          expect(await received(server, name, spelling, 'literal')).toBe(canonical);
        }
    },
  );

  it.each([
    [
      'nationalId',
      { CHECKSUM: ['9990000019'], LENGTH: ['', '999000001', '99900000180'], IMPOSSIBLE: ['0000000000'] },
    ],
    ['nationalId', { CHARACTERS: ['999000001x', '99900\t00018', '99900\u000000018', '999000001８'] }],
    [
      'mobileNumber',
      {
        LENGTH: ['0912345678', '091234567890'],
        FORMAT: ['02112345678', '08123456789'],
        CHARACTERS: ['0912+3456789'],
      },
    ],
    [
      'cardNumber',
      { LUHN: ['6037991234567894'], LENGTH: ['603799123456789'], IMPOSSIBLE: ['0000000000000000'] },
    ],
    [
      'birthDate',
      { IMPOSSIBLE: ['1991-02-29', '1849-12-31', '1404/12/30'], FORMAT: ['91-04-20', '1991-04/20'] },
    ],
    ['birthDate', { FUTURE: ['9999-01-01'], CHARACTERS: ['1991.04.20', '1991 - 04 - 20', '1991\n04-20'] }],
    ['idempotencyKey', { LENGTH: ['', 'k'.repeat(129)], CHARACTERS: ['a\u0000b'] }],
  ])('%s is refused with %j', async (name, refusals) => {
    const server = await startServer({ env: EASY });
    for (const [code, values] of Object.entries(refusals))
      for (const value of values)
        for (const how of ['variable', 'literal'] as const) {
          const { body } = await ask(server, name, value, how);
          expect(body.errors[0].extensions.fields).toMatchObject([{ path: `input.${name}`, code }]);
          expect(body.errors[0].extensions.fields).toHaveLength(1);
        }
    expect(server.sandbox.ledger.count()).toBe(0);
  });

  it('accept an idempotencyKey of 1 and of 128 characters', async () => {
    const server = await startServer({ env: EASY });
    for (const key of ['k', '😀'.repeat(128)])
      expect((await ask(server, 'idempotencyKey', key, 'variable')).body.errors).toBeUndefined();
  });

  it('measure a birth date by the day in Tehran on the clock of the server', async () => {
    const clock = { now: Date.UTC(2025, 2, 20, 20, 29, 59) };
    const server = await startServer({
      overrides: { now: () => clock.now },
      sandbox: { now: () => clock.now },
      env: EASY,
    });
    const tomorrow = () => ask(server, 'birthDate', '2025-03-21', 'variable');
    expect((await tomorrow()).body.errors?.[0].extensions.fields).toMatchObject([{ code: 'FUTURE' }]);
    clock.now += 1000;
    expect((await tomorrow()).body.errors).toBeUndefined();
  });

  it('refuse tomorrow in Tehran as a birth date, whatever the time is', async () => {
    const server = await startServer({ env: EASY });
    const later = new Date(Date.now() + 3.5 * 3_600_000 + 2 * DAY_MS).toISOString().slice(0, 10);
    const { body } = await ask(server, 'birthDate', later, 'variable');
    expect(body.errors[0].extensions.fields).toMatchObject([{ path: 'input.birthDate', code: 'FUTURE' }]);
  });
});

describe('DateTime', () => {
  it('is RFC 3339 in UTC with milliseconds, by the clock of the server', async () => {
    const now = Date.UTC(2026, 10, 24, 8, 30, 0, 7);
    const server = await startServer({ overrides: { now: () => now }, sandbox: { now: () => now } });
    const { body } = await server.gql(VERIFY_MOBILE, { input: mobileInput() });
    expect(body.data.verifyMobile.checkedAt).toBe('2026-11-24T08:30:00.007Z');
  });
});

type How = 'variable' | 'literal';

/** Asks with this one input replaced. */
function ask(server: TestServer, name: string, value: string, how: How) {
  const isMobile = name === 'mobileNumber' || name === 'nationalId' || name === 'idempotencyKey';
  const input = isMobile ? mobileInput(0, { [name]: value }) : cardInput({ [name]: value });
  if (how === 'variable') return server.gql(isMobile ? VERIFY_MOBILE : VERIFY_CARD, { input });
  const fields = Object.entries(input).map(([field, text]) => `${field}: ${JSON.stringify(text)}`);
  return server.gql(
    `mutation { ${isMobile ? 'verifyMobile' : 'verifyCard'}(input: { ${fields.join(', ')} }) { id } }`,
  );
}

const WIRE: Record<string, string> = {
  nationalId: 'national_id',
  mobileNumber: 'mobile_number',
  cardNumber: 'card_number',
  birthDate: 'birth_date',
};

async function received(server: TestServer, name: string, value: string, how: How): Promise<unknown> {
  const { body } = await ask(server, name, value, how);
  expect(body.errors).toBeUndefined();
  return server.sandbox.ledger.entries.at(-1)!.body[WIRE[name]];
}
