import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExpiryForm } from './expiry.ts';
import type { Gate } from './gate.ts';
import type { KeyRing } from './keys.ts';
import type { Endpoint, Ledger, LedgerEntry, ServiceName } from './ledger.ts';
import type { MagicName } from './magic.ts';
import type { Timers } from './timers.ts';

export interface SandboxCredentials {
  applicationId: string;
  accessPassword: string;
  refreshToken: string;
}

/** Fake on purpose. The `sandbox-` prefix is how a server tells this Paystar from the real one. */
export const SANDBOX_CREDENTIALS: SandboxCredentials = {
  applicationId: 'sandbox-application',
  accessPassword: 'sandbox-password-is-no-secret',
  refreshToken: 'sandbox-refresh-token-is-no-secret',
};

export interface SandboxOptions {
  /** Default 127.0.0.1. */
  host?: string;
  /** Default 0: any free port. */
  port?: number;
  credentials?: SandboxCredentials;
  /** Default 24 hours. */
  keyLifetimeMs?: number;
  /** Questions that the wallet still pays for. Default one million. */
  credit?: number;
  /** Default null: every address may call. */
  allowedIps?: string[] | null;
  /** Default true: a refresh makes every earlier key unknown (status 4). */
  endsOldKeyOnRefresh?: boolean;
  /** Epoch milliseconds. Default Date.now. */
  now?: () => number;
  /** Time between a decision and its answer. Default 0. */
  latencyMs?: number;
  /** Delay of the magic input 0119. Default 1000. */
  lateAnswerMs?: number;
  /** Time between two bytes of the magic input 0114. Default 1000. */
  byteIntervalMs?: number;
}

/** What a refresh with good credentials gets. `rejected-keys` hands out keys that then get status 4. */
export type RefreshBehaviour =
  'normal' | 'same-key' | 'rejected-keys' | 'hang' | 'drop' | 'html' | { status: number };

/** What the control changes and the checks read. */
export interface SandboxState {
  credentials: SandboxCredentials;
  keyLifetimeMs: number;
  credit: number;
  allowedIps: readonly string[] | null;
  endsOldKeyOnRefresh: boolean;
  latencyMs: number;
  lateAnswerMs: number;
  byteIntervalMs: number;
  active: boolean;
  settingsPresent: boolean;
  enabled: Record<ServiceName, boolean>;
  expiryForm: ExpiryForm;
  refreshBehaviour: RefreshBehaviour;
  serviceBehaviour: MagicName | null;
}

/** Everything one running sandbox owns. */
export interface Sandbox {
  state: SandboxState;
  keys: KeyRing;
  ledger: Ledger;
  gate: Gate;
  timers: Timers;
  now: () => number;
}

/** One call under way. */
export interface Call {
  endpoint: Endpoint;
  req: IncomingMessage;
  res: ServerResponse;
  entry: LedgerEntry;
}

/** Sends, or deliberately fails to send, the answer to a call. */
export type Deliver = (call: Call, sandbox: Sandbox) => void;

export function initialState(options: SandboxOptions): SandboxState {
  return {
    credentials: { ...(options.credentials ?? SANDBOX_CREDENTIALS) },
    keyLifetimeMs: options.keyLifetimeMs ?? 86_400_000,
    credit: options.credit ?? 1_000_000,
    allowedIps: options.allowedIps ?? null,
    endsOldKeyOnRefresh: options.endsOldKeyOnRefresh ?? true,
    latencyMs: options.latencyMs ?? 0,
    lateAnswerMs: options.lateAnswerMs ?? 1000,
    byteIntervalMs: options.byteIntervalMs ?? 1000,
    active: true,
    settingsPresent: true,
    enabled: { 'mobile-national-id': true, 'card-national-id': true },
    expiryForm: 'tehran',
    refreshBehaviour: 'normal',
    serviceBehaviour: null,
  };
}
