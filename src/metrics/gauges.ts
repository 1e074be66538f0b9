import { Gauge } from 'prom-client';
import type { GaugeConfiguration, Registry } from 'prom-client';
import type { Watched } from '../http/statusDetail.ts';
import { SERVICES } from './counters.ts';

export function addGauges(registry: Registry, { keys, gate, bulkhead, store }: Watched): void {
  addKeyExpiry(registry, keys);
  addGate(registry, gate);
  addNumber(registry, 'paystar_calls_active', 'Paid calls in flight', () => bulkhead.active);
  addNumber(registry, 'paystar_calls_queued', 'Paid calls that wait for a place', () => bulkhead.queued);
  addGauge(registry, {
    name: 'store_up',
    help: 'Whether the store answers',
    labelNames: ['kind'],
    collect() {
      const { kind, ok } = store.health();
      this.set({ kind }, Number(ok));
    },
  });
}

function addGauge<T extends string>(registry: Registry, configuration: GaugeConfiguration<T>): void {
  registry.registerMetric(new Gauge({ ...configuration, registers: [] }));
}

function addNumber(registry: Registry, name: string, help: string, read: () => number): void {
  addGauge(registry, {
    name,
    help,
    collect() {
      this.set(read());
    },
  });
}

/** Absent while no key, or only a seed key of unknown age, is held: zero would be an expiry in 1970. */
function addKeyExpiry(registry: Registry, keys: Watched['keys']): void {
  addGauge(registry, {
    name: 'paystar_api_key_expiry_timestamp_seconds',
    help: 'When the API key in use expires',
    collect() {
      const { expiresAt } = keys.peek();
      if (expiresAt === null) this.remove();
      else this.set(expiresAt / 1000);
    },
  });
}

/** Both count as closed until a call has got through, even when their time is over and nobody asks. */
function addGate(registry: Registry, gate: Watched['gate']): void {
  addGauge(registry, {
    name: 'paystar_breaker_open',
    help: 'Whether the circuit breaker of a service is open',
    labelNames: ['service'],
    collect() {
      for (const service of SERVICES) this.set({ service }, 0);
      for (const { kind, scope } of gate.closed()) if (kind === 'breaker') this.set({ service: scope }, 1);
    },
  });
  addGauge(registry, {
    name: 'paystar_paused',
    help: 'Pauses that an operator must end: 1 for each scope (all, or one service) and the code of its cause',
    labelNames: ['scope', 'code'],
    collect() {
      this.reset();
      for (const { kind, scope, error } of gate.closed()) {
        if (kind === 'pause') this.set({ scope, code: error.code }, 1);
      }
    },
  });
}
