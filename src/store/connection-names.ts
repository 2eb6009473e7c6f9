import type { Db } from './database.ts';

/** Null for an id that is not known (any more). */
export async function connectionNameOf(db: Db, id: string): Promise<string | null> {
  const row = await db.selectFrom('connections').select('name').where('id', '=', id).executeTakeFirst();
  return row?.name ?? null;
}
