import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RULES, idempotencyKey, maxAge, ruleMessage } from '../../../src/verification/rules/index.ts';
import type { RuleCode, RuleField, RuleResult } from '../../../src/verification/rules/index.ts';
import { RULE_MESSAGES } from '../../../src/verification/rules/messages.ts';
import { anyText, digits } from './spellings.ts';

const CODES: RuleCode[] = ['LENGTH', 'CHARACTERS', 'CHECKSUM', 'LUHN', 'FORMAT', 'IMPOSSIBLE', 'FUTURE'];
const NOW = Date.UTC(2026, 10, 24);
const messages = Object.entries(RULE_MESSAGES).flatMap(([field, byCode]) =>
  Object.entries(byCode).map(([code, message]) => ({ pair: `${field} ${code}`, ...message })),
);

describe('the messages of the rules', () => {
  it('are exactly those of the pairs of rule and code that some input really gets', () => {
    const reached = new Set([...fc.sample(anyInput, 5_000), ...knownRefusals].flatMap(codesOf));
    expect([...reached].sort()).toEqual(messages.map(({ pair }) => pair).sort());
  });

  it('are found by field and code, and asking for an impossible pair is a fault', () => {
    for (const field of Object.keys(RULE_MESSAGES) as RuleField[])
      for (const code of CODES) {
        const listed = messages.find(({ pair }) => pair === `${field} ${code}`);
        if (listed) expect(ruleMessage(field, code)).toEqual({ fa: listed.fa, en: listed.en });
        else expect(() => ruleMessage(field, code)).toThrow(`The rule ${field} has no message for ${code}`);
      }
  });

  it.each(messages)('$pair: the Persian text is safe in right-to-left lines', ({ fa }) => {
    expect(fa).toMatch(/^\p{Script=Arabic}/u);
    expect(fa).not.toMatch(/[A-Za-z0-9+\-٠-٩يكى]/);
    expect(fa).toMatch(/[.]$/);
  });

  it.each(messages)('$pair: the English text is plain ASCII and says please', ({ en }) => {
    expect(en).toMatch(/^[A-Z][\x20-\x7e]*\.$/);
    expect(en).toMatch(/\bplease\b/i);
  });

  it.each(messages)('$pair: the Persian text is polite too', ({ fa }) => expect(fa).toContain('لطفاً'));

  it('are all different', () => {
    for (const language of ['fa', 'en'] as const)
      expect(new Set(messages.map(message => message[language])).size).toBe(messages.length);
  });

  it('give an example date that the rule itself accepts, the same day in both calendars', () => {
    const { fa, en } = ruleMessage('BirthDate', 'FORMAT');
    const examples = [...(`${fa} ${en}`.match(/[0-9۰-۹]{4}[-/][0-9۰-۹]{2}[-/][0-9۰-۹]{2}/g) ?? [])];
    expect(examples).toHaveLength(4);
    for (const example of examples)
      expect(RULES.BirthDate(example, NOW)).toEqual({ ok: true, value: '1991-04-20' });
  });
});

const anyInput = fc.oneof(
  anyText,
  digits(10),
  digits(11),
  digits(16),
  fc.tuple(fc.integer({ min: 1000, max: 3000 }), fc.nat(13), fc.nat(32)).map(date => date.join('-')),
);

// Rare enough for random texts to miss them.
const knownRefusals = ['', '0000000000', '0000000000000000', 'a'.repeat(2000)];

function codesOf(text: string): string[] {
  const results: [string, RuleResult<unknown>][] = Object.entries(RULES).map(([field, rule]) => [
    field,
    rule(text, NOW),
  ]);
  results.push(['IdempotencyKey', idempotencyKey(text)], ['MaxAge', maxAge(Number(text))]);
  return results.flatMap(([field, result]) => (result.ok ? [] : [`${field} ${result.code}`]));
}
