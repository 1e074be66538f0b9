import { describe, expect, it } from '@jest/globals';
import { readmeTable } from '../support/readme.ts';
import { CHECKS } from './checks.ts';
import { GATEWAYS, HIVE } from './through.ts';

const COLUMNS = [...GATEWAYS, HIVE];

describe.each(GATEWAYS)('through $name', gateway => {
  it.each(CHECKS)('$name', check => check.run(gateway));
});

it('README.md has a table of exactly this', () => {
  const rows = CHECKS.map(({ name, cell }) => [name, ...COLUMNS.map(cell)]);
  expect(readmeTable('through a gateway')).toEqual(
    [['through a gateway', ...COLUMNS.map(({ name }) => name)], ...rows].map(row =>
      row.map(text => text.replaceAll('`', '')),
    ),
  );
});
