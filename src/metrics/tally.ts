import { Counter } from 'prom-client';
import type { CounterConfiguration, Metric, Registry } from 'prom-client';

/**
 * prom-client looks its children up by a text of their labels at each observation, some ten times a question. What is
 * counted often is counted in plain numbers here, and told to it at each scrape.
 */
export type Count = () => void;
export type Observe = (seconds: number) => void;

/** A counter for each list of label values, in the order of `labelNames`; from the first mention on it is there, at zero. */
export function countBy<T extends string>(
  registry: Registry,
  configuration: Pick<CounterConfiguration<T>, 'name' | 'help'> & { labelNames: T[] },
): (...labels: string[]) => Count {
  const tallies: { add: (by: number) => void; pending: number }[] = [];
  const counter = new Counter({
    ...configuration,
    registers: [registry],
    collect() {
      for (const tally of tallies) {
        tally.add(tally.pending);
        tally.pending = 0;
      }
    },
  });
  return memo((...labels) => {
    const child = counter.labels(...labels);
    const tally = { add: (by: number) => child.inc(by), pending: 0 };
    tallies.push(tally);
    return () => void (tally.pending += 1);
  });
}

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly buckets: Float64Array;
  sum: number;
}

/** A histogram for each value of its one label. */
export function timeBy(
  registry: Registry,
  { name, help, label, bounds }: { name: string; help: string; label: string; bounds: readonly number[] },
): (value: string) => Observe {
  const all: Series[] = [];
  const metric = {
    name,
    help,
    type: 'histogram',
    aggregator: 'sum',
    get: async () => ({ name, help, type: 'histogram', aggregator: 'sum', values: all.flatMap(samplesOf) }),
  };
  registry.registerMetric(metric as unknown as Metric);
  return memo(value => {
    const series: Series = {
      labels: { [label]: value },
      buckets: new Float64Array(bounds.length + 1),
      sum: 0,
    };
    all.push(series);
    return seconds => {
      let bucket = 0;
      while (bucket < bounds.length && seconds > bounds[bucket]!) bucket += 1;
      series.buckets[bucket]! += 1;
      series.sum += seconds;
    };
  });

  function samplesOf({ labels, buckets, sum }: Series) {
    let below = 0;
    const counts = Array.from(buckets, (count, index) => {
      const le = index < bounds.length ? bounds[index]! : '+Inf';
      return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: (below += count) };
    });
    return [
      ...counts,
      { metricName: `${name}_sum`, labels, value: sum },
      { metricName: `${name}_count`, labels, value: below },
    ];
  }
}

/** Makes one of each; the lists of label values are few. */
function memo<T>(make: (...labels: string[]) => T): (...labels: string[]) => T {
  const made = new Map<string, T>();
  return (...labels) => {
    const key = labels.length === 1 ? labels[0]! : labels.join(' ');
    let value = made.get(key);
    if (value === undefined) made.set(key, (value = make(...labels)));
    return value;
  };
}
