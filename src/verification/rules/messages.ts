import type { RuleCode } from './ruleResult.ts';

export type RuleField =
  'NationalId' | 'MobileNumber' | 'CardNumber' | 'BirthDate' | 'IdempotencyKey' | 'MaxAge';
export type RuleMessage = { fa: string; en: string };

/**
 * What an app may show for a refused input: what was expected and what to do, never the value.
 * Only pairs that a rule can answer are listed; for any other pair it throws, as only a fault of ours can ask for one.
 */
export function ruleMessage(field: RuleField, code: RuleCode): RuleMessage {
  const messages: Partial<Record<RuleCode, RuleMessage>> = RULE_MESSAGES[field];
  const message = messages[code];
  if (message === undefined) throw new Error(`The rule ${field} has no message for ${code}`);
  return message;
}

/**
 * The Persian texts use Persian digits and neither Latin letters, '+' nor '-': next to digits in right-to-left text
 * these jump to the wrong side. '/' between digits is safe.
 */
export const RULE_MESSAGES = {
  NationalId: {
    CHARACTERS: {
      en: 'A national ID consists of digits only. Please remove all other characters.',
      fa: 'کد ملی فقط از رقم تشکیل می‌شود. لطفاً نویسه‌های دیگر را حذف کنید.',
    },
    LENGTH: {
      en: 'The national ID must have 10 digits. Please enter it in full, with any leading zeros.',
      fa: 'کد ملی باید ۱۰ رقم باشد. لطفاً آن را کامل و با صفرهای ابتدای آن وارد کنید.',
    },
    IMPOSSIBLE: {
      en: 'A national ID cannot consist of zeros only. Please enter the 10 digits on the ID card.',
      fa: 'کد ملی نمی‌تواند فقط از صفر تشکیل شده باشد. لطفاً ۱۰ رقم روی کارت ملی را وارد کنید.',
    },
    CHECKSUM: {
      en: 'This national ID cannot be right: a digit is wrong or two are swapped. Please compare it with the ID card.',
      fa: 'کد ملی درست نیست؛ رقمی اشتباه یا جابه‌جا وارد شده است. لطفاً آن را با کارت ملی مقایسه کنید.',
    },
  },
  MobileNumber: {
    CHARACTERS: {
      en: 'A mobile number consists of digits, with a plus sign at most in front. Please remove all other characters.',
      fa: 'شمارهٔ موبایل از رقم تشکیل می‌شود و علامت جمع فقط در ابتدای آن مجاز است. لطفاً نویسه‌های دیگر را حذف کنید.',
    },
    LENGTH: {
      en: 'The mobile number must have 11 digits and begin with 09. Please check how many digits you entered.',
      fa: 'شمارهٔ موبایل باید ۱۱ رقم باشد و با ۰۹ شروع شود. لطفاً تعداد رقم‌ها را بررسی کنید.',
    },
    FORMAT: {
      en: 'This is not an Iranian mobile number. Please enter a number that begins with 09 or +989.',
      fa: 'این شماره، شمارهٔ موبایل ایران نیست. لطفاً شماره‌ای وارد کنید که با ۰۹ یا ۰۰۹۸۹ شروع شود.',
    },
  },
  CardNumber: {
    CHARACTERS: {
      en: 'A card number consists of digits only. Please remove all other characters.',
      fa: 'شمارهٔ کارت فقط از رقم تشکیل می‌شود. لطفاً نویسه‌های دیگر را حذف کنید.',
    },
    LENGTH: {
      en: 'The card number must have 16 digits. Please check how many digits you entered.',
      fa: 'شمارهٔ کارت باید ۱۶ رقم باشد. لطفاً تعداد رقم‌ها را بررسی کنید.',
    },
    IMPOSSIBLE: {
      en: 'A card number cannot consist of zeros only. Please enter the 16 digits on the bank card.',
      fa: 'شمارهٔ کارت نمی‌تواند فقط از صفر تشکیل شده باشد. لطفاً ۱۶ رقم روی کارت بانکی را وارد کنید.',
    },
    LUHN: {
      en: 'This card number cannot be right: a digit is wrong or two are swapped. Please compare it with the bank card.',
      fa: 'شمارهٔ کارت درست نیست؛ رقمی اشتباه یا جابه‌جا وارد شده است. لطفاً آن را با کارت بانکی مقایسه کنید.',
    },
  },
  BirthDate: {
    CHARACTERS: {
      en: 'A birth date consists of digits with a hyphen or a slash between them and no spaces, for example 1991-04-20 or 1370/01/31. Please remove all other characters.',
      fa: 'تاریخ تولد از رقم تشکیل می‌شود و بین سال، ماه و روز آن خط تیره یا خط مورب می‌آید، بدون فاصله؛ برای نمونه ۱۳۷۰/۰۱/۳۱. لطفاً نویسه‌های دیگر را حذف کنید.',
    },
    FORMAT: {
      en: 'Please write the birth date as year, month and day, with a four-digit year, for example 1991-04-20 or 1370/01/31.',
      fa: 'لطفاً تاریخ تولد را به ترتیب سال، ماه و روز و با سال چهاررقمی بنویسید؛ برای نمونه ۱۳۷۰/۰۱/۳۱ یا ۱۹۹۱/۰۴/۲۰.',
    },
    IMPOSSIBLE: {
      en: 'This day does not exist in the calendar or lies before the year 1850. Please check year, month and day.',
      fa: 'این روز در تقویم وجود ندارد یا پیش از سال ۱۸۵۰ میلادی است. لطفاً سال، ماه و روز را بررسی کنید.',
    },
    FUTURE: {
      en: 'A birth date cannot be after today. Please check year, month and day.',
      fa: 'تاریخ تولد نمی‌تواند بعد از امروز باشد. لطفاً سال، ماه و روز را بررسی کنید.',
    },
  },
  IdempotencyKey: {
    CHARACTERS: {
      en: 'The idempotency key must not contain control characters or broken Unicode. Please use printable text.',
      fa: 'کلید یکتایی درخواست نباید نویسهٔ کنترلی یا یونیکد ناقص داشته باشد. لطفاً از متن چاپ‌پذیر استفاده کنید.',
    },
    LENGTH: {
      en: 'The idempotency key must have 1 to 128 characters. Please leave it out or give one of that length.',
      fa: 'کلید یکتایی درخواست باید از ۱ تا ۱۲۸ نویسه باشد. لطفاً کلیدی با این طول بدهید یا آن را حذف کنید.',
    },
  },
  MaxAge: {
    IMPOSSIBLE: {
      en: 'The maximum age of an answer must be 0 seconds or more. Please leave it out or give such a number.',
      fa: 'حداکثر عمر پاسخ باید صفر ثانیه یا بیشتر باشد. لطفاً چنین عددی بدهید یا آن را حذف کنید.',
    },
  },
} as const satisfies Record<RuleField, Partial<Record<RuleCode, RuleMessage>>>;
