import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { request } from 'undici';
import {
  MISMATCH_NATIONAL_ID,
  type SandboxPaystar,
  type ServiceName,
  startSandboxPaystar,
} from '../../src/sandbox/paystar.ts';
import { ask, MOBILE, post, refresh } from './client.ts';

const SERVICES: ServiceName[] = ['mobile-national-id', 'card-national-id'];
let paystar: SandboxPaystar;

beforeEach(async () => {
  paystar = await startSandboxPaystar();
  paystar.control.issueKey();
});
afterEach(() => paystar.close());

describe.each(SERVICES)('the sandbox, asked for %s', service => {
  const statusOf = async (change?: object, key?: string | null) => {
    const reply = await ask(paystar, service, change, key);
    expect(reply.httpStatus).toBe(200);
    return reply.json().status;
  };

  it('answers a match in the shape of Paystar', async () => {
    const reply = await ask(paystar, service);
    expect(reply.headers['content-type']).toBe('application/json');
    expect(reply.json()).toEqual({
      status: 1,
      data: { is_matched: true },
      message: 'عملیات با موفقیت انجام شد',
    });
  });

  it('answers a mismatch for the one national ID that stands for it', async () => {
    const reply = await ask(paystar, service, { national_id: MISMATCH_NATIONAL_ID });
    expect(reply.json()).toMatchObject({ status: 1, data: { is_matched: false } });
  });

  it('answers 2 to an unknown application', async () => {
    expect(await statusOf({ application_id: 'other' })).toBe(2);
  });

  it('answers 3 to an inactive application', async () => {
    paystar.control.setActive(false);
    expect(await statusOf()).toBe(3);
  });

  it('answers 12 without settings', async () => {
    paystar.control.setSettingsPresent(false);
    expect(await statusOf()).toBe(12);
  });

  it('answers 7 to an address that is not allowed, and only to that', async () => {
    paystar.control.setAllowedIps(['192.0.2.1']);
    expect(await statusOf()).toBe(7);
    paystar.control.setAllowedIps(['192.0.2.1', '127.0.0.1']);
    expect(await statusOf()).toBe(1);
  });

  it('answers 6 to a wrong password', async () => {
    expect(await statusOf({ access_password: 'wrong' })).toBe(6);
  });

  it('answers 4 to a missing, unknown or revoked key', async () => {
    expect(await statusOf({}, null)).toBe(4);
    expect(await statusOf({}, 'unknown')).toBe(4);
    paystar.control.revokeKeys();
    expect(await statusOf()).toBe(4);
  });

  it('answers 5 to an expired key', async () => {
    paystar.control.expireKeys();
    expect(await statusOf()).toBe(5);
  });

  it('answers 8 while the service is not enabled, and only for that service', async () => {
    paystar.control.setServiceEnabled(service, false);
    expect(await statusOf()).toBe(8);
    for (const other of SERVICES.filter(name => name !== service)) {
      expect((await ask(paystar, other)).json().status).toBe(1);
    }
  });

  it('answers 9 once the credit has run down, and charges nothing more', async () => {
    paystar.control.setCredit(2);
    expect([await statusOf(), await statusOf(), await statusOf()]).toEqual([1, 1, 9]);
    expect(paystar.ledger.charged()).toBe(2);
    expect(paystar.control.credit).toBe(0);
  });

  it('checks in the order of Paystar', async () => {
    const { control } = paystar;
    control.setActive(false);
    control.setSettingsPresent(false);
    control.setAllowedIps([]);
    control.setServiceEnabled(service, false);
    control.setCredit(0);
    const wrong = { access_password: 'wrong', national_id: '1' };
    const seen = [await statusOf({ ...wrong, application_id: 'other' }, null)];
    const repairs = [
      () => {},
      () => control.setActive(true),
      () => control.setSettingsPresent(true),
      () => control.setAllowedIps(null),
      () => control.setPassword('wrong'),
    ];
    for (const repair of repairs) {
      repair();
      seen.push(await statusOf(wrong, null));
    }
    seen.push(await statusOf(wrong));
    control.setServiceEnabled(service, true);
    seen.push(await statusOf(wrong), await statusOf({ access_password: 'wrong' }));
    expect(seen).toEqual([2, 3, 12, 7, 6, 4, 8, 10, 9]);
  });
});

