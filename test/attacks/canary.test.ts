import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { OWN_ERRORS } from '../../src/errors/own.ts';
import { FAULT_TABLE, STATUS_TABLE } from '../../src/paystar/status.ts';
import { MAGIC } from '../../src/sandbox/paystar.ts';
import type { RefreshBehaviour, SandboxPaystar } from '../../src/sandbox/paystar.ts';
import { startProcess } from '../support/process.ts';
import type { TestProcess } from '../support/process.ts';
import { TOKEN_STATUS, VERIFY_CARD, VERIFY_MOBILE } from '../support/questions.ts';
import { environment, startSandbox } from '../support/server.ts';
import { sendRaw, rawPost } from './attack.ts';
import { MARKS, PERSON, SECRETS, SPELLINGS, formsOf, marksIn } from './marks.ts';

/** What an operator or a caller can look at; what is served later is one more line. */
const PAGES = ['/', '/health/live', '/health/ready', '/explorer', '/metrics', '/status'];
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
const MINUTE = 60_000;
/** Of a trigger that the test itself puts into the store. */
const STORE_WORDS = 'canary-words-of-the-store';

/** One server process with marked secrets, and everything that came out of it. */
class Run {
  readonly dir = mkdtempSync(join(tmpdir(), 'canary-'));
  readonly told: string[] = [];
  readonly codes = new Set<string>();
  readonly keys = new Set<string>();
  sandbox!: SandboxPaystar;
  server!: TestProcess;
  readonly #faults = { offsetMs: 0, bug: '', crash: SECRETS.bug };

