import { expect } from '@jest/globals';
import type { TestServer } from './server.ts';

export interface Sample {
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly value: number;
}

/** What a server tells now, on its own port and without a credential. */
export async function scrape(server: TestServer): Promise<Sample[]> {
  const reply = await server.http('/metrics');
  expect(reply.status).toBe(200);
  return readSamples(reply.text);
}

/** Prometheus' text format, as strictly as we need it: throws for a line that is neither comment nor sample. */
export function readSamples(text: string): Sample[] {
  expect(text.endsWith('\n')).toBe(true);
  const lines = text.split('\n').filter(line => line !== '');
  const types = new Set(
    lines.flatMap(line => /^# TYPE (\S+) (?:counter|gauge|histogram|summary)$/.exec(line)?.[1] ?? []),
  );
  return lines.filter(line => !line.startsWith('#')).map(line => readSample(line, types));
}

function readSample(line: string, types: ReadonlySet<string>): Sample {
  const match = /^([a-z_:][\w:]*)(?:\{(.*)\})? (\S+)$/i.exec(line);
  if (!match) throw new Error(`no sample: ${line}`);
  const [, name = '', labelText = '', value = ''] = match;
  if (!types.has(name) && !types.has(name.replace(/_(?:bucket|sum|count)$/, '')))
    throw new Error(`no TYPE: ${line}`);
  const labels = [...labelText.matchAll(/([a-z_]\w*)="((?:[^"\\]|\\.)*)",?/gi)];
  if (labels.map(([whole]) => whole).join('') !== labelText) throw new Error(`no labels: ${line}`);
  if (!/^[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf|NaN)$/i.test(value)) throw new Error(`no value: ${line}`);
  return {
    name,
    labels: Object.fromEntries(labels.map(([, key, text]) => [key, text])),
    value: Number(value),
  };
}

/** The sum over all series of this name that have these labels. */
export function sum(samples: readonly Sample[], name: string, labels: Record<string, string> = {}): number {
  return select(samples, name, labels).reduce((total, { value }) => total + value, 0);
}

/** The values of a metric by one of its labels, without the zeros. */
export function byLabels(samples: readonly Sample[], name: string): Record<string, number> {
  const series = select(samples, name).filter(({ value }) => value !== 0);
  return Object.fromEntries(series.map(({ labels, value }) => [Object.values(labels).join(' '), value]));
}

export function select(
  samples: readonly Sample[],
  name: string,
  labels: Record<string, string> = {},
): Sample[] {
  return samples.filter(
    sample =>
      sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  );
}
