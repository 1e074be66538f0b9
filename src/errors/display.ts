/** What an app may show its user, in Persian and English: our own words, right-to-left safe, never a value. */
export interface DisplayMessage {
  readonly fa: string;
  readonly en: string;
}

export const CHECK_INPUT: DisplayMessage = {
  fa: 'اطلاعات واردشده پذیرفته نشد. لطفاً آن‌ها را بررسی و اصلاح کنید.',
  en: 'The details entered were not accepted. Please check and correct them.',
};

/** For faults the end user can do nothing about and that someone must repair first. */
export const NOT_AVAILABLE: DisplayMessage = {
  fa: 'در حال حاضر انجام این استعلام ممکن نیست. لطفاً بعداً دوباره مراجعه کنید.',
  en: 'This check is not available at the moment. Please come back later.',
};

/** For faults that usually pass by themselves within seconds or minutes. */
export const TRY_AGAIN: DisplayMessage = {
  fa: 'سرویس استعلام موقتاً پاسخ نمی‌دهد. لطفاً چند لحظه بعد دوباره تلاش کنید.',
  en: 'The checking service is not answering for the moment. Please try again shortly.',
};

/** The question was sent and may have been paid: repeating it at once could pay twice. */
export const OUTCOME_UNKNOWN: DisplayMessage = {
  fa: 'نتیجهٔ این استعلام مشخص نشد. لطفاً فعلاً آن را تکرار نکنید و کمی بعد دوباره مراجعه کنید.',
  en: 'The result of this check is not known. Please do not repeat it right away; come back a little later.',
};

/** For a minute's limit and for a day's: how long stands in `retryAfterSeconds`. */
export const TOO_MANY: DisplayMessage = {
  fa: 'تعداد استعلام‌ها از حد مجاز گذشته است. لطفاً بعداً دوباره تلاش کنید.',
  en: 'Too many checks have been made. Please try again later.',
};

export const TOO_MANY_AT_ONCE: DisplayMessage = {
  fa: 'تعداد استعلام‌های هم‌زمان در این درخواست بیش از حد مجاز است.',
  en: 'This request asks for more checks at once than are allowed.',
};
