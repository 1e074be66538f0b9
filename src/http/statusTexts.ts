/** The words of the status page. Values never stand inside a sentence: numbers and codes have places of their own. */
export interface StatusTexts {
  readonly lang: 'en' | 'fa';
  readonly dir: 'ltr' | 'rtl';
  readonly title: string;
  readonly live: string;
  readonly sandbox: string;
  readonly version: string;
  readonly asOf: string;
  readonly upSince: string;
  readonly fine: string;
  readonly faulty: string;
  readonly faults: string;
  readonly until: string;
  readonly overUntil: string;
  readonly nextTry: string;
  readonly where: Readonly<
    Record<'key' | 'pause' | 'breaker' | 'store' | 'all' | 'mobile-national-id' | 'card-national-id', string>
  >;
  readonly key: string;
  readonly keyStates: Readonly<Record<'ABSENT' | 'VALID' | 'EXPIRING' | 'EXPIRED' | 'REJECTED', string>>;
  readonly obtained: string;
  readonly refreshFrom: string;
  readonly expires: string;
  readonly keyBar: string;
  readonly calls: string;
  readonly perMinute: string;
  readonly hourAgo: string;
  readonly nowLabel: string;
  readonly money: string;
  readonly lastHour: string;
  readonly sinceStart: string;
  readonly outcomes: Readonly<Record<'paid' | 'unknown' | 'notSent' | 'saved', string>>;
  readonly unknownHint: string;
  readonly parts: string;
  readonly store: string;
  readonly up: string;
  readonly down: string;
  readonly pauses: string;
  readonly breakers: string;
  readonly none: string;
  readonly inFlight: string;
  readonly waiting: string;
  readonly oneInstance: string;
}

const EN: StatusTexts = {
  lang: 'en',
  dir: 'ltr',
  title: 'Identity matching: status',
  live: 'live, calls cost money',
  sandbox: 'sandbox, nothing is charged',
  version: 'Version',
  asOf: 'As of',
  upSince: 'Running since',
  fine: 'Nothing is known to be wrong.',
  faulty: 'Something needs attention.',
  faults: 'What to do',
  until: 'Tried again from',
  overUntil: 'The next question tries whether it is over.',
  nextTry: 'Next refresh from',
  where: {
    key: 'API key refresh',
    pause: 'Paused',
    breaker: 'Breaker open',
    store: 'Store',
    all: 'all services',
    'mobile-national-id': 'mobile and national ID',
    'card-national-id': 'card and national ID',
  },
  key: 'API key',
  keyStates: {
    ABSENT: 'none yet; one is obtained at the first question',
    VALID: 'valid',
    EXPIRING: 'valid, about to be refreshed',
    EXPIRED: 'expired; a new one is obtained at the next question',
    REJECTED: 'refused by Paystar; a new one is obtained at the next question',
  },
  obtained: 'Obtained',
  refreshFrom: 'Refreshed from',
  expires: 'Expires',
  keyBar: 'Life of the API key: the part that has passed, and the window in which it is refreshed',
  calls: 'Calls to Paystar in the last hour',
  perMinute: 'Most in one minute',
  hourAgo: '60 minutes ago',
  nowLabel: 'now',
  money: 'Money',
  lastHour: 'last hour',
  sinceStart: 'since start',
  outcomes: { paid: 'paid', unknown: 'perhaps paid', notSent: 'not charged', saved: 'saved' },
  unknownHint: "Look up what is perhaps paid in the wallet's statement; the log has a line for each.",
  parts: 'Parts',
  store: 'Store',
  up: 'answers',
  down: 'does not answer',
  pauses: 'Pauses',
  breakers: 'Open breakers',
  none: 'none',
  inFlight: 'Calls in flight',
  waiting: 'Calls waiting',
  oneInstance: 'This page tells what this one instance knows.',
};

