import { expect, it } from '@jest/globals';
import { Kind, buildSchema, parse, print, validate } from 'graphql';
import { readFileSync, readdirSync } from 'node:fs';
import {
  TokenStatusDocument,
  VerificationDocument,
  VerificationsDocument,
  VerifyCardDocument,
  VerifyMobileDocument,
} from '../../schema/generated/operations.ts';
import { startServer } from '../support/server.ts';
import { cardInput, mobileInput } from '../support/questions.ts';

const schemaFolder = new URL('../../schema/', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, schemaFolder), 'utf8');

it('the operations are valid against the schema', () => {
  const files = readdirSync(new URL('operations/', schemaFolder));
  const document = parse(files.map(file => read(`operations/${file}`)).join('\n'));
  expect(validate(buildSchema(read('schema.graphql')), document)).toEqual([]);
  const names = document.definitions.flatMap(definition =>
    definition.kind === Kind.OPERATION_DEFINITION ? (definition.name?.value ?? 'unnamed') : [],
  );
  expect(names.toSorted()).toEqual([
    'TokenStatus',
    'Verification',
    'Verifications',
    'VerifyCard',
    'VerifyMobile',
  ]);
});

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