  async start(level: string): Promise<void> {
    const { accessPassword, refreshToken, storeSecret, bearer } = SECRETS;
    const credentials = { applicationId: 'sandbox-canary', accessPassword, refreshToken };
    this.sandbox = await startSandbox({ credentials, now: () => Date.now() + this.#faults.offsetMs });
    const seed = this.sandbox.control.issueKey();
    this.keys.add(seed);
    this.#write({});
    const env = environment(this.sandbox, {
      LOG_LEVEL: level,
      PAYSTAR_APPLICATION_ID: credentials.applicationId,
      PAYSTAR_ACCESS_PASSWORD: accessPassword,
      PAYSTAR_REFRESH_TOKEN: refreshToken,
      PAYSTAR_API_KEY: seed,
      PAYSTAR_TIMEOUT_MS: '200',
      STORE_URL: `sqlite:${this.database}`,
      STORE_SECRET: storeSecret,
      AUTH_API_KEYS: `app:${createHash('sha256').update(bearer).digest('hex')}`,
      RATE_LIMIT_PER_MINUTE: '1000000',
      SUBJECT_LIMIT_PER_DAY: '1000000',
      CANARY_FAULTS: join(this.dir, 'faults'),
      NODE_OPTIONS: `--disable-warning=ExperimentalWarning --import=${new URL('canaryFaults.mjs', import.meta.url).href}`,
    });
    this.server = await startProcess({ env });
  }

  get database(): string {
    return join(this.dir, 'store.db');
  }

  /** Whole or not at all, since the server may read at any moment. */
  #write(changes: Partial<{ offsetMs: number; bug: string }>): void {
    Object.assign(this.#faults, changes);
    writeFileSync(join(this.dir, 'faults.new'), JSON.stringify(this.#faults));
    renameSync(join(this.dir, 'faults.new'), join(this.dir, 'faults'));
  }

  advance(ms: number): void {
    this.#write({ offsetMs: this.#faults.offsetMs + ms });
  }

  setBug(bug: string): void {
    this.#write({ bug });
  }

  async http(path: string, options: Parameters<typeof request>[1] = {}): Promise<any> {
    const headers = { authorization: `Bearer ${SECRETS.bearer}`, ...(options.headers as object) };
    const reply = await request(this.server.origin + path, { ...options, headers });
    const text = await reply.body.text();
    this.hear(JSON.stringify(reply.headers) + text);
    return text;
  }

  hear(text: string): void {
    this.told.push(text);
    for (const [, code] of text.matchAll(/"code":"([A-Z_]+)"/g)) this.codes.add(code);
  }

  post(body: string, headers: Record<string, string> = {}) {
    return this.http('/graphql', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
  }

  gql(query: string, variables: object = {}, headers: Record<string, string> = {}) {
    return this.post(JSON.stringify({ query, variables }), headers);
  }

  /** Both questions, about the marked person. */
  async ask(more: object = {}): Promise<void> {
    const { nationalId, mobileNumber, cardNumber, birthDate } = PERSON;
    await Promise.all([
      this.gql(VERIFY_MOBILE, { input: { nationalId, mobileNumber, ...more } }),
      this.gql(VERIFY_CARD, { input: { nationalId, cardNumber, birthDate, ...more } }),
    ]);
    this.keys.add(this.sandbox.control.currentKey!);
  }

  /** Everything that came out, by where it came from. */
  output(): Record<string, string> {
    const files = readdirSync(this.dir).filter(name => name.startsWith('store.db'));
    const store = files.map(name => readFileSync(join(this.dir, name)));
    return {
      'stdout and stderr': this.server.output.join('\n'),
      replies: this.told.join('\n'),
      store: store.map(bytes => bytes.toString('utf8') + bytes.toString('latin1')).join('\n'),
    };
  }
}

/** Every answer, status and transport fault there is, on a question. */
async function paystarFaults(run: Run): Promise<void> {
  for (const { name } of MAGIC) {
    run.sandbox.control.serviceBehaviour = name;
    await run.ask({ idempotencyKey: `${PERSON.idempotencyKey}-${name}` });
    run.advance(15 * MINUTE);
  }
  run.sandbox.control.serviceBehaviour = null;
}

async function refreshFaults(run: Run): Promise<void> {
  const statuses = [0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 99].map(status => ({ status }));
  const faults: RefreshBehaviour[] = ['hang', 'drop', 'html', 'rejected-keys', 'same-key', ...statuses];
  for (const fault of faults) {
    run.sandbox.control.revokeKeys();
    run.sandbox.control.refreshBehaviour = fault;
    await run.ask();
    await run.gql(TOKEN_STATUS);
    await run.http('/health/ready');
    run.advance(15 * MINUTE);
  }
  run.sandbox.control.refreshBehaviour = 'normal';
  await run.ask();
}

/** Marks wherever a caller can put one. */
async function badRequests(run: Run): Promise<void> {
  for (const text of [...SPELLINGS, ...Object.values(SECRETS)]) {
    const literal = JSON.stringify(text);
    const input = { nationalId: text, mobileNumber: text, idempotencyKey: `\u0007${text}` };
    await run.gql(VERIFY_MOBILE, { input });
    await run.gql(VERIFY_CARD, {
      input: { nationalId: text, cardNumber: text, birthDate: text, [text]: text },
    });
    await run.gql(
      `mutation { verifyCard(input: { nationalId: ${literal}, birthDate: ${literal}, cardNumber: ${literal} }) { id } }`,
    );
    await run.gql(`{ verification(id: ${literal}) { ${literal} } }`);
    await run.gql(`query ($a: Boolean = ${literal}) { __typename @include(if: $a) }`);
    await run.post(`{"query": ${literal}, "operationName": ${literal}`);
    await run.post(literal, { 'content-type': 'text/plain' });
    await run.http(`/graphql?query=${encodeURIComponent(text)}`);
    await run.http(`/${encodeURIComponent(text)}`);
    await run.post('{"query": "{ __typename }"}', {
      'x-request-id': `id ${encodeURIComponent(text)}`,
      cookie: encodeURIComponent(text),
      'x-forwarded-for': encodeURIComponent(text),
    });
    run.hear(JSON.stringify(await sendRaw(run.server.origin, `${text}\r\n\r\n`)));
    run.hear(
      JSON.stringify(
        await sendRaw(run.server.origin, rawPost('{}', ['Connection: close', `X-Any: ${text.repeat(1000)}`])),
      ),
    );
  }
  const { nationalId } = PERSON;
  await run.gql(`query N${nationalId} { __typename f${nationalId} }`);
  await run.gql(`query N${nationalId} { __typename }`);
  await run.post(
    JSON.stringify({ query: 'query A { __typename } query B { __typename }', operationName: nationalId }),
  );
  await run.gql(
    `mutation { ${Array.from({ length: 6 }, (_, n) => `a${n}: verifyMobile(input: { nationalId: "${nationalId}", mobileNumber: "${PERSON.mobileNumber}" }) { id }`).join(' ')} }`,
  );
  for (const authorization of [
    SECRETS.wrongBearer,
    `Bearer ${SECRETS.wrongBearer}`,
    `Basic ${SECRETS.bearer}`,
  ])
    await run.gql(TOKEN_STATUS, {}, { authorization });
}

/** A store that refuses all writes in words of its own, then one that is locked. */
async function storeFaults(run: Run): Promise<void> {
  const { nationalId, idempotencyKey } = PERSON;
  await run.gql(VERIFY_MOBILE, { input: { nationalId, mobileNumber: '09120000000', idempotencyKey } });
  await run.ask({ idempotencyKey }); // used with other input
  await run.ask({ maxAgeSeconds: 5 });
  const other = new DatabaseSync(run.database);
  for (const fault of [
    `CREATE TRIGGER read_only BEFORE INSERT ON entries BEGIN SELECT RAISE(ABORT, 'attempt to write a readonly database: ${STORE_WORDS}'); END`,
    'BEGIN EXCLUSIVE',
  ]) {
    other.exec(fault);
    await run.ask({ idempotencyKey: `${idempotencyKey}-again` });
    await run.gql('{ verification(id: "unknown") { id } }');
    await run.ask();
    other.exec(fault.startsWith('CREATE') ? 'DROP TRIGGER read_only' : 'ROLLBACK');
  }
  other.close();
}

/** A bug on the way of a request, then one that nobody catches. */
async function bugs(run: Run): Promise<void> {
  run.sandbox.control.revokeKeys();
  run.advance(15 * MINUTE);
  run.setBug(SECRETS.bug);
  await run.ask();
  run.setBug('');
  for (const page of PAGES) await run.http(page);
  run.server.signal('SIGUSR2');
  expect((await run.server.exited).code).toBe(1);
}

describe('marked secrets and personal data', () => {
  it.each(LEVELS)(
    'stand nowhere at LOG_LEVEL=%s, whatever goes wrong',
    async level => {
      const run = new Run();
      await run.start(level);
      for (const provoke of [paystarFaults, refreshFaults, badRequests, storeFaults, bugs])
        await provoke(run);
      expect(EXPECTED_CODES.filter(code => !run.codes.has(code))).toEqual([]);
      const output = run.output();
      expect(output['store']).toMatch(/SQLite format/);
      expect(/"level":"(info|warn|error)"/.test(output['stdout and stderr'])).toBe(level !== 'fatal');
      for (const [where, text] of Object.entries(output))
        expect([
          where,
          ...marksIn(text, [...MARKS, ...run.keys, ...(where === 'store' ? [] : [STORE_WORDS])]),
        ]).toEqual([where]);
      rmSync(run.dir, { recursive: true });
    },
    120_000,
  );

  it('would be found in every form', () => {
    for (const mark of MARKS)
      for (const form of formsOf(mark)) expect(marksIn(`before ${form} after`, [mark])).toEqual([mark]);
    const wrapped = (text: string) => Buffer.from(text).toString('base64');
    for (const mark of MARKS)
      for (const before of ['', 'a', 'ab', 'abc'])
        expect(marksIn(wrapped(`${before}${mark}zz`), [mark])).toEqual([mark]);
    expect(marksIn('nothing of the kind, 1987 or 1366', MARKS)).toEqual([]);
  });
});

/** Not provoked here: refused by limits, by concurrency or by a scope; tested elsewhere. */
const NOT_HERE = [
  'RATE_LIMITED',
  'BUDGET_EXHAUSTED',
  'OVERLOADED',
  'FORBIDDEN',
  'IDEMPOTENCY_IN_PROGRESS',
  'SERVICE_UNAVAILABLE',
];
const EXPECTED_CODES = [...Object.values(STATUS_TABLE), ...Object.values(FAULT_TABLE)]
  .map(row => row.code)
  .concat(Object.keys(OWN_ERRORS))
  .filter(code => !NOT_HERE.includes(code));
