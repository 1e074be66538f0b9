import { pipeline, Readable } from 'node:stream';
import { always, answer, drop, envelope, hang, html, json, send } from './answers.ts';
import type { MagicName } from './magic.ts';
import type { Call, Deliver, Sandbox } from './state.ts';

export interface Behaviour {
  /** Whether Paystar takes money before the answer goes out, or gets lost. */
  charged: boolean;
  deliver: Deliver;
}

const MATCH = envelope(1, { is_matched: true });
const RETRY_AFTER = ['retry-after', '7'];

/** What each magic name does, once the call has passed every check. */
export const BEHAVIOURS: Readonly<Record<MagicName, Behaviour>> = {
  'status-0': free(always(envelope(0))),
  match: charged(always(MATCH)),
  'status-2': free(always(envelope(2))),
  'status-3': free(always(envelope(3))),
  'status-4': free(always(envelope(4))),
  'status-5': free(always(envelope(5))),
  'status-6': free(always(envelope(6))),
  'status-7': free(always(envelope(7))),
  'status-8': free(always(envelope(8))),
  'status-9': free(always(envelope(9))),
  'status-10': free(always(envelope(10))),
  'status-11': free(always(envelope(11))),
  'status-12': free(always(envelope(12))),
  'status-13': free(always(envelope(13))),
  mismatch: charged(always(envelope(1, { is_matched: false }))),
  'status-text-1': charged(always(envelope('1', { is_matched: true }))),
  'status-text-ok': free(always(envelope('ok', { is_matched: true }))),
  'status-99': free(always(envelope(99, { is_matched: true }))),
  timeout: free(hang),
  dropped: charged(drop),
  'html-200': free(always(html(200))),
  'html-502': free(always(html(502))),
  truncated: charged(always(answer(200, 'application/json', '{"status":1,"data":{"is_matched":tr', null))),
  'early-end': charged(endEarly),
  'matched-text': charged(always(envelope(1, { is_matched: 'true' }))),
  'matched-missing': charged(always(envelope(1, {}))),
  'data-null': charged(always(envelope(1))),
  huge: charged(sendHuge),
  'slow-bytes': charged(sendSlowly),
  'html-503': free(always(html(503, RETRY_AFTER))),
  'html-429': free(always(html(429, RETRY_AFTER))),
  // `.invalid` never resolves (RFC 6761): a client that follows fails, and nothing leaves this machine.
  redirect: free(always(html(302, ['location', 'https://elsewhere.invalid/api/open-banking']))),
  'charged-timeout': charged(hang),
  late: charged(sendLate),
  echo: charged(sendEcho),
  'rejected-input': free(rejectInput),
  'rejected-credentials': free(always(rejection('application_id', 'access_password'))),
  unauthenticated: free(always(json(401, { message: 'Unauthenticated.' }))),
};

function free(deliver: Deliver): Behaviour {
  return { charged: false, deliver };
}

function charged(deliver: Deliver): Behaviour {
  return { charged: true, deliver };
}

function endEarly({ res }: Call): void {
  res.writeHead(200, ['content-type', 'application/json', 'content-length', String(MATCH.body.length + 100)]);
  res.write(MATCH.body, () => res.destroy());
}

function sendHuge({ res, entry }: Call, { ledger }: Sandbox): void {
  res.writeHead(200, ['content-type', 'application/json']);
  pipeline(Readable.from(hugeMatch()), res, error => {
    if (!error) ledger.answer(entry, 200, 1);
  });
}

/** 50 MB of valid JSON out of one chunk of 50 kB. */
function* hugeMatch(): Generator<Buffer> {
  const filler = Buffer.alloc(50_000, 'a');
  yield Buffer.from('{"status":1,"data":{"is_matched":true},"message":"');
  for (let sent = 0; sent < 1000; sent++) yield filler;
  yield Buffer.from('"}');
}

function sendSlowly({ res, entry }: Call, { ledger, timers, state }: Sandbox): void {
  res.writeHead(MATCH.httpStatus, MATCH.headers);
  const sendFrom = (position: number): void => {
    if (res.destroyed) return;
    res.write(MATCH.body.subarray(position, position + 1));
    if (position + 1 < MATCH.body.length)
      return timers.after(state.byteIntervalMs, () => sendFrom(position + 1));
    res.end();
    ledger.answer(entry, MATCH.httpStatus, MATCH.status);
  };
  sendFrom(0);
}

function sendLate(call: Call, sandbox: Sandbox): void {
  sandbox.timers.after(sandbox.state.lateAnswerMs, () => send(call, sandbox, MATCH));
}

function sendEcho(call: Call, sandbox: Sandbox): void {
  const message = `<script>alert(1)</script> <b>نتیجه</b> ${JSON.stringify(call.entry.body)}`;
  send(call, sandbox, envelope(1, { is_matched: true }, message));
}

function rejectInput(call: Call, sandbox: Sandbox): void {
  const other = call.endpoint === 'card-national-id' ? 'birth_date' : 'mobile_number';
  send(call, sandbox, rejection('national_id', other));
}

function rejection(...fields: string[]) {
  return envelope(10, Object.fromEntries(fields.map(field => [field, ['مقدار وارد شده معتبر نیست.']])));
}
