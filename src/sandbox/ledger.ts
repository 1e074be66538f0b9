import type { IncomingHttpHeaders } from 'node:http';

export type ServiceName = 'mobile-national-id' | 'card-national-id';
export type Endpoint = 'refresh-api-key' | ServiceName;

/** One call whose whole body has arrived. */
export interface LedgerEntry {
  /** Epoch milliseconds of the sandbox's clock. */
  at: number;
  endpoint: Endpoint;
  /** The `status` of a readable answer; null while, or because, there was none. */
  status: number | string | null;
  /** A whole HTTP answer was handed to the connection. */
  answered: boolean;
  /** Status 1 was produced, even if the answer then got lost. */
  charged: boolean;
  httpStatus: number | null;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
}

/** What Paystar's books would say. The counters are exact whether or not the entries are kept. */
export class Ledger {
  readonly entries: LedgerEntry[] = [];
  /** False drops entries, bodies included, so that a load run keeps its memory flat. */
  keep = true;
  readonly #received = noCalls();
  readonly #statuses = new Map<string, number>();
  #charged = 0;
  #answered = 0;

  /** Calls received: at one endpoint, or at all. */
  count(endpoint?: Endpoint): number {
    return endpoint === undefined ? this.refreshes() + this.paidCalls() : this.#received[endpoint];
  }

  charged(): number {
    return this.#charged;
  }

  /** Key refreshes received, successful or not. */
  refreshes(): number {
    return this.#received['refresh-api-key'];
  }

  /** Service calls received, charged or not. */
  paidCalls(): number {
    return this.#received['mobile-national-id'] + this.#received['card-national-id'];
  }

  reset(): void {
    this.entries.length = 0;
    Object.assign(this.#received, noCalls());
    this.#statuses.clear();
    this.#charged = 0;
    this.#answered = 0;
  }

  /** Counts only, no personal data: safe to serve over HTTP. */
  totals() {
    return {
      received: { ...this.#received },
      answered: this.#answered,
      charged: this.#charged,
      statuses: Object.fromEntries(this.#statuses),
    };
  }

  record(entry: LedgerEntry): void {
    this.#received[entry.endpoint] += 1;
    if (this.keep) this.entries.push(entry);
  }

  charge(entry: LedgerEntry): void {
    entry.charged = true;
    this.#charged += 1;
  }

  answer(entry: LedgerEntry, httpStatus: number, status: LedgerEntry['status']): void {
    entry.answered = true;
    entry.httpStatus = httpStatus;
    entry.status = status;
    this.#answered += 1;
    const name = status === null ? 'none' : String(status);
    this.#statuses.set(name, (this.#statuses.get(name) ?? 0) + 1);
  }
}

function noCalls(): Record<Endpoint, number> {
  return { 'refresh-api-key': 0, 'mobile-national-id': 0, 'card-national-id': 0 };
}
