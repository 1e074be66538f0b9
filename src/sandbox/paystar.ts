import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, json } from './answers.ts';
import { SandboxControl } from './control.ts';
import { decideRefresh, decideService } from './decide.ts';
import { Gate } from './gate.ts';
import { KeyRing } from './keys.ts';
import { type Endpoint, Ledger } from './ledger.ts';
import { type Call, type Deliver, initialState, type Sandbox, type SandboxOptions } from './state.ts';
import { Timers } from './timers.ts';

export type { SandboxControl } from './control.ts';
export type { ExpiryForm } from './expiry.ts';
export { MISMATCH_NATIONAL_ID, SAMPLE_NATIONAL_ID } from './input.ts';
export type { Endpoint, Ledger, LedgerEntry, ServiceName } from './ledger.ts';
export { MAGIC, magicCard, magicMobile, type MagicName } from './magic.ts';
export {
  type RefreshBehaviour,
  SANDBOX_CREDENTIALS,
  type SandboxCredentials,
  type SandboxOptions,
} from './state.ts';

/** A Paystar on this machine, over real HTTP. It shares no code with the server that calls it. */
export interface SandboxPaystar {
  /** The base URL, as PAYSTAR_BASE_URL wants it. */
  url: string;
  port: number;
  ledger: Ledger;
  control: SandboxControl;
  /** Ends every open connection and pending answer. */
  close(): Promise<void>;
}

/** Resolves once it listens; rejects when the port is taken. */
export async function startSandboxPaystar(options: SandboxOptions = {}): Promise<SandboxPaystar> {
  const { host = '127.0.0.1', port = 0, now = Date.now } = options;
  const state = initialState(options);
  const sandbox: Sandbox = {
    state,
    keys: new KeyRing(),
    ledger: new Ledger(),
    gate: new Gate(),
    timers: new Timers(),
    now,
  };
  // Long enough that a test's idle connection is never closed just as its next call is sent.
  const server = createServer({ keepAliveTimeout: 120_000 }, (req, res) => route(req, res, sandbox));
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host}:${address.port}${BASE_PATH}`,
    port: address.port,
    ledger: sandbox.ledger,
    control: new SandboxControl(sandbox),
    close: () => close(server, sandbox),
  };
}

const BASE_PATH = '/api/open-banking';
const ENDPOINTS = new Map<string | undefined, Endpoint>([
  [`${BASE_PATH}/application/refresh-api-key`, 'refresh-api-key'],
  [`${BASE_PATH}/service/info-matching/mobile-national-id`, 'mobile-national-id'],
  [`${BASE_PATH}/service/info-matching/card-national-id`, 'card-national-id'],
]);
const NOT_FOUND = json(404, { message: 'Not Found' });
const NOT_ALLOWED = json(405, { message: 'The GET method is not supported for this route.' });

function route(req: IncomingMessage, res: ServerResponse, sandbox: Sandbox): void {
  const endpoint = ENDPOINTS.get(req.url);
  if (endpoint !== undefined && req.method === 'POST')
    return readBody(req, text => receive(req, res, endpoint, text, sandbox));
  if (endpoint !== undefined) return reply(res, NOT_ALLOWED);
  if (req.url === '/sandbox/ledger' && req.method === 'GET')
    return reply(res, json(200, sandbox.ledger.totals()));
  reply(res, NOT_FOUND);
}

function readBody(req: IncomingMessage, done: (text: string) => void): void {
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => done(Buffer.concat(chunks).toString()));
}

function receive(
  req: IncomingMessage,
  res: ServerResponse,
  endpoint: Endpoint,
  text: string,
  sandbox: Sandbox,
): void {
  const entry = {
    at: sandbox.now(),
    endpoint,
    status: null,
    answered: false,
    charged: false,
    httpStatus: null,
    headers: req.headers,
    body: parseObject(text),
  };
  sandbox.ledger.record(entry);
  const call = { endpoint, req, res, entry };
  if (endpoint === 'refresh-api-key') answerWith(decideRefresh(call, sandbox), call, sandbox);
  else sandbox.gate.pass(() => answerWith(decideService(call, endpoint, sandbox), call, sandbox));
}

function answerWith(deliver: Deliver, call: Call, sandbox: Sandbox): void {
  sandbox.timers.after(sandbox.state.latencyMs, () => deliver(call, sandbox));
}

/** Anything but a JSON object reads as an empty one, as PHP frameworks do. */
function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function reply(res: ServerResponse, answer: Answer): void {
  res.writeHead(answer.httpStatus, answer.headers);
  res.end(answer.body);
}

async function close(server: Server, { gate, timers }: Sandbox): Promise<void> {
  gate.abandon();
  timers.clear();
  const closed = new Promise<void>(resolve => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
