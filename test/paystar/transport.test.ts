import { afterEach, describe, expect, it } from '@jest/globals';
import { Stop } from '../../src/stop.ts';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { Transport } from '../../src/paystar/transport.ts';
import type { PostOptions, TransportOptions } from '../../src/paystar/transport.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

interface Upstream {
  readonly url: URL;
  readonly server: Server;
  readonly seen: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[];
  readonly whenSeen: (count: number) => Promise<void>;
}

/** A server of our own; `seen` are the requests whose body has arrived. */
async function startUpstream(
  answer: (response: ServerResponse, request: IncomingMessage) => void,
): Promise<Upstream> {
  const seen: Upstream['seen'] = [];
  const watchers: (() => void)[] = [];
  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '', headers } = request;
    seen.push({ method, url, headers, body: await text(request) });
    for (const tell of watchers) tell();
    answer(response, request);
  };
  const server = await listen((request, response) => void receive(request, response));
  const whenSeen = (count: number) =>
    new Promise<void>(resolve => {
      const look = () => seen.length >= count && resolve();
      watchers.push(look);
      look();
    });
  return { url: new URL(`http://127.0.0.1:${portOf(server)}/api/ask`), server, seen, whenSeen };
}

async function listen(listener?: RequestListener): Promise<Server> {
  const server = createServer({ keepAliveTimeout: 60_000 }, listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(() => (server.closeAllConnections(), new Promise(resolve => server.close(resolve))));
  return server;
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

function newTransport(options: Partial<TransportOptions> = {}): Transport {
  const defaults = { proxyUrl: null, connectTimeoutMs: 2000, timeoutMs: 5000, connections: 4 };
  const transport = new Transport({ ...defaults, ...options });
  open.unshift(() => transport.close());
  return transport;
}

/** Posts, and tells how it ended and whether anything was sent. */
async function post(transport: Transport, url: URL, options: PostOptions = {}) {
  let sent = false;
  const onSend = () => void (sent = true);
  const end = await transport.post(url, '{"a":"ب"}', { onSend, ...options }).then(
    reply => ({ reply }),
    (error: any) => ({ error }),
  );
  return { reply: undefined, error: undefined, ...end, sent };
}

const ok = (response: ServerResponse) => response.end('{"status":1}');
const silent = () => undefined;

describe('a post', () => {
  it('sends method, headers and body exactly as documented, and keeps its connections', async () => {
    const { url, seen, server } = await startUpstream(ok);
    let connections = 0;
    server.on('connection', () => (connections += 1));
    const transport = newTransport();
    const { reply, sent } = await post(transport, url, { bearer: 'the-key' });
    for (let call = 0; call < 10; call += 1) await post(transport, url);
    expect(reply).toEqual({ httpStatus: 200, retryAfterSeconds: null, body: '{"status":1}' });
    expect(sent).toBe(true);
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: '/api/ask',
      body: '{"a":"ب"}',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        authorization: 'Bearer the-key',
      },
    });
    expect(seen[1].headers.authorization).toBeUndefined();
    expect(connections).toBeLessThanOrEqual(2); // an answer is told just before its connection counts as free
  });

  it('follows no redirect', async () => {
    const other = await startUpstream(ok);
    const { url } = await startUpstream(response =>
      response.writeHead(307, { location: other.url.href }).end(),
    );
    expect((await post(newTransport(), url, { bearer: 'the-key' })).reply!.httpStatus).toBe(307);
    expect(other.seen).toEqual([]);
  });

  it.each([
    ['7', 7],
    ['0', 0],
    ['999999', 3600],
    ['-7', null],
    ['7.5', null],
    ['Wed, 25 Nov 2026 08:00:00 GMT', null],
    ['soon', null],
  ])('reads Retry-After: %s as %s', async (header, seconds) => {
    const { url } = await startUpstream(response =>
      response.writeHead(503, { 'retry-after': header }).end('x'),
    );
    expect((await post(newTransport(), url)).reply!.retryAfterSeconds).toBe(seconds);
  });

  it('stops reading a body that is none of Paystar’s, and keeps none of it', async () => {
    const chunk = Buffer.alloc(50_000, 'a');
    let written = 0;
    const { url } = await startUpstream(response => {
      const write = () => {
        while (!response.destroyed && written < 50_000_000 && response.write(chunk)) written += chunk.length;
      };
      response.on('drain', write);
      write();
    });
    const { error } = await post(newTransport(), url);
    expect(error).toMatchObject({ code: 'PAYSTAR_RESPONSE_INVALID', charged: 'UNKNOWN' });
    expect(written).toBeLessThan(10_000_000);
  });
});

