import { expect, jest } from '@jest/globals';
import type { ErrorClass } from '../../src/errors/row.ts';
import { MemoryStore } from '../../src/store/memoryStore.ts';
import { createClock } from '../support/clock.ts';
import { createSigningKey, createToken, startIssuer } from '../support/issuer.ts';
import { VERIFY_MOBILE, magicMobile, mobileInput } from '../support/questions.ts';
import type { TestServer } from '../support/server.ts';
import { compose } from './through.ts';
import type { Gateway, Headers } from './through.ts';

/** How a code is provoked again and again, in the same way each time. */
interface Provocation {
  readonly code: string;
  readonly env?: Record<string, string>;
  readonly headers?: Headers;
  readonly query?: string;
  readonly variables: Record<string, unknown>;
  /** Brings the server into the state; gives what takes it out again. */
  readonly prepare?: (server: TestServer) => Promise<() => unknown>;
}

const NO_CALLER_YET = `app:${'0'.repeat(64)}`;
const magic = (code: string) => ({ input: mobileInput(0, { mobileNumber: magicMobile(code) }) });

/** One code of every class. */
export const PROVOCATIONS: Record<ErrorClass, () => Promise<Provocation>> = {
  VALIDATION: async () => ({
    code: 'BAD_USER_INPUT',
    variables: { input: mobileInput(0, { nationalId: '1234567890' }) },
  }),
  AUTHENTICATION: async () => ({
    code: 'UNAUTHENTICATED',
    env: { AUTH_API_KEYS: NO_CALLER_YET },
    variables: { input: mobileInput() },
  }),
  AUTHORIZATION: async () => {
    const key = await createSigningKey('ES256');
    const { env } = await startIssuer([key]);
    const headers = {
      authorization: `Bearer ${await createToken(key, { scope: 'status' }, {}, createClock().ms)}`,
    };
    return { code: 'FORBIDDEN', env, headers, variables: { input: mobileInput() } };
  },
  CONFLICT: async () => ({
    code: 'IDEMPOTENCY_KEY_REUSED',
    variables: { input: mobileInput(1, { idempotencyKey: 'k' }) },
    prepare: async server => {
      await server.gql(VERIFY_MOBILE, { input: mobileInput(2, { idempotencyKey: 'k' }) });
      return () => {};
    },
  }),
  RESOURCE_LIMIT: async () => ({
    code: 'OVERLOADED',
    env: { PAYSTAR_MAX_CONCURRENT: '1', PAYSTAR_MAX_QUEUED: '0' },
    variables: { input: mobileInput(1) },
    prepare: async server => {
      await server.gql(VERIFY_MOBILE, { input: mobileInput(2) }); // obtains the key
      const release = server.sandbox.control.hold();
      const held = server.gql(VERIFY_MOBILE, { input: mobileInput(3) });
      await server.sandbox.control.whenHeld(1);
      return () => (release(), held);
    },
  }),
  CONFIGURATION: async () => ({ code: 'PAYSTAR_CREDIT_INSUFFICIENT', variables: magic('0009') }),
  SERVICE_AVAILABILITY: async () => ({ code: 'PAYSTAR_PROVIDER_ERROR', variables: magic('0011') }),
  UPSTREAM_CONTRACT: async () => ({ code: 'PAYSTAR_STATUS_UNKNOWN', variables: magic('0103') }),
  INTERNAL: async () => ({
    code: 'INTERNAL_SERVER_ERROR',
    query: 'query($id: ID!) { verification(id: $id) { id } }',
    variables: { id: 'any' },
    prepare: async () => {
      const broken = jest.spyOn(MemoryStore.prototype, 'getMany').mockRejectedValue(new TypeError('a bug'));
      return () => broken.mockRestore();
    },
  }),
};

/** Through the gateway the error says what it says without it: same question, same state, same request id. */
export async function passesUnchanged(gateway: Gateway, errorClass: ErrorClass): Promise<void> {
  const {
    code,
    env = {},
    headers,
    query = VERIFY_MOBILE,
    variables,
    prepare,
  } = await PROVOCATIONS[errorClass]();
  const overrides = { now: createClock().now }; // a pause has as many seconds left, asked either way
  const { server, ask, direct } = await compose(gateway, { env, overrides });
  const undo = await prepare?.(server);
  try {
    const asked = [query, variables, { 'x-request-id': 'the-same', ...headers }] as const;
    await direct(...asked); // what the first one changes, such as a pause, is changed
    const expected = (await direct(...asked)).errors;
    const { data, errors } = await ask(...asked);
    expect(expected.map(({ extensions }: any) => extensions)).toMatchObject([{ code, class: errorClass }]);
    expect(Object.values(data)).toEqual([null]);
    expect(errors.map(contentOf)).toEqual(
      expected.map((error: any) => ({
        ...contentOf(error),
        extensions: { ...error.extensions, ...gateway.adds },
      })),
    );
  } finally {
    await undo?.();
  }
}

const contentOf = ({ message, extensions }: any) => ({ message, extensions });
