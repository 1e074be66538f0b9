import type { DisplayMessage } from './display.ts';

/** What an operator does about a fault that lasts, in one sentence each; our own words, without any value. */
const ADVICE: Readonly<Record<string, DisplayMessage>> = {
  PAYSTAR_SERVER_ERROR: {
    en: "Nothing to mend here: calls are tried again by themselves. If it lasts, ask Paystar's support, and look up in the wallet what the unknown calls cost.",
    fa: 'اینجا کاری لازم نیست و فراخوانی‌ها خودکار از سر گرفته می‌شوند. اگر ادامه یافت از پشتیبانی پی‌استار بپرسید و هزینهٔ فراخوانی‌های نامعلوم را در کیف پول ببینید.',
  },
  PAYSTAR_APPLICATION_NOT_FOUND: {
    en: "Compare PAYSTAR_APPLICATION_ID with the application's identifier in Paystar's panel, correct it and restart.",
    fa: 'مقدار PAYSTAR_APPLICATION_ID را با شناسهٔ برنامه در پنل پی‌استار مقایسه و اصلاح کنید و سرور را دوباره راه بیندازید.',
  },
  PAYSTAR_APPLICATION_INACTIVE: {
    en: "Activate the application in Paystar's panel, or ask Paystar's support why it is not active.",
    fa: 'برنامه را در پنل پی‌استار فعال کنید یا علت غیرفعال بودن را از پشتیبانی پی‌استار بپرسید.',
  },
  PAYSTAR_API_KEY_INVALID: {
    en: 'The key is replaced by itself; if this lasts, something else uses the same application and ends its keys: stop it, or let it share this store.',
    fa: 'کلید خودکار عوض می‌شود. اگر ادامه یافت، سامانهٔ دیگری با همین برنامه کلیدها را باطل می‌کند؛ آن را متوقف کنید یا به همین ذخیره‌ساز وصل کنید.',
  },
  PAYSTAR_API_KEY_EXPIRED: {
    en: "The key is replaced by itself; if this lasts, check this machine's clock and PAYSTAR_EXPIRY_UTC_OFFSET.",
    fa: 'کلید خودکار عوض می‌شود. اگر ادامه یافت، ساعت این دستگاه و PAYSTAR_EXPIRY_UTC_OFFSET را بررسی کنید.',
  },
  PAYSTAR_ACCESS_PASSWORD_WRONG: {
    en: "Put the access password of Paystar's panel into PAYSTAR_ACCESS_PASSWORD; one given by _FILE is read again by itself, otherwise restart.",
    fa: 'رمز دسترسی برنامه را از پنل پی‌استار بردارید و در PAYSTAR_ACCESS_PASSWORD بگذارید. اگر با PAYSTAR_ACCESS_PASSWORD_FILE داده شده است خودکار دوباره خوانده می‌شود، وگرنه سرور را دوباره راه بیندازید.',
  },
  PAYSTAR_IP_NOT_ALLOWED: {
    en: "Add the address by which this server leaves your network to the allowed IPs in Paystar's panel, or send through PAYSTAR_PROXY_URL with one that is allowed.",
    fa: 'نشانی خروجی این سرور را به فهرست IPهای مجاز پنل پی‌استار اضافه کنید یا فراخوانی‌ها را از راه PAYSTAR_PROXY_URL با نشانی مجاز بفرستید.',
  },
  PAYSTAR_SERVICE_NOT_ENABLED: {
    en: "Have this service enabled for the application in Paystar's panel; the other service goes on meanwhile.",
    fa: 'این سرویس را برای برنامه در پنل پی‌استار فعال کنید؛ سرویس دیگر در این مدت کار می‌کند.',
  },
  PAYSTAR_CREDIT_INSUFFICIENT: {
    en: "Top up the open-banking wallet in Paystar's panel; questions go on within a minute of it.",
    fa: 'کیف پول بانکداری باز را در پنل پی‌استار شارژ کنید؛ حداکثر یک دقیقه بعد استعلام‌ها ادامه می‌یابند.',
  },
  PAYSTAR_INPUT_REJECTED: {
    en: "Compare the application's credentials with Paystar's panel: Paystar does not accept the form of one of them.",
    fa: 'اعتبارنامه‌های برنامه را با پنل پی‌استار مقایسه کنید؛ پی‌استار شکل یکی از آن‌ها را نمی‌پذیرد.',
  },
  PAYSTAR_PROVIDER_ERROR: {
    en: "Nothing to mend here: Paystar's own source is failing. If it lasts, ask Paystar's support, and look up in the wallet what the unknown calls cost.",
    fa: 'اینجا کاری لازم نیست؛ منبع دادهٔ پی‌استار خطا می‌دهد. اگر ادامه یافت از پشتیبانی پی‌استار بپرسید و هزینهٔ فراخوانی‌های نامعلوم را در کیف پول ببینید.',
  },
  PAYSTAR_SETTINGS_NOT_FOUND: {
    en: "Have the open-banking settings of the application completed in Paystar's panel, or by Paystar's support.",
    fa: 'تنظیمات بانکداری باز برنامه را در پنل پی‌استار کامل کنید یا از پشتیبانی پی‌استار بخواهید.',
  },
  PAYSTAR_REFRESH_TOKEN_INVALID: {
    en: "Take a new refresh token from Paystar's panel and put it into PAYSTAR_REFRESH_TOKEN; one given by _FILE is read again by itself, otherwise restart.",
    fa: 'از پنل پی‌استار یک توکن تازه‌سازی نو بگیرید و در PAYSTAR_REFRESH_TOKEN بگذارید. اگر با PAYSTAR_REFRESH_TOKEN_FILE داده شده است خودکار دوباره خوانده می‌شود، وگرنه سرور را دوباره راه بیندازید.',
  },
  PAYSTAR_STATUS_UNKNOWN: {
    en: "Ask Paystar's support what has changed in their API; this server does not know the status that came back.",
    fa: 'از پشتیبانی پی‌استار بپرسید چه چیزی در API آن عوض شده است؛ این سرور وضعیتی را که برگشته نمی‌شناسد.',
  },
  PAYSTAR_RESPONSE_INVALID: {
    en: 'Check that PAYSTAR_BASE_URL and PAYSTAR_PROXY_URL lead to Paystar itself and not to a page of a proxy or firewall; if they do, Paystar is failing: ask its support.',
    fa: 'ببینید PAYSTAR_BASE_URL و PAYSTAR_PROXY_URL به خود پی‌استار می‌رسند و نه به صفحهٔ یک پروکسی یا دیوار آتش. اگر درست‌اند، خطا از پی‌استار است؛ از پشتیبانی آن بپرسید.',
  },
  PAYSTAR_UNREACHABLE: {
    en: 'Run `npm run doctor` on this machine: it tells whether name, firewall, proxy or certificate is at fault, or Paystar itself. Nothing was sent, so nothing was charged.',
    fa: 'روی همین دستگاه npm run doctor را اجرا کنید تا معلوم شود ایراد از نام دامنه، دیوار آتش، پروکسی یا گواهی است یا از خود پی‌استار. چیزی فرستاده نشده و هزینه‌ای ندارد.',
  },
  PAYSTAR_OUTCOME_UNKNOWN: {
    en: "Look up the calls logged as unknown in the wallet's statement; if it lasts, Paystar is too slow or the way to it breaks: check the network, then ask Paystar's support.",
    fa: 'فراخوانی‌هایی را که در لاگ نامعلوم (unknown) ثبت شده‌اند با صورت‌حساب کیف پول بسنجید. اگر ادامه یافت، پی‌استار کند است یا مسیر قطع می‌شود؛ شبکه را بررسی کنید و بعد از پشتیبانی پی‌استار بپرسید.',
  },
  STORE_UNAVAILABLE: {
    en: 'See that the store of STORE_URL is up, can be reached from here and has room. Questions with an idempotencyKey are refused meanwhile; the others go on without the store.',
    fa: 'ببینید ذخیره‌ساز STORE_URL روشن و از اینجا در دسترس است و جا دارد. در این مدت استعلام‌های دارای idempotencyKey رد می‌شوند و بقیه بدون ذخیره‌ساز ادامه می‌یابند.',
  },
  SERVICE_UNAVAILABLE: {
    en: "An operator of this server has to act; its log, and this page on METRICS_PORT, say what is the matter (ERROR_DETAIL is 'masked').",
    fa: 'راهبر این سرور باید اقدام کند. علت در لاگ سرور و در همین صفحه روی METRICS_PORT آمده است (ERROR_DETAIL برابر masked است).',
  },
};

const OTHERWISE: DisplayMessage = {
  en: 'See the error table of the README for who acts.',
  fa: 'در جدول خطاهای README ببینید چه کسی باید اقدام کند.',
};

export function adviceFor(code: string): DisplayMessage {
  return (Object.hasOwn(ADVICE, code) ? ADVICE[code] : undefined) ?? OTHERWISE;
}
