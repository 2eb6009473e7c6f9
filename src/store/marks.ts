import type { Db } from './database.ts';

/** A small fact about a connection that outlives runs; `undefined` when it was never noted. */
export async function loadMark(db: Db, connectionId: string, name: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('marks')
    .select('value')
    .where('connection_id', '=', connectionId)
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.value;
}

export async function saveMark(
  tx: Db,
  connectionId: string,
  mark: { readonly name: string; readonly value: string; readonly nowMs: number },
): Promise<void> {
  const values = { value: mark.value, updated_at: mark.nowMs };
  await tx
    .insertInto('marks')
    .values({ connection_id: connectionId, name: mark.name, ...values })
    .onConflict((c) => c.columns(['connection_id', 'name']).doUpdateSet(values))
    .execute();
}
