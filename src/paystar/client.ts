import type { Stop } from '../stop.ts';
import type { Transport } from './transport.ts';
import { readApiKey, readMatch } from './wire.ts';
import type { PaidService } from './wire.ts';

/** What identifies this application at Paystar. */
export interface Credentials {
  readonly applicationId: string;
  readonly accessPassword: string;
  readonly refreshToken: string;
}

/** One question, in canonical values; a repeated question to Paystar is paid again. */
export type Question =
  | { readonly service: 'mobile-national-id'; readonly nationalId: string; readonly mobileNumber: string }
  | {
      readonly service: 'card-national-id';
      readonly nationalId: string;
      readonly cardNumber: string;
      readonly birthDate: string;
    };

export interface AskOptions {
  readonly apiKey: string;
  readonly stop?: Stop;
  readonly onSend?: () => void;
  /** W3C trace context, for whoever follows a question on its way. */
  readonly traceparent?: string | undefined;
}

/** Paystar's three endpoints, one HTTP call each, no memory. All methods throw `PaystarError`. */
export class PaystarClient {
  readonly #transport: Transport;
  readonly #credentials: () => Credentials;
  readonly #urls: Record<PaidService, URL> & { refresh: URL };

  constructor(transport: Transport, credentials: () => Credentials, baseUrl: string, refreshUrl: string) {
    this.#transport = transport;
    this.#credentials = credentials;
    this.#urls = {
      'mobile-national-id': new URL(`${baseUrl}/service/info-matching/mobile-national-id`),
      'card-national-id': new URL(`${baseUrl}/service/info-matching/card-national-id`),
      refresh: new URL(refreshUrl),
    };
  }

  /** Whether the data belong together. Costs money. */
  async ask(question: Question, { apiKey, ...options }: AskOptions): Promise<boolean> {
    const { applicationId, accessPassword } = this.#credentials();
    const body = { application_id: applicationId, access_password: accessPassword, ...wireInput(question) };
    const url = this.#urls[question.service];
    const reply = await this.#transport.post(url, JSON.stringify(body), { ...options, bearer: apiKey });
    return readMatch(reply, question.service);
  }

  /** A new API key. Costs nothing, but may end the old one. */
  async refreshApiKey(traceparent?: string): Promise<{ apiKey: string; expireDate: unknown }> {
    const { applicationId, accessPassword, refreshToken } = this.#credentials();
    const body = {
      application_id: applicationId,
      access_password: accessPassword,
      refresh_token: refreshToken,
    };
    return readApiKey(await this.#transport.post(this.#urls.refresh, JSON.stringify(body), { traceparent }));
  }
}

function wireInput(question: Question): Record<string, string> {
  if (question.service === 'mobile-national-id') {
    return { national_id: question.nationalId, mobile_number: question.mobileNumber };
  }
  return {
    national_id: question.nationalId,
    card_number: question.cardNumber,
    birth_date: question.birthDate,
  };
}
