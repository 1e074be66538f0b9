import { environment } from './server.ts';
import { startProcess } from './process.ts';
import type { TestProcess } from './process.ts';
import type { SandboxPaystar } from '../../src/sandbox/paystar.ts';
import { VERIFY_MOBILE, mobileInput, nationalIds } from './questions.ts';

export const SECRET = 'a-store-secret-of-the-tests-only-0123456789';

/** Several server processes on one store and one Paystar. */
export function startCluster(
  count: number,
  sandbox: SandboxPaystar,
  storeUrl: string,
  env: Record<string, string> = {},
): Promise<TestProcess[]> {
  return Promise.all(Array.from({ length: count }, () => startInstance(sandbox, storeUrl, env)));
}

export function startInstance(
  sandbox: SandboxPaystar,
  storeUrl: string,
  env: Record<string, string> = {},
  nodeOptions: readonly string[] = [],
): Promise<TestProcess> {
  const settings = { STORE_URL: storeUrl, STORE_SECRET: SECRET, ...env };
  return startProcess({ env: environment(sandbox, settings), nodeOptions });
}

const people = nationalIds(2000);
let asked = 0;

/** A question that nobody asked before: each about a person and a number of its own. */
export function freshInput(more: Record<string, unknown> = {}) {
  asked += 1;
  return { ...mobileInput(asked, more), nationalId: people[asked % people.length] };
}

/** Asks something new; gives the reply and how long it took. */
export async function askFresh(server: TestProcess, more: Record<string, unknown> = {}) {
  const input = freshInput(more);
  const startedAt = performance.now();
  const reply = await server.gql(VERIFY_MOBILE, { input });
  return {
    /** As in the ledger's bodies. */
    subject: `${input.nationalId} ${input.mobileNumber}`,
    reply,
    ms: performance.now() - startedAt,
    code: reply.errors?.[0]?.extensions.code as string | undefined,
  };
}

export type Asked = Awaited<ReturnType<typeof askFresh>>;

/** Keeps `width` questions in flight, spread over the servers, until `until` has ended; gives every reply. */
export async function underLoad(
  servers: () => readonly TestProcess[],
  until: Promise<unknown>,
  options: { width?: number; more?: Record<string, unknown> } = {},
): Promise<Asked[]> {
  const replies: Asked[] = [];
  let over = false;
  const ended = until.finally(() => (over = true));
  const lane = async (number: number) => {
    for (let turn = number; !over; turn += 1) {
      const live = servers();
      replies.push(await askFresh(live[turn % live.length], options.more));
    }
  };
  await Promise.all([...Array.from({ length: options.width ?? 8 }, (_, number) => lane(number)), ended]);
  return replies;
}

export function failures(replies: readonly Asked[]): (string | undefined)[] {
  return replies.filter(({ reply }) => reply.data?.verifyMobile?.isMatched !== true).map(({ code }) => code);
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
