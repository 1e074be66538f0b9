import { expect } from '@jest/globals';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Reply, TestServer } from '../support/server.ts';

/** Stands in what is sent and refused; nothing may repeat it. Letters that stand in no word of ours. */
export const MARK = 'zzqxmarkxqzz';

export interface Outcome {
  readonly status: number;
  /** The code of the only error, or of all; null: an answer without errors. */
  readonly code: string | null;
  /** Paid calls that Paystar received for it. */
  readonly paid?: number;
  /** More that neither the reply nor the log may repeat. */
  readonly marks?: readonly string[];
}

/** Sends an attack and holds what came of it against what must: answer, HTTP code, money, secrecy, and a server that goes on. */
export async function expectHeld(
  server: TestServer,
  send: () => Promise<Reply>,
  { status, code, paid = 0, marks = [] }: Outcome,
): Promise<Reply> {
  const paidBefore = server.sandbox.ledger.paidCalls();
  const linesBefore = server.logs.length;
  const reply = await send();
  const codes = (reply.body?.errors ?? []).map((error: any) => error.extensions.code);
  expect([reply.status, ...new Set(codes)]).toEqual(code === null ? [status] : [status, code]);
  expectOurShape(reply);
  expect(server.sandbox.ledger.paidCalls() - paidBefore).toBe(paid);
  const told = reply.text + JSON.stringify(reply.headers) + server.logs.slice(linesBefore).join('');
  expect([MARK, ...marks].filter(mark => told.toLowerCase().includes(mark.toLowerCase()))).toEqual([]);
  const alive = await server.gql('{ __typename }');
  expect(alive.body.data).toEqual({ __typename: 'Query' });
  return reply;
}

/** GraphQL's, with one request id in every place for it, and nothing that only Fastify, Node or GraphQL.js would say. */
export function expectOurShape({ headers, body, text }: Reply): void {
  const id = headers['x-request-id'];
  expect(id).toMatch(/^[\w.-]{1,64}$/);
  expect(body.extensions.requestId).toBe(id);
  for (const { extensions } of body.errors ?? []) {
    expect(extensions).toMatchObject({ requestId: id, class: expect.any(String), charged: 'NO' });
  }
  expect(headers['content-type']).toMatch(/^application\/(graphql-response\+)?json/);
  expect(text).not.toMatch(/Did you mean|FST_|HPE_|statusCode|node_modules|got invalid value|stack/);
}

export function postTo(server: TestServer, body: string | Buffer, headers: Record<string, string> = {}) {
  return server.http('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

/** The same as text, for what no HTTP client would send. */
export function rawPost(
  body: string,
  headers: readonly string[] = [],
  line = 'POST /graphql HTTP/1.1',
): string {
  const length = `Content-Length: ${Buffer.byteLength(body)}`;
  return [line, 'Host: test', 'Content-Type: application/json', length, ...headers, '', body].join('\r\n');
}

/** Writes bytes to a connection of its own; gives what came back when the other side has ended it. */
export async function sendRaw(origin: string, bytes: string | Buffer): Promise<Reply> {
  const socket = openSocket(origin);
  socket.write(bytes);
  return parseReply(await received(socket));
}

export function openSocket(origin: string): Socket {
  const { hostname, port } = new URL(origin);
  return connect(Number(port), hostname).on('error', () => {}); // a reset shows in what was received
}

/** Everything until the connection ends. */
export function received(socket: Socket): Promise<string> {
  return new Promise(resolve => {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('end', () => socket.end());
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
  });
}

function parseReply(text: string): Reply {
  const [head = '', content = ''] = text.split(/\r\n\r\n(.*)/s);
  const [line = '', ...fields] = head.split('\r\n');
  const headers = Object.fromEntries(
    fields.map(field => field.split(/: (.*)/s)).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const status = Number(line.split(' ')[1] ?? 0);
  return { status, headers, text: content, body: content.startsWith('{') ? JSON.parse(content) : undefined };
}
