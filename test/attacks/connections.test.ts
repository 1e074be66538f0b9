import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { VERIFY_MOBILE, mobileInput } from '../support/questions.ts';
import { startServer } from '../support/server.ts';
import { MARK, expectHeld, openSocket, postTo, rawPost, received, sendRaw } from './attack.ts';

const TYPENAME = '{"query":"{ __typename }"}';
const QUESTION = JSON.stringify({ query: VERIFY_MOBILE, variables: { input: mobileInput() } });
const CLOSE = 'Connection: close';
const chunked = (body: string) =>
  `POST /graphql HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n${CLOSE}\r\n\r\n${body}`;
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

/** Bytes that are no request, or an odd one. */
const BROKEN: Record<string, [status: number, bytes: string]> = {
  'no HTTP at all': [400, `${MARK}\r\n\r\n`],
  'TLS on the plain port': [400, '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  'HTTP/2 without being asked': [400, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  'a header of 20 kB': [431, rawPost(TYPENAME, [`X-Any: ${MARK.repeat(2000)}`])],
  'a request id of 20 kB': [431, rawPost(TYPENAME, [`X-Request-Id: ${MARK.repeat(2000)}`])],
  '5000 headers': [431, rawPost(TYPENAME, Array(5000).fill('a: b'))],
  'a header without a name': [400, rawPost(TYPENAME, [`: ${MARK}`])],
  'a header with a NUL': [400, rawPost(TYPENAME, [`X-Any: ${MARK}\0`])],
  'a header with a bare CR': [400, rawPost(TYPENAME, [`X-Any: a\r${MARK}: b`])],
  'a folded header': [400, rawPost(TYPENAME, [`X-Request-Id: a\r\n ${MARK}`])],
  'no Host': [400, rawPost(TYPENAME, [CLOSE]).replace('Host: test\r\n', '')],
  'a length and chunks': [400, rawPost(TYPENAME, ['Transfer-Encoding: chunked'])],
  'two lengths': [400, rawPost(TYPENAME, ['Content-Length: 3'])],
  'a negative length': [400, rawPost(TYPENAME).replace(/Length: \d+/, 'Length: -1')],
  'a length of terabytes': [413, rawPost(TYPENAME, [CLOSE]).replace(/Length: \d+/, 'Length: 99999999999999')],
  'a chunk without a size': [400, chunked(`${MARK}\r\n`)],
  'a chunk of terabytes': [400, chunked('fffffffffffffffff\r\n')],
  '2 MB in chunks': [413, chunked(`${chunk('x'.repeat(50_000)).repeat(40)}0\r\n\r\n`)],
  'an expectation of nobody': [417, rawPost(TYPENAME, [`Expect: ${MARK}`, CLOSE])],
  CONNECT: [405, `CONNECT ${MARK}:443 HTTP/1.1\r\nHost: test\r\n\r\n`],
  TRACE: [404, rawPost(TYPENAME, [CLOSE, `X-Any: ${MARK}`], 'TRACE /graphql HTTP/1.1')],
  'a method of nobody': [400, rawPost(TYPENAME, [CLOSE], `${MARK.toUpperCase()} /graphql HTTP/1.1`)],
  'OPTIONS *': [404, `OPTIONS * HTTP/1.1\r\nHost: test\r\n${CLOSE}\r\n\r\n`],
  'a path of 15 kB': [404, `GET /${MARK.repeat(1200)} HTTP/1.1\r\nHost: test\r\n${CLOSE}\r\n\r\n`],
  'a path that leads out': [404, `GET /../../etc/${MARK} HTTP/1.1\r\nHost: test\r\n${CLOSE}\r\n\r\n`],
  'a path that cannot be decoded': [400, `GET /%ff${MARK} HTTP/1.1\r\nHost: test\r\n${CLOSE}\r\n\r\n`],
};

describe('a hostile connection', () => {
  it.each(Object.entries(BROKEN))('(%s) is refused in our own shape', async (_, [status, bytes]) => {
    const server = await startServer({ env: { CORS_ORIGINS: 'https://app.example.com' } });
    const send = () => sendRaw(server.origin, Buffer.from(bytes, 'latin1'));
    const { headers } = await expectHeld(server, send, { status, code: 'BAD_REQUEST' });
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    expect(headers['content-security-policy']).toMatch(/default-src 'none'/);
  });

  it('that leaves in the middle of a header or a body does nothing', async () => {
    const server = await startServer();
    for (const bytes of [
      'POST /gra',
      rawPost(QUESTION).slice(0, -5),
      rawPost(QUESTION, ['Expect: 100-continue']),
    ]) {
      const socket = openSocket(server.origin);
      await new Promise(resolve => socket.write(bytes.slice(0, -1), resolve));
      socket.resetAndDestroy();
    }
    await expectHeld(server, () => server.gql('{ __typename }'), { status: 200, code: null });
  });

  it('is told nothing while a whole request on it still waits: a refusal would pass for its answer', async () => {
    const server = await startServer();
    const release = server.sandbox.control.hold();
    const socket = openSocket(server.origin);
    const answer = received(socket);
    socket.write(rawPost(QUESTION));
    await server.sandbox.control.whenHeld(1);
    socket.write(`${MARK}\r\n\r\n`);
    expect(await answer).toBe('');
    release();
    await expectHeld(server, () => server.gql('{ __typename }'), { status: 200, code: null });
  });

  it('is told so when the request before it has been answered', async () => {
    const server = await startServer();
    const socket = openSocket(server.origin);
    const answers = received(socket);
    socket.write(rawPost(TYPENAME));
    await once(socket, 'data');
    socket.write(`${MARK}\r\n\r\n`);
    expect(await answers).toMatch(/"data".*HTTP\/1\.1 400 .*BAD_REQUEST/s);
  });
});

describe('its neighbours, which are no attack,', () => {
  it.each([
    ['a body in chunks', chunked(`${chunk(QUESTION.slice(0, 9))}${chunk(QUESTION.slice(9))}0\r\n\r\n`)],
    ['Expect: 100-continue', rawPost(QUESTION, [CLOSE, 'Expect: 100-continue'])],
    ['a header of 10 kB', rawPost(QUESTION, [CLOSE, `X-Any: ${'a'.repeat(10_000)}`])],
    [
      'HTTP/1.0 without a Host',
      rawPost(QUESTION, [], 'POST /graphql HTTP/1.0').replace('Host: test\r\n', ''),
    ],
    ['an upgrade that is not taken', rawPost(QUESTION, ['Upgrade: websocket', 'Connection: upgrade, close'])],
  ])('(%s) are answered', async (_, bytes) => {
    const server = await startServer();
    const before = server.sandbox.ledger.paidCalls();
    const { text } = await sendRaw(server.origin, bytes);
    expect(text).toContain('"isMatched":true');
    expect(server.sandbox.ledger.paidCalls() - before).toBe(1);
  });
});

describe('a slow client', () => {
  /** Writes one byte every few milliseconds until the other side ends it. */
  const trickle = (socket: Socket, bytes: string) => {
    let at = 0;
    const timer = setInterval(() => socket.write(bytes[at++ % bytes.length]), 10);
    socket.on('close', () => clearInterval(timer));
  };

  it.each([
    ['headers', 'POST /graphql HTTP/1.1\r\n', 'X-Any: aaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n'],
    [
      'a body',
      rawPost(TYPENAME)
        .replace(/Length: \d+/, 'Length: 100000')
        .slice(0, -1),
      ' ',
    ],
    ['chunks', chunked('').slice(0), '1\r\n \r\n'],
    ['nothing at all', '', ''],
  ])('that trickles %s is ended when its time is over, however busy it looks', async (_, first, then) => {
    const server = await startServer({ overrides: { arrivalTimeoutMs: 300 } });
    const socket = openSocket(server.origin);
    const answer = received(socket);
    socket.write(first);
    if (then) trickle(socket, then);
    const text = await answer; // or the test's own time is over
    expect(text).toMatch(/^HTTP\/1\.1 408 .*x-request-id: .*"BAD_REQUEST"/s);
    await expectHeld(server, () => server.gql('{ __typename }'), { status: 200, code: null });
  });

  it('2000 of them hold up nobody, and are all let go', async () => {
    const server = await startServer({ overrides: { arrivalTimeoutMs: 2000 } });
    const sockets: Socket[] = [];
    while (sockets.length < 2000) {
      // No more at once than the kernel keeps for the server to accept: it forgets others, and they would wait for ever.
      const some = Array.from({ length: 250 }, () => openSocket(server.origin));
      sockets.push(...some);
      await Promise.all(some.map(socket => once(socket, 'connect')));
      await server.http('/health/live');
    }
    const ends = Promise.all(sockets.map(received));
    for (const [index, socket] of sockets.entries())
      if (index % 2)
        socket.write(index % 3 ? 'POST /graphql HTTP/1.1\r\nHost: t' : rawPost(QUESTION).slice(0, -9));
    for (let number = 0; number < 20; number += 1) {
      const body = JSON.stringify({
        query: VERIFY_MOBILE,
        variables: { input: mobileInput(number, { maxAgeSeconds: 0 }) },
      });
      await expectHeld(server, () => postTo(server, body), { status: 200, code: null, paid: 1 });
    }
    const texts = await ends;
    expect(texts.filter(text => !text.startsWith('HTTP/1.1 408'))).toEqual([]);
    expect(server.sandbox.ledger.paidCalls()).toBe(20);
  });
});
