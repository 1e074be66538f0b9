/** Federation's scalar for a reference to an entity: its type, and the fields of its key. */
export const REPRESENTATION = '_Any';

/** The types that other subgraphs may refer to, each by its `id`. */
export const ENTITIES = ['MobileVerification', 'CardVerification'] as const;
const NAMES: ReadonlySet<unknown> = new Set(ENTITIES);

export interface Representation {
  readonly __typename: (typeof ENTITIES)[number];
  readonly id: string | number;
}

/** Why a value is no `Representation`, and where in it; null when it is one. Further fields are allowed, and not read. */
export interface RepresentationFault {
  readonly at: readonly string[];
  readonly code: 'TYPE' | 'REQUIRED';
}

export function representationFault(value: unknown): RepresentationFault | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { at: [], code: 'TYPE' };
  for (const [name, isRight] of Object.entries(PARTS)) {
    const part: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
    if (part === undefined || part === null) return { at: [name], code: 'REQUIRED' };
    if (!isRight(part)) return { at: [name], code: 'TYPE' };
  }
  return null;
}

const PARTS: Record<keyof Representation, (part: unknown) => boolean> = {
  __typename: part => NAMES.has(part),
  id: part => typeof part === 'string' || Number.isSafeInteger(part),
};
