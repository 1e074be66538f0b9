import { describe, expect, it } from '@jest/globals';
import { blocksOf, readDocument } from './blocks.ts';

const english = readDocument('README.md');
const persian = readDocument('README.fa.md');

/** Both are compared by what no language changes: structure, code, names and links. */
describe('README.fa.md says what README.md says', () => {
  it('has the same blocks of code', () => {
    const code = (file: string) => blocksOf(file).map(({ language, text }) => [language, text]);
    expect(code('README.fa.md')).toEqual(code('README.md'));
  });

  it('has the same headings, by their level', () => {
    expect(headings(persian)).toEqual(headings(english));
  });

  it('has the same tables, by the codes and numbers of their cells', () => {
    expect(tables(persian)).toEqual(tables(english));
  });

  it('names the same code in each section', () => {
    const codes = (text: string) => sections(text).map(section => inlineCode(section));
    expect(codes(persian)).toEqual(codes(english));
  });

  it('links to the same places', () => {
    expect(links(persian.replace('(README.md)', ''))).toEqual(links(english.replace('(README.fa.md)', '')));
  });

  it('keeps code left to right and everything else right to left', () => {
    const outside = persian.split(/<div dir="rtl">[\s\S]*?<\/div>/).join('');
    expect(prose(outside).trim()).toBe('');
    for (const [inside] of persian.matchAll(/<div dir="rtl">[\s\S]*?<\/div>/g))
      expect(inside).not.toContain('```');
  });

  it('isolates code that begins or ends with a sign, which would jump to the other side', () => {
    const open = prose(persian).replaceAll(/<span dir="ltr">.*?<\/span>/g, '');
    expect(inlineCode(open).filter(code => /^[^A-Za-z0-9].|.[^A-Za-z0-9]$/.test(code))).toEqual([]);
  });

  it('has no Arabic letters in the place of Persian ones', () => {
    expect(prose(persian)).not.toMatch(/[يكة٠-٩]/);
  });
});

function prose(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, '');
}

function headings(text: string): number[] {
  return [...prose(text).matchAll(/^(#+) /gm)].map(([, marks]) => marks.length);
}

function sections(text: string): string[] {
  return prose(text).split(/^## /m);
}

function inlineCode(text: string): string[] {
  return [...new Set([...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code))].toSorted();
}

function links(text: string): string[] {
  return [...prose(text).matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target);
}

/** For each table the first cell of each row, where it is a code, and the number of its cells. */
function tables(text: string): unknown[] {
  return prose(text)
    .replaceAll(/<\/?span[^>]*>/g, '')
    .split('\n')
    .filter(line => line.startsWith('|'))
    .map(line => line.split(/(?<!\\)\|/).slice(1, -1))
    .map(cells => [cells.length, /^ (`.*`) *$/.exec(cells[0])?.[1].trim() ?? null]);
}
