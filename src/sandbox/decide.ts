import { always, drop, envelope, hang, html } from './answers.ts';
import { BEHAVIOURS, type Behaviour } from './behaviours.ts';
import { writeExpiry } from './expiry.ts';
import { MISMATCH_NATIONAL_ID, rejectedFields } from './input.ts';
import type { IssuedKey } from './keys.ts';
import type { ServiceName } from './ledger.ts';
import { type MagicName, magicOf } from './magic.ts';
import type { Call, Deliver, Sandbox } from './state.ts';

/** Decides a service call, and charges it, in Paystar's order of checks. */
export function decideService(call: Call, service: ServiceName, sandbox: Sandbox): Deliver {
  const { state, ledger } = sandbox;
  const { body } = call.entry;
  const magic = state.serviceBehaviour ?? magicOf(body);
  const refused = refuseApplication(call, sandbox) ?? refuseKey(call, magic, sandbox);
  if (refused !== null) return refusal(refused);
  if (!state.enabled[service]) return refusal(8);
  const rejected = rejectedFields(service, body);
  if (rejected !== null) return always(envelope(10, rejected));
  if (state.credit < 1) return refusal(9);
  const behaviour = behaviourOf(magic, body);
  if (behaviour.charged) {
    state.credit -= 1;
    ledger.charge(call.entry);
  }
  return behaviour.deliver;
}

/** Decides a refresh; a key is issued even if its answer then gets lost. */
export function decideRefresh(call: Call, sandbox: Sandbox): Deliver {
  const { state } = sandbox;
  const refused = refuseApplication(call, sandbox);
  if (refused !== null) return refusal(refused);
  if (call.entry.body['refresh_token'] !== state.credentials.refreshToken) return refusal(13);
  switch (state.refreshBehaviour) {
    case 'hang':
      return hang;
    case 'drop':
      return drop;
    case 'html':
      return always(html(200));
    case 'normal':
    case 'same-key':
    case 'rejected-keys':
      return always(keyAnswer(handOutKey(state.refreshBehaviour, sandbox), sandbox));
    default:
      return always(envelope(state.refreshBehaviour.status));
  }
}

function refuseApplication({ entry, req }: Call, { state }: Sandbox): Refusal | null {
  const { credentials, allowedIps } = state;
  if (entry.body['application_id'] !== credentials.applicationId) return 2;
  if (!state.active) return 3;
  if (!state.settingsPresent) return 12;
  if (allowedIps !== null && !allowedIps.includes(req.socket.remoteAddress ?? '')) return 7;
  return entry.body['access_password'] === credentials.accessPassword ? null : 6;
}

/** The magic 4 and 5 take the place of the real check: no key helps. */
function refuseKey(call: Call, magic: MagicName | undefined, { keys, now }: Sandbox): Refusal | null {
  if (magic === 'status-4') return 4;
  if (magic === 'status-5') return 5;
  return keys.refusal(call.entry.headers.authorization, now());
}

type Refusal = 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 12 | 13;

function refusal(status: Refusal): Deliver {
  return BEHAVIOURS[`status-${status}`].deliver;
}

function behaviourOf(magic: MagicName | undefined, body: Record<string, unknown>): Behaviour {
  return BEHAVIOURS[magic ?? (body['national_id'] === MISMATCH_NATIONAL_ID ? 'mismatch' : 'match')];
}

function handOutKey(behaviour: 'normal' | 'same-key' | 'rejected-keys', sandbox: Sandbox): IssuedKey {
  const { keys, state, now } = sandbox;
  if (behaviour === 'same-key' && keys.current !== null) return keys.current;
  if (state.endsOldKeyOnRefresh) keys.revokeAll();
  const expiresAt = now() + state.keyLifetimeMs;
  return behaviour === 'rejected-keys' ? keys.issueRejected(expiresAt) : keys.issue(expiresAt);
}

function keyAnswer({ key, expiresAt }: IssuedKey, { state, now }: Sandbox) {
  return envelope(1, { api_key: key, api_key_expire_date: writeExpiry(state.expiryForm, expiresAt, now()) });
}
