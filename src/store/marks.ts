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

const PARKED_LOOKED = 'parked.looked';

/** When the parked records of a flow were last looked at; `undefined`: a look is due. */
export async function lastLookMs(db: Db, connectionId: string, flow: string): Promise<number | undefined> {
  const value = await loadMark(db, connectionId, `${PARKED_LOOKED}.${flow}`);
  return value === undefined ? undefined : Number(value);
}

export function noteLook(tx: Db, connectionId: string, flow: string, nowMs: number): Promise<void> {
  return saveMark(tx, connectionId, { name: `${PARKED_LOOKED}.${flow}`, value: String(nowMs), nowMs });
}

/** A person changed what parked records may wait for: the next run looks at them. */
export async function makeLookDue(tx: Db, connectionId: string): Promise<void> {
  await tx
    .deleteFrom('marks')
    .where('connection_id', '=', connectionId)
    .where('name', 'like', `${PARKED_LOOKED}.%`)
    .execute();
}
