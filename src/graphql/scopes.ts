import type { Scope } from './context.ts';

/** What a caller's credential must hold for each root field; a test holds the list against the schema. */
export const SCOPE_OF = {
  verifyMobile: 'verify',
  verifyCard: 'verify',
  verification: 'verify',
  verifications: 'verify',
  _entities: 'verify',
  tokenStatus: 'status',
} as const satisfies Record<string, Scope>;

export type RootField = keyof typeof SCOPE_OF;

export function isRootField(name: string): name is RootField {
  return Object.hasOwn(SCOPE_OF, name);
}

/** The root fields that may cost money. */
export const PAID_FIELDS: ReadonlySet<string> = new Set(['verifyMobile', 'verifyCard']);

/**
 * null for fields that need no credential: introspection, and `_service`. A gateway composes before any caller is there,
 * and often holds no credential of its own; what `_service` tells is the contract that we publish, and nothing else.
 */
export function scopeOf(rootField: string): Scope | null {
  return isRootField(rootField) ? SCOPE_OF[rootField] : null;
}
