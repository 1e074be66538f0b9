import { request } from 'undici';
import {
  SAMPLE_NATIONAL_ID,
  SANDBOX_CREDENTIALS,
  type SandboxPaystar,
  type ServiceName,
} from '../../src/sandbox/paystar.ts';

export interface Reply {
  httpStatus: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  json(): any;
}

const CREDENTIALS = {
  application_id: SANDBOX_CREDENTIALS.applicationId,
  access_password: SANDBOX_CREDENTIALS.accessPassword,
};
const REFRESH = { ...CREDENTIALS, refresh_token: SANDBOX_CREDENTIALS.refreshToken };
export const MOBILE = { ...CREDENTIALS, national_id: SAMPLE_NATIONAL_ID, mobile_number: '09121234567' };
export const CARD = {
  ...CREDENTIALS,
  national_id: SAMPLE_NATIONAL_ID,
  card_number: '6219861034529007',
  birth_date: '1990-03-21',
};

/** A refresh call, with the right credentials unless some are replaced. */
export function refresh(paystar: SandboxPaystar, change: object = {}, signal?: AbortSignal): Promise<Reply> {
  return post(`${paystar.url}/application/refresh-api-key`, { ...REFRESH, ...change }, {}, signal);
}

/** A service call, with a match's input and the current key unless something is replaced. */
export function ask(
  paystar: SandboxPaystar,
  service: ServiceName,
  change: object = {},
  key: string | null = paystar.control.currentKey,
  signal?: AbortSignal,
): Promise<Reply> {
  const body = { ...(service === 'card-national-id' ? CARD : MOBILE), ...change };
  const headers = key === null ? {} : { authorization: `Bearer ${key}` };
  return post(`${paystar.url}/service/info-matching/${service}`, body, headers, signal);
}

export async function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<Reply> {
  const reply = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal && { signal }),
  });
  const text = await reply.body.text();
  return { httpStatus: reply.statusCode, headers: reply.headers, text, json: () => JSON.parse(text) };
}
