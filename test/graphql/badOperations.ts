import fc from 'fast-check';
import { RULE_MESSAGES } from '../../src/verification/rules/messages.ts';
import { Word, freeArgument, paidArgument } from './badInputs.ts';
import type { Argument, Sent } from './badInputs.ts';

/** What the server must say of one input. */
export interface Fault {
  readonly field: string;
  readonly path: string;
  readonly code: string;
}

/** One operation with nothing but bad root fields, and everything that must be said of it. */
export interface BadOperation {
  readonly query: string;
  readonly variables: Record<string, unknown>;
  readonly faults: Fault[];
  /** What was rejected, long enough to be recognised; none of it may come back. */
  readonly rejected: string[];
}

const argumentMode = fc.constantFrom('variable', 'literal', 'default', 'mixed', 'mixed', 'mixed');
const leafModes = fc.array(fc.constantFrom('variable', 'literal', 'default'), { minLength: 8, maxLength: 8 });
const place = fc.constantFrom('plain', 'plain', 'inline', 'fragment', 'skipped', 'included');

export const badOperation: fc.Arbitrary<BadOperation> = fc
  .oneof(
    { weight: 6, arbitrary: calls('Mutation', paidArgument) },
    { weight: 1, arbitrary: calls('Query', freeArgument) },
  )
  .map(write);

interface Call {
  readonly argument: Argument;
  readonly mode: string;
  readonly leafModes: string[];
  readonly place: string;
}

interface Plan {
  readonly root: string;
  readonly calls: Call[];
  readonly aliased: boolean;
  readonly protoVariable: boolean;
}

function calls(root: string, argument: fc.Arbitrary<Argument>): fc.Arbitrary<Plan> {
  const call = fc.record({ argument, mode: argumentMode, leafModes, place });
  return fc.record({
    root: fc.constant(root),
    calls: fc.oneof(
      { weight: 1, arbitrary: fc.array(call, { minLength: 1, maxLength: 1 }) },
      { weight: 4, arbitrary: fc.array(call, { minLength: 4, maxLength: 8, size: 'max' }) },
    ),
    aliased: fc.boolean(),
    protoVariable: fc.nat(19).map(n => n === 0),
  });
}

function write({ root, calls: planned, aliased, protoVariable }: Plan): BadOperation {
  const writer = new Writer();
  const faults: Fault[] = [];
  const fields = planned.map((call, index) => {
    const { argument } = call;
    const alias = planned.length > 1 || aliased ? `a${index}` : null;
    for (const [suffix, code] of argument.part.faults)
      faults.push({ field: alias ?? argument.field, path: argument.name + suffix, code });
    return placed(
      writer,
      root,
      call,
      `${alias ? `${alias}: ` : ''}${argument.field}${writer.argument(call)} { id }`,
    );
  });
  if (protoVariable) {
    writer.variables.push(['__proto__', '9988776655']);
    faults.push({ field: 'variables', path: 'variables', code: 'UNKNOWN_FIELD' });
  }
  const declared = writer.declared.length > 0 ? `(${writer.declared.join(', ')})` : '';
  return {
    query: [`${root.toLowerCase()} Bad${declared} { ${fields.join(' ')} }`, ...writer.fragments].join('\n'),
    variables: Object.fromEntries(writer.variables),
    faults,
    rejected: planned.flatMap(({ argument }) => texts(argument.part.sent)).filter(isRecognisable),
  };
}

/** The same root field, in the places where a document can hold one; switching it off saves no bad input. */
function placed(writer: Writer, root: string, call: Call, field: string): string {
  const name = `F${writer.fragments.length}`;
  switch (call.place) {
    case 'inline':
      return `... on ${root} { ${field} }`;
    case 'fragment':
      writer.fragments.push(`fragment ${name} on ${root} { ${field} }`);
      return `...${name}`;
    case 'skipped':
      return `... @skip(if: true) { ${field} }`;
    case 'included':
      return `... @include(if: true) { ${field} }`;
    default:
      return field;
  }
}

/** Puts values into the document or beside it, and keeps what must be declared. */
class Writer {
  readonly declared: string[] = [];
  readonly variables: [string, Sent][] = [];
  readonly fragments: string[] = [];

  argument({ argument, mode, leafModes: modes }: Call): string {
    const { name, type, types } = argument;
    const { sent } = argument.part;
    if (mode !== 'mixed' || !isObject(sent)) {
      const value = this.value(mode, type, sent);
      return value === null ? '' : `(${name}: ${value})`;
    }
    const names = [...new Set([...Object.keys(types), ...Object.keys(sent)])];
    const entries = names.map((leaf, index) => {
      const given = Object.hasOwn(sent, leaf) ? sent[leaf] : undefined;
      const known = Object.hasOwn(types, leaf);
      return [leaf, this.value(known ? modes[index] : 'literal', types[leaf], given)] as const;
    });
    const written = entries.flatMap(([leaf, value]) => (value === null ? [] : [`${leaf}: ${value}`]));
    return `(${name}: { ${written.join(', ')} })`;
  }

  /** null: left out of the document. */
  private value(mode: string, type: string, sent: Sent): string | null {
    if (mode === 'literal' || hasWord(sent)) return sent === undefined ? null : literal(sent);
    const name = `v${this.declared.length}`;
    const withDefault = mode === 'default' && sent !== undefined;
    this.declared.push(`$${name}: ${type}${withDefault ? ` = ${literal(sent)}` : ''}`);
    if (!withDefault && sent !== undefined) this.variables.push([name, sent]);
    return `$${name}`;
  }
}

function literal(sent: Sent): string {
  if (sent instanceof Word) return sent.name;
  if (Array.isArray(sent)) return `[${sent.map(literal).join(', ')}]`;
  if (isObject(sent))
    return `{ ${Object.keys(sent)
      .map(name => `${name}: ${literal(sent[name])}`)
      .join(', ')} }`;
  return JSON.stringify(sent);
}

function isObject(sent: Sent): sent is { [name: string]: Sent } {
  return typeof sent === 'object' && sent !== null && !Array.isArray(sent) && !(sent instanceof Word);
}

function hasWord(sent: Sent): boolean {
  if (sent instanceof Word) return true;
  return typeof sent === 'object' && sent !== null && Object.values(sent).some(hasWord);
}

/** Every text and number in a value, good ones too: no part of an input may come back. Texts as sent, and folded. */
function texts(sent: Sent): string[] {
  if (sent instanceof Word) return [sent.name];
  if (typeof sent === 'string') return [sent, sent.replace(/\D/g, '')];
  if (typeof sent === 'number') return [String(sent)];
  if (typeof sent !== 'object' || sent === null) return [];
  const names = Array.isArray(sent) ? [] : Object.keys(sent).filter(name => !OUR_NAMES.has(name));
  return [...names, ...Object.values(sent).flatMap(texts)];
}

const OUR_NAMES = new Set([
  'nationalId',
  'mobileNumber',
  'cardNumber',
  'birthDate',
  'maxAgeSeconds',
  'idempotencyKey',
]);
const OUR_TEXTS = JSON.stringify(RULE_MESSAGES);

/** Shorter ones stand in any reply by chance, and the messages give an example of a date. */
function isRecognisable(text: string): boolean {
  return text.length >= 6 && !OUR_TEXTS.includes(text);
}
