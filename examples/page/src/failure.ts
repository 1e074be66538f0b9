import { identityErrors, isCode } from 'paystar-identity-graphql/errors';
import type { IdentityError, RejectedField } from 'paystar-identity-graphql/errors';

/** What the page shows of a failure. */
export interface Failure {
  readonly message: string;
  /** For the team behind the app, who find it in the server's log; null when the server was not reached. */
  readonly requestId: string | null;
  readonly retryable: boolean;
  readonly retryAfterSeconds: number;
  /** By the name of the input. */
  readonly fields: Readonly<Record<string, string>>;
}

const NOT_REACHED = 'ارتباط با سرور برقرار نشد. لطفاً اتصال اینترنت خود را بررسی کنید و دوباره تلاش کنید.';
const IN_PROGRESS = 'استعلام شما هنوز در حال انجام است. لطفاً چند لحظهٔ دیگر دوباره تلاش کنید.';
const OUR_FAULT = 'متأسفانه در این برنامه خطایی رخ داد. لطفاً کد پیگیری زیر را به پشتیبانی اطلاع دهید.';

export function failureOf(thrown: unknown): Failure {
  const [error] = identityErrors(thrown);
  if (!error) {
    return { message: NOT_REACHED, requestId: null, retryable: true, retryAfterSeconds: 0, fields: {} };
  }
  const { requestId, retryable, retryAfterSeconds = 0 } = error.extensions;
  return { message: messageOf(error), requestId, retryable, retryAfterSeconds, fields: fieldsOf(error) };
}

/** Operators' faults come with a generic message; faults of this program come with none. */
function messageOf(error: IdentityError): string {
  if (isCode(error, 'IDEMPOTENCY_IN_PROGRESS')) return IN_PROGRESS;
  return error.extensions.displayMessage?.fa ?? OUR_FAULT;
}

function fieldsOf(error: IdentityError): Record<string, string> {
  if (!isCode(error, 'BAD_USER_INPUT', 'PAYSTAR_INPUT_REJECTED')) return {};
  const fields: readonly RejectedField[] = error.extensions.fields ?? [];
  return Object.fromEntries(fields.map(({ path, message }) => [path.replace('input.', ''), message.fa]));
}
