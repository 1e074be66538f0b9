import { expect } from '@jest/globals';
import { appendFileSync } from 'node:fs';

export interface Figure {
  /** The fault, as in the list of faults. */
  readonly fault: string;
  readonly expected: string;
  readonly measured: string;
  readonly ok: boolean;
}

/** Records what a fault test has measured, for the table of `npm run test:faults`, and fails the test unless it is ok. */
export function figure(fault: string, expected: string, measured: string | number, ok: boolean): void {
  const line: Figure = { fault, expected, measured: String(measured), ok };
  note(line);
  expect(line).toMatchObject({ ok: true });
}

/** A line for `bench/faults.mjs`: a figure, or the damage of one fault, which it adds up. */
export function note(line: object): void {
  const file = process.env['FAULTS_OUT'];
  if (file) appendFileSync(file, `${JSON.stringify(line)}\n`);
}

/** The long runs of the suite; `npm test` has their short ones. */
export const isLongRun = process.env['FAULTS'] === 'all';

export function ms(value: number): string {
  return `${Math.round(value)} ms`;
}
