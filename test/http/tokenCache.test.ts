import { expect, it } from '@jest/globals';
import { TokenCache } from '../../src/http/tokenCache.ts';

it('remembers ten thousand tokens, the youngest', () => {
  const cache = new TokenCache();
  const caller = { name: 'jwt:app', scopes: new Set<never>() };
  for (let number = 0; number <= 10_000; number += 1) cache.add(String(number), caller, 1000, 0);
  expect(cache.get('0', 0)).toBeNull();
  expect(cache.get('1', 0)).toBe(caller);
  expect(cache.get('10000', 999)).toBe(caller);
  expect(cache.get('10000', 1000)).toBeNull();
});
