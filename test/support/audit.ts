import type { SandboxPaystar } from '../../src/sandbox/paystar.ts';
import { askFresh } from './cluster.ts';
import type { Asked } from './cluster.ts';
import { note } from './figures.ts';
import { readSamples, sum } from './metrics.ts';
import type { TestProcess } from './process.ts';

/** What must be nought after every fault, whatever it was. */
export interface Damage {
  /** Questions that were charged more often than they were asked. */
  readonly paidTwice: number;
  /** Questions that were charged, and whose caller was told that they were not. */
  readonly lost: number;
  /** Replies that came later than the request's deadline allows. */
  readonly hung: number;
  /** Uncaught faults that the processes have logged. */
  readonly unhandled: number;
  /** Charges that our own books do not hold: neither as paid nor as perhaps paid; or paid in them alone. */
  readonly miscounted: number;
}

/** Asks on behalf of many callers, and afterwards holds what they were told against Paystar's books. */
export class Audit {
  readonly #sandbox: SandboxPaystar;
  readonly #servers: readonly TestProcess[];
  readonly #deadlineMs: number;
  readonly questions: Asked[] = [];

  constructor(sandbox: SandboxPaystar, servers: readonly TestProcess[], deadlineMs: number) {
    this.#sandbox = sandbox;
    this.#servers = servers;
    this.#deadlineMs = deadlineMs;
  }

  async ask(more: Record<string, unknown> = {}, server = this.#servers[0]): Promise<Asked> {
    const asked = await askFresh(server, more);
    this.questions.push(asked);
    return asked;
  }

  get codes(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { code = 'answered' } of this.questions) counts[code] = (counts[code] ?? 0) + 1;
    return counts;
  }

  get longestMs(): number {
    return Math.max(...this.questions.map(({ ms }) => ms));
  }

  async damage(): Promise<Damage> {
    const charged = new Map<unknown, number>();
    for (const { body, charged: paid } of this.#sandbox.ledger.entries) {
      const subject = `${String(body['national_id'])} ${String(body['mobile_number'])}`;
      if (paid) charged.set(subject, (charged.get(subject) ?? 0) + 1);
    }
    const told = this.questions.map(({ subject, reply }) => ({
      times: charged.get(subject) ?? 0,
      charged: reply.errors?.[0].extensions.charged as string | undefined,
    }));
    const damage = {
      paidTwice: [...charged.values()].filter(times => times > 1).length,
      lost: told.filter(({ times, charged }) => times > 0 && charged === 'NO').length,
      hung: this.questions.filter(({ ms }) => ms > this.#deadlineMs + 1000).length,
      unhandled: this.#servers.flatMap(({ output }) => output.filter(line => line.includes('uncaught fault')))
        .length,
      miscounted: await this.#miscounted([...charged.values()].reduce((total, times) => total + times, 0)),
    };
    note({ damage, questions: this.questions.length });
    return damage;
  }

  async #miscounted(charges: number): Promise<number> {
    const books = await Promise.all(this.#servers.map(booksOf));
    const [paid, unknown] = [total(books, 'paid'), total(books, 'unknown')];
    return Math.max(0, paid - charges) + Math.max(0, charges - paid - unknown);
  }
}

type Books = Readonly<Record<string, number>>;

/** What a server says of its paid calls: the counters of one that lives, the log lines of one that has ended. */
async function booksOf(server: TestProcess): Promise<Books> {
  const counted = await server.metrics();
  if (counted) {
    const of = (outcome: string) => sum(readSamples(counted), 'paystar_paid_calls_total', { outcome });
    return { paid: of('paid'), unknown: of('unknown') };
  }
  const lines = server.output.filter(line => line.includes('"event":"paid"')).map(line => JSON.parse(line));
  const of = (outcome: string) => lines.filter(line => line.outcome === outcome).length;
  return { paid: of('paid'), unknown: of('unknown') };
}

function total(books: readonly Books[], outcome: string): number {
  return books.reduce((all, { [outcome]: count = 0 }) => all + count, 0);
}

export const NO_DAMAGE: Damage = { paidTwice: 0, lost: 0, hung: 0, unhandled: 0, miscounted: 0 };
