import { expect, it } from '@jest/globals';
import { print } from 'graphql';
import {
  TokenStatusDocument,
  VerificationDocument,
  VerificationsDocument,
  VerifyCardDocument,
  VerifyMobileDocument,
} from '../../schema/generated/operations.ts';
import { startServer } from '../support/server.ts';
import { cardInput, mobileInput } from '../support/questions.ts';

it('every generated operation runs, and reads back what was verified', async () => {
  const server = await startServer();
  const mobile = await server.gql(print(VerifyMobileDocument), { input: mobileInput() });
  const card = await server.gql(print(VerifyCardDocument), { input: cardInput() });
  const { id } = mobile.body.data.verifyMobile;
  const ids = [card.body.data.verifyCard.id, 'unknown', id];
  const one = await server.gql(print(VerificationDocument), { id });
  const many = await server.gql(print(VerificationsDocument), { ids });
  const recorded = (answer: object) => ({ ...answer, source: 'RECORD' });
  expect(one.body.data.verification).toEqual(recorded(mobile.body.data.verifyMobile));
  expect(many.body.data.verifications).toEqual([
    recorded(card.body.data.verifyCard),
    null,
    recorded(mobile.body.data.verifyMobile),
  ]);
  const status = await server.gql(print(TokenStatusDocument));
  expect(status.body.data.tokenStatus).toMatchObject({ state: 'VALID', generation: 1, lastFailure: null });
});
