import { STATUS_CODES } from 'node:http';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { ownError } from '../errors/identityError.ts';
import type { ErrorDetail } from '../graphql/errors.ts';
import { refusalJson } from './reply.ts';

/** So long may a refused client read its refusal; a connection that is closed on unread bytes is reset, reply and all. */
const LINGER_MS = 1000;

/** The refusal of a request that no hook or handler of ours has seen: its headers and its body. */
export function bareRefusal(id: string, detail: ErrorDetail): { headers: OutgoingHttpHeaders; body: string } {
  const body = refusalJson(ownError('BAD_REQUEST'), id, detail);
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'x-request-id': id,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'",
  };
  return { headers, body };
}

/** What Node refuses before it is a request: bytes that are no HTTP, too large headers, clients that are too slow. */
export function clientErrorHandler(detail: ErrorDetail) {
  return (error: Error & { code?: string }, socket: Socket): void => {
    if (socket.writableEnded) return; // already refused
    if (error.code === 'ECONNRESET' || !socket.writable || isAwaitingAnswer(socket)) socket.destroy();
    else refuse(socket, STATUS_OF[error.code ?? ''] ?? 400, detail);
  };
}

const STATUS_OF: Record<string, number> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** What Node would answer by itself, in a shape of its own: CONNECT, and expectations other than 100-continue. */
export function refuseOddRequests({ server }: FastifyInstance, detail: ErrorDetail): void {
  server.on('connect', (_request, socket: Duplex) => refuse(socket, 405, detail));
  server.on('checkExpectation', (_request, response: ServerResponse) => {
    const { headers, body } = bareRefusal(randomUUID(), detail);
    response.writeHead(417, { ...headers, connection: 'close' }).end(body);
  });
}

/**
 * Whether a whole request on this connection still waits for its answer, or is in the middle of it: whatever is written
 * now would be taken for that answer, and could call a paid question free. Node keeps its own refusals apart by the
 * same property.
 */
function isAwaitingAnswer(socket: Socket): boolean {
  const { _httpMessage: first } = socket as { _httpMessage?: ServerResponse | null };
  return first !== undefined && first !== null && (first.headersSent || first.req.complete);
}

function refuse(socket: Duplex, status: number, detail: ErrorDetail): void {
  const { headers, body } = bareRefusal(randomUUID(), detail);
  const allow = status === 405 ? { allow: 'POST' } : {};
  const lines = Object.entries({ ...headers, ...allow, connection: 'close' }).map(
    ([name, value]) => `${name}: ${String(value)}\r\n`,
  );
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
