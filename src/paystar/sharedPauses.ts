import { z } from 'zod';
import { readStored } from '../store/readStored.ts';
import type { Store } from '../store/store.ts';
import type { Gate, Scope } from './gate.ts';
import { PaystarError, STATUS_TABLE } from './status.ts';
import { PAID_SERVICES } from './wire.ts';

/** How long another instance may go on asking after one has learnt that it is no use. */
const LOOK_EVERY_MS = 1000;

const Shared = z.object({ status: z.int(), service: z.enum(PAID_SERVICES), until: z.int() });
const SCOPES: readonly Scope[] = ['all', ...PAID_SERVICES];

/**
 * Pauses whose cause all instances have in common (an empty wallet, a service that is not enabled) hold for all of
 * them; one instance's refused IP address does not. Nobody waits for it: the store is read behind a question, at most
 * once a second, and one that is away shares nothing.
 */
export class SharedPauses {
  readonly #store: Store;
  readonly #gate: Gate;
  readonly #now: () => number;
  #lookedAt = -Infinity;

  constructor(store: Store, gate: Gate, now: () => number) {
    this.#store = store;
    this.#gate = gate;
    this.#now = now;
  }

  look(): void {
    if (this.#store.kind !== 'redis' || this.#now() - this.#lookedAt < LOOK_EVERY_MS) return;
    this.#lookedAt = this.#now();
    void this.#read();
  }

  /** Never rejects. */
  async #read(): Promise<void> {
    const texts = await this.#store.getMany(SCOPES.map(keyOf)).catch(() => []);
    texts.forEach((text, index) => this.#adopt(SCOPES[index]!, text));
  }

  /** Tells the others of what this instance has just met. Never rejects, either. */
  async tell(scope: Scope, error: PaystarError, until: number): Promise<void> {
    if (this.#store.kind !== 'redis' || error.row.reaction === 'PAUSE_INSTANCE') return;
    const text = JSON.stringify({ ...error.details.paystar, until });
    await this.#store.set(keyOf(scope), text, until - this.#now()).catch(() => undefined);
  }

  #adopt(scope: Scope, text: string | undefined): void {
    const shared = readStored(Shared, text);
    const row = shared && STATUS_TABLE[shared.status];
    if (!row) return;
    const { status, service, until } = shared;
    this.#gate.pause(scope, new PaystarError(row, { paystar: { status, service } }), until);
  }
}

function keyOf(scope: Scope): string {
  return `pause:${scope}`;
}
