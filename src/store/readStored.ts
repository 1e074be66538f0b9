import type { z } from 'zod';

/** A stored JSON text as `shape`, or null: the store is shared with who knows what, so nothing is believed unseen. */
export function readStored<T>(shape: z.ZodType<T>, text: string | null | undefined): T | null {
  if (text === undefined || text === null) return null;
  try {
    return shape.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
