import type { ExpiryForm } from './expiry.ts';
import type { ServiceName } from './ledger.ts';
import type { MagicName } from './magic.ts';
import type { RefreshBehaviour, Sandbox } from './state.ts';

/** What an operator at Paystar, or bad luck, could change while the sandbox runs. In-process only. */
export class SandboxControl {
  readonly #sandbox: Sandbox;

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  /** The key issued last; null before the first. */
  get currentKey(): string | null {
    return this.#sandbox.keys.current?.key ?? null;
  }

  /** Issues a good key without a refresh call, as an operator's seed key would be. */
  issueKey(): string {
    return this.#sandbox.keys.issue(this.#sandbox.now() + this.#sandbox.state.keyLifetimeMs).key;
  }

  /** Every issued key gets status 4 from now on. */
  revokeKeys(): void {
    this.#sandbox.keys.revokeAll();
  }

  /** Every issued key gets status 5 from now on. */
  expireKeys(): void {
    this.#sandbox.keys.expireAll();
  }

  get credit(): number {
    return this.#sandbox.state.credit;
  }

  setCredit(credit: number): void {
    this.#sandbox.state.credit = credit;
  }

  setActive(active: boolean): void {
    this.#sandbox.state.active = active;
  }

  setServiceEnabled(service: ServiceName, enabled: boolean): void {
    this.#sandbox.state.enabled[service] = enabled;
  }

  setSettingsPresent(present: boolean): void {
    this.#sandbox.state.settingsPresent = present;
  }

  setAllowedIps(ips: readonly string[] | null): void {
    this.#sandbox.state.allowedIps = ips;
  }

  setPassword(password: string): void {
    this.#sandbox.state.credentials.accessPassword = password;
  }

  setRefreshToken(token: string): void {
    this.#sandbox.state.credentials.refreshToken = token;
  }

  setLatency(latencyMs: number): void {
    this.#sandbox.state.latencyMs = latencyMs;
  }

  /** Holds for the keys issued from now on. */
  setKeyLifetime(lifetimeMs: number): void {
    this.#sandbox.state.keyLifetimeMs = lifetimeMs;
  }

  get expiryForm(): ExpiryForm {
    return this.#sandbox.state.expiryForm;
  }

  set expiryForm(form: ExpiryForm) {
    this.#sandbox.state.expiryForm = form;
  }

  get refreshBehaviour(): RefreshBehaviour {
    return this.#sandbox.state.refreshBehaviour;
  }

  set refreshBehaviour(behaviour: RefreshBehaviour) {
    this.#sandbox.state.refreshBehaviour = behaviour;
  }

  get serviceBehaviour(): MagicName | null {
    return this.#sandbox.state.serviceBehaviour;
  }

  /** Every service call that passes the checks is answered so; null goes back to the inputs. */
  set serviceBehaviour(name: MagicName | null) {
    this.#sandbox.state.serviceBehaviour = name;
  }

  /** Service calls that arrive from now on wait, undecided and uncharged, for the returned release. */
  hold(): () => void {
    return this.#sandbox.gate.hold();
  }

  get held(): number {
    return this.#sandbox.gate.held;
  }

  /** Resolves once at least `count` service calls are held. */
  whenHeld(count: number): Promise<void> {
    return this.#sandbox.gate.whenHeld(count);
  }
}
