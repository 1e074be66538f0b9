/** Markup that is known to be safe: made by `html` alone. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type HtmlValue = string | number | null | Html | readonly HtmlValue[];

/** A template whose values are escaped, in text and in quoted attributes, unless they are `Html` themselves. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(strings.reduce((text, part, index) => text + markup(values[index - 1] ?? null) + part));
}

function markup(value: HtmlValue): string {
  if (value === null) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(markup).join('');
  return String(value).replace(/[&<>"'`]/g, character => `&#${character.charCodeAt(0)};`);
}
