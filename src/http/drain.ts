import { Server as TcpServer } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/** So long must nothing have come in before the last connections are closed: requests may still be in the sockets. */
const QUIET_MS = 100;
const POLL_MS = 10;

/**
 * Ends a server without dropping what it has taken on: every reply says `connection: close`, so clients move on after
 * one more answer; what is in flight is finished. Connections that only stand there, and bodies that never end, hold
 * nothing up, since a request counts from when it has arrived whole until its connection is done with it.
 */
export class Drain {
  readonly #app: FastifyInstance;
  #draining = false;
  #active = 0;
  #lastSeen = 0;

  constructor(app: FastifyInstance) {
    this.#app = app;
    app.addHook('onRequest', (_request, reply, done) => {
      if (this.#draining) void reply.header('connection', 'close');
      done();
    });
    app.addHook('preHandler', (_request, reply, done) => {
      this.#active += 1;
      this.#lastSeen = performance.now();
      // Fastify's onResponse never comes for a client that has left; this does.
      reply.raw.once('close', () => (this.#active -= 1));
      done();
    });
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** Keeps serving for `delayMs` while not ready, then stops accepting; ends when all is answered, or `timeoutMs` later. */
  async run(delayMs: number, timeoutMs: number): Promise<void> {
    this.#draining = true;
    await sleep(delayMs);
    const { server } = this.#app;
    await shortTurn();
    // Not the HTTP server's own close: that ends idle connections, and one whose request is still on its way looks idle.
    TcpServer.prototype.close.call(server);
    const deadline = performance.now() + timeoutMs;
    this.#lastSeen = performance.now();
    while (performance.now() < deadline && !this.#isQuiet()) await sleep(POLL_MS);
    server.closeAllConnections();
  }

  #isQuiet(): boolean {
    return this.#active === 0 && performance.now() - this.#lastSeen >= QUIET_MS;
  }
}

/**
 * What the system has connected for us and we have not taken yet is reset when the door shuts. The event loop takes all
 * of it at the beginning of a turn; at the end of a short one there is hardly anything new.
 */
async function shortTurn(): Promise<void> {
  for (let turns = 0; turns < 50; turns += 1) {
    const startedAt = performance.now();
    await nextTurn();
    if (performance.now() - startedAt < 0.2) return;
  }
}
