import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { describe, expect, it } from '@jest/globals';
import { ERROR_CLASSES, identityErrors, isCode, isIdentityError } from '../../schema/errors.ts';
import { OWN_ERRORS } from '../../src/errors/own.ts';
import { FAULT_TABLE, STATUS_TABLE } from '../../src/paystar/status.ts';
import { VERIFY_MOBILE, magicMobile, mobileInput } from '../support/questions.ts';
import { startServer } from '../support/server.ts';

const BAD_INPUT = mobileInput(0, { nationalId: '9990000019' });

it('the typed codes and classes are those of the error tables, and no others', () => {
  const paystars = [...Object.values(STATUS_TABLE), ...Object.values(FAULT_TABLE)];
  const rows = [...paystars, ...Object.entries(OWN_ERRORS).map(([code, row]) => ({ code, ...row }))];
  expect(ERROR_CLASSES).toEqual(Object.fromEntries(rows.map(row => [row.code, row.class])));
});

describe('an error of the server', () => {
  it('is told by its code, in a parsed reply as in what Apollo Client throws', async () => {
    const server = await startServer();
    const { body } = await server.gql(VERIFY_MOBILE, { input: BAD_INPUT });
    for (const failure of [body, new CombinedGraphQLErrors(body)]) {
      const [error] = identityErrors(failure);
      expect(error?.extensions.code).toBe('BAD_USER_INPUT');
      expect(isCode(error, 'BAD_REQUEST', 'PAYSTAR_UNREACHABLE')).toBe(false);
      if (!isCode(error, 'BAD_REQUEST', 'BAD_USER_INPUT')) throw new Error('not told');
      if (error.extensions.code !== 'BAD_USER_INPUT') throw new Error('not told');
      expect(error.extensions.fields.map(({ path, code }) => [path, code])).toEqual([
        ['input.nationalId', 'CHECKSUM'],
      ]);
    }
  });

  it('has the details that its type has', async () => {
    const server = await startServer();
    const { body } = await server.gql(VERIFY_MOBILE, {
      input: mobileInput(0, { mobileNumber: magicMobile(9) }),
    });
    const [error] = identityErrors(body);
    if (!isCode(error, 'PAYSTAR_CREDIT_INSUFFICIENT')) throw new Error('not told');
    const { class: errorClass, paystar, retryable, requestId } = error.extensions;
    expect([errorClass, paystar?.status, retryable]).toEqual(['CONFIGURATION', 9, false]);
    expect(requestId).toMatch(/^[\w.-]+$/);
  });
});

it.each([
  null,
  undefined,
  'text',
  new Error('network'),
  { errors: null },
  { errors: [null, {}, { extensions: null }] },
  { errors: [{ message: 'of a gateway', extensions: { code: 'DOWNSTREAM_SERVICE_ERROR' } }] },
  { errors: [{ message: 'inherited', extensions: { code: 'toString' } }] },
])('what is no error of the server is none (%j)', failure => {
  expect(identityErrors(failure)).toEqual([]);
  expect(isIdentityError(failure)).toBe(false);
});
