import { expect, it } from '@jest/globals';
import { VERIFY_MOBILE, mobileInput } from '../support/questions.ts';
import { startServer } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';

const ALIASED = VERIFY_MOBILE.replace('verifyMobile(', 'mine: verifyMobile(');
const WRONG_CHECK = mobileInput(1, { nationalId: '0012345670' });

function refused(server: TestServer, query: string, input: unknown, id: string) {
  return server.gql(query, { input }, { 'x-request-id': id });
}

function summary({ body, headers, text }: Awaited<ReturnType<typeof refused>>) {
  const [{ extensions }] = body.errors;
  return {
    ids: [headers['x-request-id'], extensions.requestId, body.extensions.requestId],
    length: Number(headers['content-length']) - Buffer.byteLength(text),
    fields: extensions.fields.map(({ field, path, code }: Record<string, string>) => [field, path, code]),
  };
}

it('a refusal that repeats is told to each with its own id, its own fields, and the same words', async () => {
  const server = await startServer();
  const NATIONAL_ID = ['verifyMobile', 'input.nationalId', 'CHECKSUM'];
  const replies = await Promise.all(
    ['a', 'b-2', 'c.3_'].map(id => refused(server, VERIFY_MOBILE, WRONG_CHECK, id)),
  );
  expect(replies.map(summary)).toEqual(
    ['a', 'b-2', 'c.3_'].map(id => ({ ids: [id, id, id], length: 0, fields: [NATIONAL_ID] })),
  );
  const words = replies.map(({ body }) => body.errors[0].extensions);
  for (const { displayMessage, fields } of words) {
    expect(displayMessage).toEqual(words[0].displayMessage);
    expect(fields).toEqual(words[0].fields);
    expect(fields[0].message.fa).toMatch(/^کد ملی درست نیست؛/);
  }
  const lines = server.logs.map(line => JSON.parse(line)).filter(({ event }) => event === 'request');
  expect(lines.map(({ requestId, code }) => [requestId, code]).toSorted()).toEqual(
    ['a', 'b-2', 'c.3_'].map(id => [id, 'BAD_USER_INPUT']),
  );
});

it('other faults of the same operation, and the same faults of another one, are told as their own', async () => {
  const server = await startServer();
  const both = { ...WRONG_CHECK, mobileNumber: '123' };
  const told = async (query: string, input: unknown) =>
    summary(await refused(server, query, input, 'r')).fields;
  for (let times = 0; times < 2; times += 1) {
    expect(await told(VERIFY_MOBILE, WRONG_CHECK)).toEqual([
      ['verifyMobile', 'input.nationalId', 'CHECKSUM'],
    ]);
    expect(await told(VERIFY_MOBILE, both)).toEqual([
      ['verifyMobile', 'input.nationalId', 'CHECKSUM'],
      ['verifyMobile', 'input.mobileNumber', 'LENGTH'],
    ]);
    expect(await told(VERIFY_MOBILE, null)).toEqual([['verifyMobile', 'input', 'REQUIRED']]);
    for (let sighting = 0; sighting < 4; sighting += 1)
      expect(await told(ALIASED, WRONG_CHECK)).toEqual([['mine', 'input.nationalId', 'CHECKSUM']]);
  }
  expect(server.sandbox.ledger.count()).toBe(0);
});

it('more kinds of faults than are kept for an operation are all told rightly', async () => {
  const server = await startServer();
  const wrong = {
    nationalId: { x: 'CHARACTERS', '1': 'LENGTH', '0000000000': 'IMPOSSIBLE', '0012345670': 'CHECKSUM' },
    mobileNumber: { x: 'CHARACTERS', '1': 'LENGTH', '08121234567': 'FORMAT' },
    idempotencyKey: { '': 'LENGTH', '\u0001': 'CHARACTERS' },
  };
  for (let times = 0; times < 2; times += 1)
    for (const nationalId of Object.entries(wrong.nationalId))
      for (const mobileNumber of Object.entries(wrong.mobileNumber))
        for (const idempotencyKey of Object.entries(wrong.idempotencyKey)) {
          const all = Object.entries({ nationalId, mobileNumber, idempotencyKey });
          const input = Object.fromEntries(all.map(([name, [value]]) => [name, value]));
          const { fields } = summary(await refused(server, VERIFY_MOBILE, input, 'r'));
          expect(fields.map(([, path, code]: string[]) => [path, code]).toSorted()).toEqual(
            all.map(([name, [, code]]) => [`input.${name}`, code]).toSorted(),
          );
        }
});