describe('rejected input', () => {
  it.each<[ServiceName, string, unknown]>([
    ['mobile-national-id', 'national_id', '9990000017'],
    ['mobile-national-id', 'national_id', '0000000000'],
    ['mobile-national-id', 'national_id', '999000001'],
    ['mobile-national-id', 'national_id', 9990000018],
    ['mobile-national-id', 'mobile_number', '9121234567'],
    ['mobile-national-id', 'mobile_number', '091212345678'],
    ['mobile-national-id', 'mobile_number', ''],
    ['card-national-id', 'card_number', '6219861034529008'],
    ['card-national-id', 'card_number', '621986103452900'],
    ['card-national-id', 'birth_date', '1990-3-21'],
    ['card-national-id', 'birth_date', '1990-02-30'],
    ['card-national-id', 'birth_date', '1990-13-01'],
    ['card-national-id', 'birth_date', undefined],
  ])('of %s: %s = %p gets 10 and a map that names just that field', async (service, field, value) => {
    const { status, data } = (await ask(paystar, service, { [field]: value })).json();
    expect(status).toBe(10);
    expect(data).toEqual({ [field]: [expect.stringMatching(/[\u0600-\u06ff]/)] });
    expect(paystar.ledger.charged()).toBe(0);
  });

  it('names every bad field at once', async () => {
    const { data } = (await ask(paystar, 'card-national-id', { national_id: '1', birth_date: 'x' })).json();
    expect(Object.keys(data)).toEqual(['national_id', 'birth_date']);
  });

  it('does not refuse 1111111111, which is a real national ID', async () => {
    expect((await ask(paystar, 'mobile-national-id', { national_id: '1111111111' })).json().status).toBe(1);
  });

  it.each(['', '{', 'null', '[]', '"text"'])(
    'of the body %p gets 2, since no application is named',
    async body => {
      expect(
        (await post(`${paystar.url}/service/info-matching/mobile-national-id`, body)).json().status,
      ).toBe(2);
    },
  );
});

describe('a refresh', () => {
  it('answers 13 to a wrong refresh token and 6, first, to a wrong password', async () => {
    expect((await refresh(paystar, { refresh_token: 'wrong' })).json().status).toBe(13);
    expect((await refresh(paystar, { refresh_token: 'wrong', access_password: 'wrong' })).json().status).toBe(
      6,
    );
  });

  it('checks the application, its state, its settings and the address', async () => {
    const { control } = paystar;
    const statusOf = async (change?: object) => (await refresh(paystar, change)).json().status;
    expect(await statusOf({ application_id: 'other' })).toBe(2);
    control.setAllowedIps([]);
    expect(await statusOf()).toBe(7);
    control.setSettingsPresent(false);
    expect(await statusOf()).toBe(12);
    control.setActive(false);
    expect(await statusOf()).toBe(3);
  });

  it('follows a changed refresh token', async () => {
    paystar.control.setRefreshToken('next');
    expect((await refresh(paystar)).json().status).toBe(13);
    expect((await refresh(paystar, { refresh_token: 'next' })).json().status).toBe(1);
  });

  it('needs no credit, no key and no enabled service', async () => {
    paystar.control.setCredit(0);
    paystar.control.revokeKeys();
    paystar.control.setServiceEnabled('mobile-national-id', false);
    expect((await refresh(paystar)).json().status).toBe(1);
  });
});

describe('other routes', () => {
  it('refuses a GET of an endpoint and an unknown path, and counts neither', async () => {
    const get = await request(`${paystar.url}/application/refresh-api-key`);
    await get.body.dump();
    expect(get.statusCode).toBe(405);
    expect((await post(`${paystar.url}/service/other`, MOBILE)).httpStatus).toBe(404);
    expect(paystar.ledger.count()).toBe(0);
  });
});
