import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { idempotencyKey, maxAge } from '../../../src/verification/rules/index.ts';
import { anyText } from './spellings.ts';

describe('idempotencyKey', () => {
  it('keeps what it accepts verbatim: white space, marks, digits and letter case', () => {
    for (const key of [
      ' ',
      ' a ',
      '۱',
      'a\u200f',
      'A',
      'سفارش‌۷',
      '\u2028',
      '\ufffd',
      '😀',
      'e\u0301',
      '\u00e9',
    ])
      expect(idempotencyKey(key)).toEqual({ ok: true, value: key });
  });

  it('counts characters, not units: 128 emoji are allowed, 129 letters are not', () => {
    for (const character of ['a', 'ک', '😀']) {
      expect(idempotencyKey(character.repeat(128)).ok).toBe(true);
      expect(idempotencyKey(character.repeat(129))).toEqual({ ok: false, code: 'LENGTH' });
    }
    expect(idempotencyKey('')).toEqual({ ok: false, code: 'LENGTH' });
    expect(idempotencyKey(`${'😀'.repeat(127)}a`).ok).toBe(true);
    expect(idempotencyKey(`${'😀'.repeat(127)}aa`)).toEqual({ ok: false, code: 'LENGTH' });
  });

  it('refuses of all UTF-16 units only C0, DEL, C1 and lone surrogates', () => {
    const wrong: string[] = [];
    for (let unit = 0; unit <= 0xffff; unit++) {
      const character = String.fromCharCode(unit);
      const key = `a${character}b`;
      const isRefused = isControl(character) || (unit >= 0xd800 && unit <= 0xdfff);
      const expected = isRefused ? { ok: false, code: 'CHARACTERS' } : { ok: true, value: key };
      if (JSON.stringify(idempotencyKey(key)) !== JSON.stringify(expected)) wrong.push(unit.toString(16));
    }
    expect(wrong).toEqual([]);
  });

  it('answers for any text as the three conditions say', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.string({ unit: 'grapheme', minLength: 60, maxLength: 200 })), text => {
        const count = Array.from(text).length;
        const isSound = text.isWellFormed() && !Array.from(text).some(isControl);
        const result = idempotencyKey(text);
        expect(result.ok).toBe(count >= 1 && count <= 128 && isSound);
        if (result.ok) expect(result.value).toBe(text);
      }),
      { numRuns: 400 },
    );
  });
});

describe('maxAge', () => {
  it('accepts zero and any positive number of seconds, and refuses what is below', () => {
    for (const seconds of [0, 1, 2_147_483_647])
      expect(maxAge(seconds)).toEqual({ ok: true, value: seconds });
    for (const seconds of [-1, -2_147_483_648, NaN])
      expect(maxAge(seconds)).toEqual({ ok: false, code: 'IMPOSSIBLE' });
  });
});

function isControl(character: string): boolean {
  const unit = character.charCodeAt(0);
  return unit < 0x20 || (unit >= 0x7f && unit <= 0x9f);
}
