import { SAMPLE_NATIONAL_ID, magicCard, magicMobile } from '../../src/sandbox/paystar.ts';

export { SAMPLE_NATIONAL_ID, magicCard, magicMobile };

export const VERIFY_MOBILE = `mutation VerifyMobile($input: VerifyMobileInput!) {
  verifyMobile(input: $input) { id isMatched checkedAt source livemode }
}`;
export const VERIFY_CARD = `mutation VerifyCard($input: VerifyCardInput!) {
  verifyCard(input: $input) { id isMatched checkedAt source livemode }
}`;
export const TOKEN_STATUS = `query TokenStatus {
  tokenStatus {
    state expiresAt expiresInSeconds refreshedAt generation livemode
    lastFailure { code status at retryAt }
  }
}`;

/** A valid question; each number its own. */
export function mobileInput(number = 0, more: Record<string, unknown> = {}) {
  return { nationalId: SAMPLE_NATIONAL_ID, mobileNumber: `0912${String(number).padStart(7, '0')}`, ...more };
}

export function cardInput(more: Record<string, unknown> = {}) {
  return { nationalId: SAMPLE_NATIONAL_ID, cardNumber: '6037991234567893', birthDate: '1991-04-20', ...more };
}

/** The `count` first valid national IDs from `from` on. */
export function nationalIds(count: number, from = 100_000_000): string[] {
  return Array.from({ length: count }, (_, index) => withCheckDigit(String(from + index)));
}

function withCheckDigit(nine: string): string {
  const sum = [...nine].reduce((total, digit, index) => total + Number(digit) * (10 - index), 0);
  return nine + (sum % 11 < 2 ? sum % 11 : 11 - (sum % 11));
}
