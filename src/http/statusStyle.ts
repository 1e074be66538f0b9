import { createHash } from 'node:crypto';
import { Html } from './html.ts';

/** Logical properties only, so that one sheet serves both directions. Its hash stands in the policy of the page. */
const CSS = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --paper: #f4f6f9; --card: #fff; --line: #dfe4ea;
  --paid: #1f7a5c; --unknown: #c26a00; --free: #8fa1b7; --good: #1f7a5c; --bad: #b3261e; --window: #f0c674; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf2; --soft: #9fadbd; --paper: #12171e; --card: #1b222c;
  --line: #303a47; --paid: #4fc39a; --unknown: #f0a04b; --free: #62748a; --good: #4fc39a; --bad: #ff8a80; --window: #8a6d2b; } }
* { box-sizing: border-box; margin: 0; }
body { font: 1rem/1.6 Vazirmatn, "Segoe UI", system-ui, Tahoma, "DejaVu Sans", sans-serif; color: var(--ink); background: var(--paper); }
main { max-inline-size: 56rem; margin-inline: auto; padding: 1.25rem; display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 48rem) { main { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  header, .verdict, #faults, #calls, #parts, footer { grid-column: 1 / -1; } }
header { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; color: var(--soft); }
h1 { font-size: 1.4rem; color: var(--ink); }
h2 { font-size: 1rem; margin-block-end: .5rem; }
h3 { font-size: 1rem; }
.mode { border: 1px solid var(--line); border-radius: 1rem; padding-inline: .75rem; background: var(--card); }
section, .verdict { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; min-inline-size: 0; }
.verdict { font-weight: 600; border-inline-start: .4rem solid var(--good); }
.verdict.bad { border-inline-start-color: var(--bad); }
article + article { border-block-start: 1px solid var(--line); margin-block-start: .75rem; padding-block-start: .75rem; }
article p + p { margin-block-start: .25rem; }
code { font: .85em/1.4 ui-monospace, "DejaVu Sans Mono", monospace; background: var(--paper); border-radius: .25rem;
  padding: .1rem .35rem; overflow-wrap: anywhere; unicode-bidi: isolate; }
small, .axis, footer { color: var(--soft); font-size: .85rem; }
svg { display: block; inline-size: 100%; }
.bar { block-size: 1.5rem; margin-block: .75rem; border-radius: .3rem; }
.chart { block-size: 8rem; }
.track { fill: var(--line); }
.window { fill: var(--window); }
.passed { fill: var(--ink); }
.base { stroke: var(--line); stroke-width: 1; vector-effect: non-scaling-stroke; }
.paid { fill: var(--paid); }
.unknown { fill: var(--unknown); }
.notSent { fill: var(--free); }
.axis { display: flex; justify-content: space-between; }
.legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin-block-start: .5rem; }
.legend li { display: flex; align-items: center; gap: .35rem; }
.swatch { inline-size: .8rem; block-size: .8rem; border-radius: .15rem; }
dl > div { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; padding-block: .2rem; }
dt, th { color: var(--soft); font-weight: 400; }
dd { text-align: end; margin-inline-start: auto; }
dt { display: flex; align-items: center; gap: .35rem; }
table { inline-size: 100%; border-collapse: collapse; }
th, td { text-align: end; padding: .25rem .35rem; }
th[scope="row"] { text-align: start; }
td { font-weight: 600; font-variant-numeric: tabular-nums; }
section > p + p, table + p { margin-block-start: .5rem; }
`;

export const STYLE_HASH = `sha256-${createHash('sha256').update(CSS).digest('base64')}`;
/** Whole, since no whitespace may come between the tag and what was hashed. */
export const STYLE_ELEMENT = new Html(`<style>${CSS}</style>`);
