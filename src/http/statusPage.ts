import { adviceFor } from '../errors/advice.ts';
import { html } from './html.ts';
import type { Html, HtmlValue } from './html.ts';
import type { Minute, StatusDetail } from './statusDetail.ts';
import { Format, callsChart, code, keyBar, total } from './statusParts.ts';
import { STYLE_ELEMENT } from './statusStyle.ts';
import type { StatusTexts } from './statusTexts.ts';

/** The whole page, as it is now; needs no script. */
export function statusPage(detail: StatusDetail, texts: StatusTexts): string {
  const format = new Format(texts.lang, detail.now);
  return html`<!doctype html>
    <html lang="${texts.lang}" dir="${texts.dir}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${texts.title}</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <main>
          <header>
            <h1>${texts.title}</h1>
            <p class="mode">${detail.livemode ? texts.live : texts.sandbox}</p>
            <p>${texts.asOf} ${format.moment(detail.now)}</p>
          </header>
          ${verdict(faultsOf(detail, texts, format), texts)} ${keySection(detail, texts, format)}
          ${moneySection(detail, texts, format)} ${callsSection(detail, texts, format)}
          ${partsSection(detail, texts, format)}
          <footer>
            <p>${texts.oneInstance}</p>
            <p>
              ${texts.version} ${code(detail.version)} · ${texts.upSince} ${format.moment(detail.startedAt)}
            </p>
          </footer>
        </main>
      </body>
    </html> `.text;
}

function verdict(faults: readonly Html[], texts: StatusTexts): Html {
  if (faults.length === 0) return html`<p class="verdict" role="status">${texts.fine}</p>`;
  return html`<p class="verdict bad" role="status">${texts.faulty}</p>
    <section id="faults">
      <h2>${texts.faults}</h2>
      ${faults}
    </section>`;
}

function faultsOf(detail: StatusDetail, texts: StatusTexts, format: Format): Html[] {
  const { key, closed, store, now } = detail;
  const { where } = texts;
  const again = (label: string, ms: number) =>
    ms > now ? html`${label} ${format.time(ms)}` : texts.overUntil;
  const faults: Html[] = [];
  if (key.lastFailure) {
    faults.push(fault(where.key, key.lastFailure.code, texts, again(texts.nextTry, key.lastFailure.retryAt)));
  }
  for (const { kind, scope, code, until } of closed) {
    faults.push(fault(html`${where[kind]}: ${where[scope]}`, code, texts, again(texts.until, until)));
  }
  if (!store.ok) faults.push(fault(where.store, 'STORE_UNAVAILABLE', texts, null));
  return faults;
}

function fault(where: HtmlValue, name: string, texts: StatusTexts, when: HtmlValue): Html {
  return html`<article>
    <h3>${where}</h3>
    <p>${code(name)}</p>
    <p class="advice">${adviceFor(name)[texts.lang]}</p>
    ${when === null ? null : html`<p>${when}</p>`}
  </article> `;
}

function keySection(detail: StatusDetail, texts: StatusTexts, format: Format): Html {
  const { state, refreshedAt, refreshAt, expiresAt } = detail.key;
  const times: [HtmlValue, number | null][] = [
    [[swatch('passed'), texts.obtained], refreshedAt],
    [[swatch('window'), texts.refreshFrom], refreshAt],
    [texts.expires, expiresAt],
  ];
  return html`<section id="key">
    <h2>${texts.key}</h2>
    <p>${code(state)} ${texts.keyStates[state]}</p>
    ${keyBar(detail, texts)}
    <dl>${times.map(([label, ms]) => (ms === null ? null : pair(label, format.time(ms))))}</dl>
  </section>`;
}

function callsSection({ hour }: StatusDetail, texts: StatusTexts, format: Format): Html {
  const sum = add(hour);
  const legend = (['paid', 'unknown', 'notSent'] as const).map(
    outcome => html`<li>${swatch(outcome)} ${texts.outcomes[outcome]}: ${format.number(sum[outcome])}</li>`,
  );
  return html`<section id="calls">
    <h2>${texts.calls}</h2>
    ${callsChart(hour, texts)}
    <p class="axis"><span>${texts.hourAgo}</span><span>${texts.nowLabel}</span></p>
    <ul class="legend">
      ${legend}
      <li>${texts.perMinute}: ${format.number(Math.max(...hour.map(total)))}</li>
    </ul>
  </section>`;
}

const MONEY = ['paid', 'unknown', 'saved'] as const;

function moneySection({ hour, sinceStart }: StatusDetail, texts: StatusTexts, format: Format): Html {
  const lastHour = add(hour);
  const rows = MONEY.map(
    what =>
      html`<tr>
        <th scope="row">${texts.outcomes[what]}</th>
        <td>${format.number(lastHour[what])}</td>
        <td>${format.number(sinceStart[what])}</td>
      </tr>`,
  );
  return html`<section id="money">
    <h2>${texts.money}</h2>
    <table>
      <thead>
        <tr>
          <td></td>
          <th scope="col">${texts.lastHour}</th>
          <th scope="col">${texts.sinceStart}</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
    ${sinceStart.unknown > 0 ? html`<p>${texts.unknownHint}</p>` : null}
  </section>`;
}

function partsSection(detail: StatusDetail, texts: StatusTexts, format: Format): Html {
  const { store, closed, active, queued } = detail;
  const scopes = (kind: 'pause' | 'breaker') => {
    const found = closed.filter(gate => gate.kind === kind);
    return found.length === 0
      ? texts.none
      : found.map(({ scope }) => html`<span>${texts.where[scope]}</span> `);
  };
  return html`<section id="parts">
    <h2>${texts.parts}</h2>
    <dl>
      ${pair(texts.store, html`${code(store.kind)} ${store.ok ? texts.up : texts.down}`)}
      ${pair(texts.breakers, scopes('breaker'))} ${pair(texts.pauses, scopes('pause'))}
      ${pair(texts.inFlight, format.number(active))} ${pair(texts.waiting, format.number(queued))}
    </dl>
  </section>`;
}

/** The colour of a class, beside the words that say what it means. */
function swatch(name: string): Html {
  return html`<svg class="swatch" viewBox="0 0 1 1" aria-hidden="true">
    <rect class="${name}" width="1" height="1" />
  </svg>`;
}

function pair(label: HtmlValue, value: HtmlValue): Html {
  return html`<div>
    <dt>${label}</dt>
    <dd>${value}</dd>
  </div>`;
}

function add(minutes: readonly Minute[]): Minute {
  const sum = (what: keyof Minute) => minutes.reduce((count, minute) => count + minute[what], 0);
  return { paid: sum('paid'), unknown: sum('unknown'), notSent: sum('notSent'), saved: sum('saved') };
}
