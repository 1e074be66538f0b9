// Run by typescript.test.ts beside the recipes of docs/frontend.md: node recipes.mjs URL TOKEN. Prints what came of them.
const [url, token] = process.argv.slice(2);
const { verifyMobile } = await import('./withFetch.ts');
const { askWithRepeats, repeatAfterMs } = await import('./repeat.ts');
const { fieldMessages, messageOf, nextStep } = await import('./messages.ts');
const { jalali } = await import('./jalali.ts');
const { show } = await import('./show.ts');

const ask = input =>
  verifyMobile(url, token, { nationalId: '9990000018', mobileNumber: '09123456789', ...input });
const problemOf = async input => (await ask(input)).problem;
const waits = [];
const asked = [];
const element = { dir: '', lang: '', textContent: null };
const first = await ask({ nationalId: '۹۹۹۰۰۰۰۰۱۸', mobileNumber: '۰۹۱۲ ۳۴۵ ۶۷۸۹', maxAgeSeconds: 60 });
const wrong = await problemOf({ nationalId: '9990000019' });
const empty = await problemOf({ mobileNumber: '09990000009' });
show(element, messageOf(wrong, 'fa'), 'fa');
const repeated = await askWithRepeats(
  async input => {
    asked.push(input.idempotencyKey);
    return { problem: { code: 'OVERLOADED', retryable: true, charged: 'NO' } };
  },
  { nationalId: '', mobileNumber: '' },
  async ms => void waits.push(ms),
);
process.stdout.write(
  JSON.stringify({
    wrong: { code: wrong.code, next: nextStep(wrong), fields: fieldMessages(wrong, 'en') },
    empty: { code: empty.code, next: nextStep(empty), repeat: repeatAfterMs(empty, 0) },
    matched: first.answer?.isMatched ?? first,
    element,
    waits,
    keys: new Set(asked).size,
    asked: asked.length,
    last: repeated.problem.code,
    neverRepeat: repeatAfterMs({ code: 'X', retryable: true, charged: 'UNKNOWN' }, 0),
    late: repeatAfterMs({ code: 'X', retryable: true, charged: 'NO', retryAfterSeconds: 60 }, 0),
    soon: repeatAfterMs({ code: 'X', retryable: true, charged: 'NO', retryAfterSeconds: 7 }, 0),
    jalali: jalali('2026-11-24T08:30:00.000Z'),
  }),
);
