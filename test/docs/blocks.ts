import { readFileSync } from 'node:fs';

/** One fenced block of a document. */
export interface Block {
  readonly file: string;
  readonly line: number;
  /** The word behind the fence; '' without one. */
  readonly language: string;
  readonly text: string;
  /** The last line of prose before it. */
  readonly before: string;
}

const root = new URL('../../', import.meta.url);

export const DOCUMENTS = [
  'README.md',
  'SECURITY.md',
  'docs/errors.md',
  'docs/operations.md',
  'docs/frontend.md',
] as const;

export const readDocument = (file: string): string => readFileSync(new URL(file, root), 'utf8');

export function blocksOf(file: string): Block[] {
  const blocks: Block[] = [];
  const lines = readDocument(file).split('\n');
  let before = '';
  for (let at = 0; at < lines.length; at += 1) {
    const fence = /^```(\w*)/.exec(lines[at]);
    if (!fence) {
      if (lines[at].trim()) before = lines[at];
      continue;
    }
    const end = lines.indexOf('```', at + 1);
    blocks.push({
      file,
      line: at + 1,
      language: fence[1],
      text: lines.slice(at + 1, end).join('\n'),
      before,
    });
    at = end;
  }
  return blocks;
}

/** Blocks that a bare machine cannot run, and why. Nothing else is left out. */
export const NOT_RUN: readonly { begins: string; why: string }[] = [
  { begins: ' app, gateway ──HTTP──▶', why: 'a picture' },
  {
    begins: 'docker stop',
    why: 'needs a Docker engine; the same signal is sent by test/cli/process.test.ts',
  },
  { begins: 'docker build', why: 'needs a Docker engine; .ci/image builds the image without one' },
];

export const isNotRun = ({ text }: Block): boolean => NOT_RUN.some(({ begins }) => text.startsWith(begins));
