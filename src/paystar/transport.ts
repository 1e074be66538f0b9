import { Pool, ProxyAgent } from 'undici';
import type { Dispatcher } from 'undici';
import type { Stop } from '../stop.ts';
import { FAULT_TABLE, PaystarError } from './status.ts';
import type { Reply } from './wire.ts';

/** Paystar's answers have a few hundred bytes; anything much larger is not one of them. */
const MAX_REPLY_BYTES = 64 * 1024;

export interface TransportOptions {
  readonly proxyUrl: string | null;
  readonly connectTimeoutMs: number;
  /** One call in all, from the first wait for a connection to the last byte. */
  readonly timeoutMs: number;
  readonly connections: number;
}

export interface PostOptions {
  readonly bearer?: string;
  /** Cancels the call while nothing is sent; ignored afterwards, since the answer may be paid for. */
  readonly stop?: Stop;
  /** Runs just before the first byte is written: from here on the call may cost money. */
  readonly onSend?: () => void;
  readonly traceparent?: string | undefined;
}

/** POSTs JSON to Paystar's hosts, over kept-alive connections, following no redirect. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #dispatchers = new Map<string, Dispatcher>();

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /** A whole answer; throws `PaystarError` when none came, `stop.reason` when cancelled before the send. */
  post(url: URL, body: string, options: PostOptions = {}): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const call = new Call(this.#options.timeoutMs, options, resolve, reject);
      if (call.settled) return;
      const headers: Record<string, string> = {
        accept: 'application/json',
        'content-type': 'application/json',
      };
      if (options.bearer !== undefined) headers['authorization'] = `Bearer ${options.bearer}`;
      if (options.traceparent !== undefined) headers['traceparent'] = options.traceparent;
      const path = url.pathname + url.search;
      this.#dispatcher(url.origin).dispatch(
        { origin: url.origin, path, method: 'POST', headers, body },
        call,
      );
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#dispatchers.values()].map(dispatcher => dispatcher.destroy()));
  }

  #dispatcher(origin: string): Dispatcher {
    let dispatcher = this.#dispatchers.get(origin);
    if (!dispatcher) this.#dispatchers.set(origin, (dispatcher = this.#connect(origin)));
    return dispatcher;
  }

  #connect(origin: string): Dispatcher {
    const { proxyUrl, connectTimeoutMs, timeoutMs, connections } = this.#options;
    const shared = {
      connections,
      allowH2: false,
      pipelining: 1,
      // Ours is the one deadline; these only free what it has already given up.
      headersTimeout: timeoutMs + 1000,
      bodyTimeout: timeoutMs + 1000,
      // Below the 5 s after which common servers close an idle connection: a race lost there is an unknown outcome.
      keepAliveTimeout: 4000,
      connect: { timeout: connectTimeoutMs },
    };
    if (proxyUrl === null) return new Pool(origin, shared);
    return new ProxyAgent({
      ...shared,
      uri: proxyUrl,
      proxyTunnel: true,
      proxyTls: { timeout: connectTimeoutMs },
    });
  }
}

/** One call on its way; `sent` is the line between "nothing happened" and "it may cost money". */
class Call implements Dispatcher.DispatchHandler {
  settled = false;
  #sent = false;
  #controller: Dispatcher.DispatchController | null = null;
  #httpStatus = 0;
  #retryAfter: number | null = null;
  #bytes = 0;
  readonly #chunks: Buffer[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly #options: PostOptions;
  readonly #resolve: (reply: Reply) => void;
  readonly #reject: (error: unknown) => void;
  readonly #onStop = () => {
    if (!this.#sent) this.#fail(this.#options.stop?.reason);
  };

  constructor(
    timeoutMs: number,
    options: PostOptions,
    resolve: (reply: Reply) => void,
    reject: (error: unknown) => void,
  ) {
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#timer = setTimeout(
      () => this.#fail(this.#fault(new Error(`no whole answer in ${timeoutMs} ms`))),
      timeoutMs,
    );
    if (options.stop?.stopped) this.#onStop();
    else options.stop?.on(this.#onStop);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.settled) {
      controller.abort(new Error('given up before the send'));
      return;
    }
    this.#sent = true;
    this.#options.onSend?.();
  }

  onResponseStart(
    _controller: unknown,
    statusCode: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#httpStatus = statusCode;
    this.#retryAfter = readRetryAfter(headers['retry-after']);
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= MAX_REPLY_BYTES) {
      this.#chunks.push(chunk);
      return;
    }
    this.#chunks.length = 0;
    const overloaded = this.#httpStatus >= 500 || this.#httpStatus === 429;
    const cause = new Error(`an answer of more than ${MAX_REPLY_BYTES} bytes`);
    this.#fail(new PaystarError(FAULT_TABLE.RESPONSE_INVALID, { cause, httpFault: overloaded }));
  }

  onResponseEnd(): void {
    if (!this.#settle()) return;
    const body = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    this.#resolve({
      httpStatus: this.#httpStatus,
      retryAfterSeconds: this.#retryAfter,
      body: body.toString('utf8'),
    });
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#settle()) this.#reject(this.#fault(error));
  }

  #fault(cause: Error): PaystarError {
    return new PaystarError(this.#sent ? FAULT_TABLE.OUTCOME_UNKNOWN : FAULT_TABLE.UNREACHABLE, { cause });
  }

  #fail(error: unknown): void {
    if (!this.#settle()) return;
    this.#reject(error);
    this.#controller?.abort(new Error('given up'));
  }

  #settle(): boolean {
    if (this.settled) return false;
    this.settled = true;
    clearTimeout(this.#timer);
    this.#options.stop?.off(this.#onStop);
    return true;
  }
}

/** Only whole seconds are honoured, and at most an hour: a date needs a clock that agrees with ours. */
function readRetryAfter(header: string | string[] | undefined): number | null {
  return typeof header === 'string' && /^\d{1,6}$/.test(header) ? Math.min(Number(header), 3600) : null;
}
