import type { Call, Deliver, Sandbox } from './state.ts';

/** A whole HTTP answer, built once and sent many times. */
export interface Answer {
  httpStatus: number;
  headers: string[];
  body: Buffer;
  /** Paystar's `status` as a reader finds it; null when the body holds none. */
  status: number | string | null;
}

/** Sends one and the same answer every time. */
export function always(answer: Answer): Deliver {
  return (call, sandbox) => send(call, sandbox, answer);
}

export function send({ res, entry }: Call, { ledger }: Sandbox, answer: Answer): void {
  if (res.destroyed) return;
  res.writeHead(answer.httpStatus, answer.headers);
  res.end(answer.body);
  ledger.answer(entry, answer.httpStatus, answer.status);
}

/** Resets the connection: the caller cannot know what became of the call. */
export const drop: Deliver = ({ res }) => {
  res.socket?.resetAndDestroy();
};

/** Leaves the connection open; only the caller or `close()` ends it. */
export const hang: Deliver = () => {};

/** Paystar's envelope. Every status travels with HTTP 200. */
export function envelope(status: number | string, data: unknown = null, message = messageOf(status)): Answer {
  return json(200, { status, data, message }, status);
}

export function json(httpStatus: number, value: unknown, status: Answer['status'] = null): Answer {
  return answer(httpStatus, 'application/json', JSON.stringify(value), status);
}

export function html(httpStatus: number, headers: string[] = []): Answer {
  const page = '<!DOCTYPE html><html><head><title>Paystar</title></head><body><h1>nginx</h1></body></html>';
  const made = answer(httpStatus, 'text/html; charset=utf-8', page, null);
  return { ...made, headers: [...made.headers, ...headers] };
}

export function answer(httpStatus: number, type: string, text: string, status: Answer['status']): Answer {
  const body = Buffer.from(text);
  const headers = ['content-type', type, 'content-length', String(body.length)];
  return { httpStatus, headers, body, status };
}

function messageOf(status: number | string): string {
  return (typeof status === 'number' ? MESSAGES[status] : undefined) ?? 'نتیجه درخواست';
}

const MESSAGES = [
  'خطای سرور',
  'عملیات با موفقیت انجام شد',
  'اپلیکیشن یافت نشد',
  'اپلیکیشن فعال نیست',
  'توکن احراز هویت اشتباه است',
  'توکن احراز هویت منقضی شده است',
  'رمز دسترسی اپلیکیشن اشتباه است',
  'آی‌پی مجاز نیست',
  'سرویس برای شما فعال نیست',
  'اعتبار کیف پول بانکداری باز کافی نیست',
  'اطلاعات ارسال شده معتبر نیست',
  'خطای سرویس‌دهنده',
  'تنظیمات بانکداری باز یافت نشد',
  'توکن نوسازی کلید API اشتباه است',
];
