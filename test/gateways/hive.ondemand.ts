import { describe, it } from '@jest/globals';
import { CHECKS } from './checks.ts';
import { HIVE } from './through.ts';

/** `npm run test:hive`: the same checks as through the other gateways. */
describe(`through ${HIVE.name}`, () => {
  it.each(CHECKS)('$name', check => check.run(HIVE), 120_000); // its first start after an install is slow
});