const FA: StatusTexts = {
  lang: 'fa',
  dir: 'rtl',
  title: 'تطبیق هویت: وضعیت',
  live: 'واقعی؛ فراخوانی‌ها هزینه دارند',
  sandbox: 'آزمایشی؛ هزینه‌ای ندارد',
  version: 'نسخه',
  asOf: 'در لحظهٔ',
  upSince: 'روشن از',
  fine: 'ایرادی دیده نمی‌شود.',
  faulty: 'موردی نیاز به رسیدگی دارد.',
  faults: 'چه باید کرد',
  until: 'تلاش دوباره از',
  overUntil: 'استعلام بعدی می‌آزماید که برطرف شده است یا نه.',
  nextTry: 'تازه‌سازی بعدی از',
  where: {
    key: 'تازه‌سازی کلید',
    pause: 'توقف',
    breaker: 'مدارشکن باز',
    store: 'ذخیره‌ساز',
    all: 'همهٔ سرویس‌ها',
    'mobile-national-id': 'موبایل و کد ملی',
    'card-national-id': 'کارت و کد ملی',
  },
  key: 'کلید API',
  keyStates: {
    ABSENT: 'هنوز گرفته نشده؛ با نخستین استعلام گرفته می‌شود',
    VALID: 'معتبر',
    EXPIRING: 'معتبر و در آستانهٔ تازه‌سازی',
    EXPIRED: 'منقضی؛ با استعلام بعدی کلید تازه گرفته می‌شود',
    REJECTED: 'پی‌استار آن را نپذیرفت؛ با استعلام بعدی کلید تازه گرفته می‌شود',
  },
  obtained: 'دریافت',
  refreshFrom: 'تازه‌سازی از',
  expires: 'انقضا',
  keyBar: 'عمر کلید: بخش سپری‌شده و بازهٔ تازه‌سازی',
  calls: 'فراخوانی‌های پی‌استار در یک ساعت اخیر',
  perMinute: 'بیشترین در یک دقیقه',
  hourAgo: '۶۰ دقیقه پیش',
  nowLabel: 'اکنون',
  money: 'هزینه',
  lastHour: 'ساعت اخیر',
  sinceStart: 'از آغاز',
  outcomes: { paid: 'پرداخت‌شده', unknown: 'شاید پرداخت‌شده', notSent: 'بی‌هزینه', saved: 'صرفه‌جویی' },
  unknownHint: 'موارد «شاید پرداخت‌شده» را با صورت‌حساب کیف پول بسنجید؛ هر کدام در لاگ سرور یک سطر دارد.',
  parts: 'اجزا',
  store: 'ذخیره‌ساز',
  up: 'پاسخ می‌دهد',
  down: 'پاسخ نمی‌دهد',
  pauses: 'توقف‌ها',
  breakers: 'مدارشکن‌های باز',
  none: 'هیچ',
  inFlight: 'فراخوانی‌های در راه',
  waiting: 'فراخوانی‌های منتظر',
  oneInstance: 'این صفحه تنها آنچه را همین نمونه می‌داند نشان می‌دهد.',
};

/** Persian only for those who prefer it (RFC 9110 quality values); English for all others. */
export function textsFor(acceptLanguage: string | undefined): StatusTexts {
  const wishes = (acceptLanguage ?? '').slice(0, 1000).split(',').map(readWish);
  const wish = (lang: string) => Math.max(0, ...wishes.filter(it => it.lang === lang).map(it => it.quality));
  const other = wishes.find(it => it.lang === 'fa' || it.lang === 'en')?.lang === 'fa';
  if (wish('fa') === 0) return EN;
  return wish('fa') > wish('en') || (wish('fa') === wish('en') && other) ? FA : EN;
}

function readWish(text: string): { lang: string; quality: number } {
  const [tag = '', ...parameters] = text.split(';').map(part => part.trim().toLowerCase());
  const q = parameters.find(parameter => parameter.startsWith('q='));
  const quality = q === undefined ? 1 : Number(q.slice(2));
  return { lang: tag.split('-')[0]!, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}
