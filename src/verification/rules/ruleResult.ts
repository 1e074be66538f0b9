/** Why a rule refuses an input. The codes are public: they leave in `extensions.fields[].code`. */
export type RuleCode = 'LENGTH' | 'CHARACTERS' | 'CHECKSUM' | 'LUHN' | 'FORMAT' | 'IMPOSSIBLE' | 'FUTURE';

/** The canonical value of an accepted input, or the one reason for its refusal. Rules never throw. */
export type RuleResult<Value = string> = { ok: true; value: Value } | { ok: false; code: RuleCode };

export function accept<Value>(value: Value): RuleResult<Value> {
  return { ok: true, value };
}

export function refuse(code: RuleCode): { ok: false; code: RuleCode } {
  return { ok: false, code };
}