describe('what was provably not sent is PAYSTAR_UNREACHABLE', () => {
  it('when nobody listens', async () => {
    const { url, server } = await startUpstream(ok);
    server.close();
    const { error, sent } = await post(newTransport(), url);
    expect([error.code, error.charged, sent]).toEqual(['PAYSTAR_UNREACHABLE', 'NO', false]);
    expect(error.details.cause).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('when the name cannot be resolved', async () => {
    const { error, sent } = await post(newTransport(), new URL('http://paystar.invalid/api'));
    expect([error.code, sent]).toEqual(['PAYSTAR_UNREACHABLE', false]);
  });

  it('when the other side speaks no TLS', async () => {
    const { url, seen } = await startUpstream(ok);
    const { error, sent } = await post(newTransport(), new URL(url.href.replace('http:', 'https:')));
    expect([error.code, sent, seen]).toEqual(['PAYSTAR_UNREACHABLE', false, []]);
  });

  it('when the time is over while all connections are taken', async () => {
    const { url, seen, whenSeen } = await startUpstream(silent);
    const transport = newTransport({ connections: 1, timeoutMs: 300 });
    // Both clocks start in the same turn, so the second never gets the connection that the first gives up.
    const [first, second] = await Promise.all([post(transport, url), post(transport, url)]);
    await whenSeen(1);
    expect([first.error.code, first.sent]).toEqual(['PAYSTAR_OUTCOME_UNKNOWN', true]);
    expect([second.error.code, second.sent]).toEqual(['PAYSTAR_UNREACHABLE', false]);
    expect(seen).toHaveLength(1);
  });
});

describe('what may have arrived is PAYSTAR_OUTCOME_UNKNOWN', () => {
  it.each<[string, (response: ServerResponse) => void]>([
    ['the connection is reset', response => response.socket!.resetAndDestroy()],
    ['the connection is closed', response => response.socket!.end()],
    [
      'the answer ends early',
      response => (
        response.writeHead(200, { 'content-length': 99 }),
        response.write('{', () => response.destroy())
      ),
    ],
    ['the answer is no HTTP', response => response.socket!.end('+OK hello\r\n')],
  ])('when %s', async (_what, answer) => {
    const { url, seen } = await startUpstream(answer);
    const { error, sent } = await post(newTransport(), url);
    expect([error.code, error.charged, error.retryable, sent]).toEqual([
      'PAYSTAR_OUTCOME_UNKNOWN',
      'UNKNOWN',
      false,
      true,
    ]);
    expect(seen).toHaveLength(1);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['nothing comes back', silent],
    ['only a head comes back', response => response.writeHead(200).flushHeaders()],
    [
      'the answer trickles',
      response => {
        const timer = setInterval(() => response.write(' '), 20);
        response.on('close', () => clearInterval(timer));
      },
    ],
  ])('when %s in time, and the connection is not used again', async (_what, answer) => {
    const { url, seen, server } = await startUpstream(answer);
    const connection = once(server, 'connection');
    const startedAt = performance.now();
    const { error } = await post(newTransport({ timeoutMs: 150 }), url);
    expect(error.code).toBe('PAYSTAR_OUTCOME_UNKNOWN');
    expect(performance.now() - startedAt).toBeLessThan(1500);
    const [socket] = (await connection) as [Socket];
    if (!socket.destroyed) await once(socket, 'close');
    expect(seen).toHaveLength(1);
  });
});

describe('a caller that leaves', () => {
  it('before the post sends nothing', async () => {
    const { url, seen } = await startUpstream(ok);
    const stop = new Stop();
    stop.stop(new Error('left'));
    const { error, sent } = await post(newTransport(), url, { stop });
    expect([error.message, sent, seen]).toEqual(['left', false, []]);
  });

  it('before the send sends nothing, and gets its own reason', async () => {
    const held: ServerResponse[] = [];
    const { url, seen, whenSeen } = await startUpstream(response => void held.push(response));
    const transport = newTransport({ connections: 1 });
    const first = post(transport, url);
    await whenSeen(1);
    const leaver = new Stop();
    const second = post(transport, url, { stop: leaver });
    leaver.stop(new Error('left'));
    expect(await second).toMatchObject({ error: expect.objectContaining({ message: 'left' }), sent: false });
    ok(held[0]);
    expect((await first).reply!.httpStatus).toBe(200);
    const third = post(transport, url);
    await whenSeen(2);
    ok(held[1]);
    await third;
    expect(seen).toHaveLength(2);
  });

  it('after the send still lets the answer come, since it may be paid for', async () => {
    const leaver = new Stop();
    const { url } = await startUpstream(response => {
      leaver.stop(new Error('left'));
      ok(response);
    });
    expect((await post(newTransport(), url, { stop: leaver })).reply!.body).toBe('{"status":1}');
  });
});

describe('PAYSTAR_PROXY_URL', () => {
  /** A proxy that tunnels, and remembers where to. */
  async function startProxy(refuse?: string) {
    const tunnels: { to: string; authorization: string | undefined }[] = [];
    const server = await listen();
    server.on('connect', (request: IncomingMessage, client: Socket) => {
      tunnels.push({ to: request.url!, authorization: request.headers['proxy-authorization'] });
      if (refuse) return client.end(`HTTP/1.1 ${refuse}\r\ncontent-length: 0\r\n\r\n`);
      const [host, port] = request.url!.split(':');
      const target = connect(Number(port), host, () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
      target.on('error', () => client.destroy());
      client.on('error', () => target.destroy());
      return client.pipe(target).pipe(client);
    });
    return { tunnels, url: `http://user:word@127.0.0.1:${portOf(server)}` };
  }

  it('leads every call through a tunnel of the proxy, which sees neither body nor key', async () => {
    const { url, seen } = await startUpstream(ok);
    const proxy = await startProxy();
    const { reply, sent } = await post(newTransport({ proxyUrl: proxy.url }), url, { bearer: 'the-key' });
    expect([reply!.httpStatus, sent]).toEqual([200, true]);
    expect(proxy.tunnels).toEqual([{ to: url.host, authorization: `Basic ${btoa('user:word')}` }]);
    expect(seen[0].headers).toMatchObject({ host: url.host, authorization: 'Bearer the-key' });
    expect(seen[0].headers['proxy-authorization']).toBeUndefined();
  });

  it.each(['403 Forbidden', '407 Proxy Authentication Required', '502 Bad Gateway'])(
    'is PAYSTAR_UNREACHABLE when the proxy answers %s: nothing was sent',
    async answer => {
      const { url, seen } = await startUpstream(ok);
      const proxy = await startProxy(answer);
      const { error, sent } = await post(newTransport({ proxyUrl: proxy.url }), url);
      expect([error.code, sent, seen]).toEqual(['PAYSTAR_UNREACHABLE', false, []]);
    },
  );

  it('is PAYSTAR_UNREACHABLE when there is no proxy, and goes no other way', async () => {
    const { url, seen } = await startUpstream(ok);
    const gone = await listen();
    const proxyUrl = `http://127.0.0.1:${portOf(gone)}`;
    gone.close();
    const { error, sent } = await post(newTransport({ proxyUrl }), url);
    expect([error.code, sent, seen]).toEqual(['PAYSTAR_UNREACHABLE', false, []]);
  });
});
