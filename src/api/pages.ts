import { z } from 'zod';
import { Fault } from '../faults/fault.ts';

/** Query members of every list that is paged through. */
export const pageQuery = {
  cursor: z.string().max(500).optional().describe('`next` of the page before.'),
  limit: z.coerce.number().int().min(1).max(500).default(50).describe('Entries of a page.'),
};

/** A page of a list. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    next: z.string().nullable().describe('Cursor of the next page; null on the last one.'),
  });
}

/** A cursor is opaque to callers: the sort values of the last entry. */
export function toCursor(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** @throws Fault `input.invalid` for anything that `toCursor` did not give. */
export function fromCursor<T extends readonly z.ZodType[]>(
  cursor: string | undefined,
  ...shape: T
): { [Place in keyof T]: z.output<T[Place]> } | undefined {
  if (cursor === undefined) return undefined;
  let values: unknown;
  try {
    values = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    values = undefined;
  }
  const items = Array.isArray(values) && values.length === shape.length ? values : undefined;
  const parsed = items?.map((value, place) => shape[place]?.safeParse(value));
  if (parsed === undefined || !parsed.every((each) => each?.success === true))
    throw new Fault('input.invalid', 'The cursor is none of this list. Begin at the first page.', {
      field: 'cursor',
    });
  // Each place was checked by its own schema above.
  return parsed.map((each) => each?.data) as { [Place in keyof T]: z.output<T[Place]> };
}

/** Cuts a list that was asked for with one entry too many, and gives the cursor of its next page. */
export function cutPage<T>(
  entries: readonly T[],
  limit: number,
  cursorOf: (entry: T) => readonly (string | number)[],
): { items: T[]; next: string | null } {
  const items = entries.slice(0, limit);
  const last = items.at(-1);
  return { items, next: entries.length > limit && last !== undefined ? toCursor(cursorOf(last)) : null };
}
