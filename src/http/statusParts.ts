import { html } from './html.ts';
import type { Html } from './html.ts';
import type { Minute, StatusDetail } from './statusDetail.ts';
import type { StatusTexts } from './statusTexts.ts';

/** Numbers and times in a language, each isolated, so that neither direction moves what stands beside it. */
export class Format {
  readonly #number: Intl.NumberFormat;
  readonly #time: Intl.DateTimeFormat;
  readonly #distance: Intl.RelativeTimeFormat;
  readonly #now: number;

  /** Persian has its own digits, calendar and zone; English is in UTC, as the log is. */
  constructor(lang: StatusTexts['lang'], now: number) {
    const locale = lang === 'fa' ? 'fa-IR' : 'en-GB';
    this.#number = new Intl.NumberFormat(locale);
    this.#time = new Intl.DateTimeFormat(locale, {
      dateStyle: 'medium',
      timeStyle: 'short',
      timeZone: lang === 'fa' ? 'Asia/Tehran' : 'UTC',
    });
    this.#distance = new Intl.RelativeTimeFormat(locale);
    this.#now = now;
  }

  number(value: number): Html {
    return html`<bdi>${this.#number.format(value)}</bdi>`;
  }

  /** `ms` since the epoch: when, and how far from now. */
  time(ms: number): Html {
    const iso = new Date(ms).toISOString();
    const text = this.#time.format(ms);
    return html`<time datetime="${iso}"><bdi>${text}</bdi></time>
      <small>(<bdi>${this.#from(ms)}</bdi>)</small>`;
  }

  /** The same without the distance. */
  moment(ms: number): Html {
    return html`<time datetime="${new Date(ms).toISOString()}"><bdi>${this.#time.format(ms)}</bdi></time>`;
  }

  #from(ms: number): string {
    const seconds = Math.round((ms - this.#now) / 1000);
    if (Math.abs(seconds) < 120) return this.#distance.format(seconds, 'second');
    if (Math.abs(seconds) < 2 * 3600) return this.#distance.format(Math.round(seconds / 60), 'minute');
    if (Math.abs(seconds) < 48 * 3600) return this.#distance.format(Math.round(seconds / 3600), 'hour');
    return this.#distance.format(Math.round(seconds / 86_400), 'day');
  }
}

/** Codes, names and kinds are Latin in both languages. */
export function code(text: string): Html {
  return html`<code dir="ltr">${text}</code>`;
}

/** The key's life from 0 to 100: what has passed, and from where on it is refreshed. Nothing without a known life. */
export function keyBar({ key, now }: StatusDetail, texts: StatusTexts): Html | null {
  const { refreshedAt, refreshAt, expiresAt } = key;
  if (refreshedAt === null || refreshAt === null || expiresAt === null) return null;
  const at = (ms: number) => percent((ms - refreshedAt) / (expiresAt - refreshedAt));
  const window = at(refreshAt);
  const passed = at(now);
  return html`<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="${texts.keyBar}"><g${mirror(texts, 100)}>
<rect class="track" width="100" height="6"/>
<rect class="window" x="${window}" width="${percent((100 - window) / 100)}" height="6"/>
<rect class="passed" y="1.5" width="${passed}" height="3"/>
</g></svg>`;
}

const STACK = ['paid', 'unknown', 'notSent'] as const;
export type Outcome = (typeof STACK)[number];

/** One bar a minute, the outcomes on top of each other; the newest at the end of the reading direction. */
export function callsChart(hour: readonly Minute[], texts: StatusTexts): Html {
  const highest = Math.max(1, ...hour.map(total));
  const bars = hour.flatMap((minute, index) => {
    let top = 100;
    return STACK.filter(outcome => minute[outcome] > 0).map(outcome => {
      const height = Math.max(1, (100 * minute[outcome]) / highest);
      top -= height;
      return html`<rect
        class="${outcome}"
        x="${index * 10 + 1}"
        y="${round(top)}"
        width="8"
        height="${round(height)}"
      />`;
    });
  });
  return html`<svg class="chart" viewBox="0 0 600 100" preserveAspectRatio="none" role="img" aria-label="${texts.calls}"><g${mirror(texts, 600)}>
<path class="base" d="M0 100H600"/>${bars}
</g></svg>`;
}

export function total({ paid, unknown, notSent }: Minute): number {
  return paid + unknown + notSent;
}

function mirror({ dir }: StatusTexts, width: number): Html {
  return dir === 'rtl' ? html` transform="matrix(-1 0 0 1 ${width} 0)"` : html``;
}

function percent(share: number): number {
  return round(100 * Math.min(1, Math.max(0, share)));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
