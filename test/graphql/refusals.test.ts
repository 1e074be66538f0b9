import { expect, it, jest } from '@jest/globals';
import { CompiledPath } from '../../src/graphql/compiledPath.ts';
import { createClock } from '../support/clock.ts';
import { compiledOff, teach } from '../support/compiled.ts';
import { VERIFY_CARD, VERIFY_MOBILE, cardInput, mobileInput } from '../support/questions.ts';
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
  const taken = jest.spyOn(CompiledPath.prototype, 'answer');
  const server = await startServer({ overrides: { teach: path => teach(path, [VERIFY_MOBILE, ALIASED]) } });
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
    expect(await told(ALIASED, WRONG_CHECK)).toEqual([['mine', 'input.nationalId', 'CHECKSUM']]);
  }
  expect(server.sandbox.ledger.count()).toBe(0);
  expect(taken).toHaveBeenCalledTimes(compiledOff ? 0 : 8);
  taken.mockRestore();
});

it('a refusal has the same bytes with and without the short way, however often it comes', async () => {
  const [short, long] = await Promise.all(
    ['true', 'false'].map(setting => startServer({ env: { COMPILED_OPERATIONS: setting } })),
  );
  const inputs = [WRONG_CHECK, { nationalId: '', mobileNumber: 7, more: 'x', maxAgeSeconds: -1 }, null];
  for (let times = 0; times < 3; times += 1)
    for (const input of inputs) {
      const [a, b] = await Promise.all(
        [short, long].map(server => refused(server, VERIFY_MOBILE, input, 'id')),
      );
      expect([a.text, a.headers['content-length']]).toEqual([b.text, b.headers['content-length']]);
      expect(summary(a).length).toBe(0);
    }
});

it('a date that is refused today is accepted tomorrow, and refused again by a clock that is set back', async () => {
  const clock = createClock(Date.UTC(2025, 2, 20, 20, 29, 59)); // a second before midnight in Tehran
  const server = await startServer({ overrides: { now: clock.now }, sandbox: { now: clock.now } });
  const codes = async () => {
    const { body } = await server.gql(VERIFY_CARD, { input: cardInput({ birthDate: '2025-03-21' }) });
    return body.errors?.[0].extensions.fields?.map(({ code }: { code: string }) => code);
  };
  expect([await codes(), await codes()]).toEqual([['FUTURE'], ['FUTURE']]);
  clock.advance(1000);
  expect(await codes()).toBeUndefined();
  clock.advance(-1000);
  expect(await codes()).toEqual(['FUTURE']);
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
