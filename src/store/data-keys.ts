import type { Selectable } from 'kysely';
import { chunksOf } from './chunks.ts';
import type { Db } from './database.ts';
import type { DataKeyTable, MasterKeyTable } from './schema.ts';

export interface StoredMasterKey {
  readonly id: string;
  readonly state: 'current' | 'retiring';
  readonly checkValue: string;
}

export interface StoredDataKey {
  readonly id: string;
  readonly owner: string;
  readonly state: 'active' | 'retiring';
  readonly wrapped: string;
  readonly masterKeyId: string;
}

/** The master keys that data keys may be wrapped with: one, or two while the master key is being changed. */
export async function listMasterKeys(db: Db): Promise<readonly StoredMasterKey[]> {
  const rows = await db.selectFrom('master_keys').selectAll().orderBy('state').orderBy('id').execute();
  return rows.map(masterKeyOf);
}

/** Makes a key the current one. Returns false where another one is current already. */
export async function insertCurrentMasterKey(
  tx: Db,
  key: { readonly id: string; readonly checkValue: string; readonly nowMs: number },
): Promise<boolean> {
  const inserted = await tx
    .insertInto('master_keys')
    .values({ id: key.id, state: 'current', check_value: key.checkValue, created_at: key.nowMs })
    .onConflict((c) => c.doNothing())
    .returning('id')
    .execute();
  return inserted.length > 0;
}

/**
 * The current master key, locked until the transaction ends. A data key is only wrapped, and a master key only replaced,
 * under this lock: so no data key can be wrapped with a master key that is about to go.
 */
export async function lockCurrentMasterKey(tx: Db): Promise<StoredMasterKey | undefined> {
  const row = await tx
    .updateTable('master_keys')
    .set((eb) => ({ state: eb.ref('state') }))
    .where('state', '=', 'current')
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? undefined : masterKeyOf(row);
}

export async function retireMasterKey(tx: Db, id: string): Promise<void> {
  await tx.updateTable('master_keys').set({ state: 'retiring' }).where('id', '=', id).execute();
}

/** Forgets master keys that wrap nothing any more. Returns their ids. */
export async function deleteMasterKeys(tx: Db, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await tx.deleteFrom('master_keys').where('id', 'in', ids).execute();
}

/** Makes a key the current one that was retiring, where no key is current any more. */
export async function promoteMasterKey(tx: Db, id: string): Promise<void> {
  await tx.updateTable('master_keys').set({ state: 'current' }).where('id', '=', id).execute();
}

/** Data keys in the order of their ids, page by page. */
export async function listDataKeys(
  db: Db,
  query: { readonly afterId: string; readonly limit: number; readonly exceptMasterKeyId?: string },
): Promise<readonly StoredDataKey[]> {
  let select = db
    .selectFrom('data_keys')
    .selectAll()
    .where('id', '>', query.afterId)
    .orderBy('id')
    .limit(query.limit);
  if (query.exceptMasterKeyId !== undefined)
    select = select.where('master_key_id', '!=', query.exceptMasterKeyId);
  return (await select.execute()).map(dataKeyOf);
}

export async function listDataKeysOf(db: Db, owner: string): Promise<readonly StoredDataKey[]> {
  const rows = await db
    .selectFrom('data_keys')
    .selectAll()
    .where('owner', '=', owner)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map(dataKeyOf);
}

/** Owners that have data keys; with `retiring` only those whose keys are being changed. */
export async function listOwners(db: Db, state?: 'retiring'): Promise<readonly string[]> {
  let select = db.selectFrom('data_keys').select('owner').distinct().orderBy('owner');
  if (state !== undefined) select = select.where('state', '=', state);
  return (await select.execute()).map((row) => row.owner);
}

export async function countDataKeys(db: Db): Promise<number> {
  const row = await db
    .selectFrom('data_keys')
    .select((eb) => eb.fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** The active key of an owner, locked until the transaction ends, so that it cannot be retired under a new secret. */
export async function lockActiveDataKey(tx: Db, owner: string): Promise<StoredDataKey | undefined> {
  const row = await tx
    .updateTable('data_keys')
    .set((eb) => ({ state: eb.ref('state') }))
    .where('owner', '=', owner)
    .where('state', '=', 'active')
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? undefined : dataKeyOf(row);
}

/** Makes a key the active one of its owner. Returns false where the owner has got one meanwhile. */
export async function insertActiveDataKey(
  tx: Db,
  key: Omit<StoredDataKey, 'state'> & { readonly nowMs: number },
): Promise<boolean> {
  const inserted = await tx
    .insertInto('data_keys')
    .values({
      id: key.id,
      owner: key.owner,
      state: 'active',
      wrapped: key.wrapped,
      master_key_id: key.masterKeyId,
      created_at: key.nowMs,
    })
    .onConflict((c) => c.doNothing())
    .returning('id')
    .execute();
  return inserted.length > 0;
}

export async function retireDataKey(tx: Db, id: string): Promise<void> {
  await tx.updateTable('data_keys').set({ state: 'retiring' }).where('id', '=', id).execute();
}

/** Replaces the wrapping of a key, unless somebody else has. Returns whether it was replaced. */
export async function rewrapDataKey(
  tx: Db,
  key: StoredDataKey,
  wrapping: { readonly wrapped: string; readonly masterKeyId: string },
): Promise<boolean> {
  const updated = await tx
    .updateTable('data_keys')
    .set({ wrapped: wrapping.wrapped, master_key_id: wrapping.masterKeyId })
    .where('id', '=', key.id)
    .where('wrapped', '=', key.wrapped)
    .returning('id')
    .execute();
  return updated.length > 0;
}

/** Forgets the retiring keys of an owner that seal nothing any more. Returns their ids. */
export async function deleteUnusedDataKeys(tx: Db, owner: string): Promise<readonly string[]> {
  const deleted = await tx
    .deleteFrom('data_keys')
    .where('owner', '=', owner)
    .where('state', '=', 'retiring')
    .where('id', 'not in', (eb) => eb.selectFrom('secrets').select('data_key_id'))
    .returning('id')
    .execute();
  return deleted.map((row) => row.id).toSorted();
}

/** Forgets data keys, which must seal nothing any more. */
export async function deleteDataKeys(tx: Db, ids: readonly string[]): Promise<void> {
  for (const chunk of chunksOf(ids, 1)) await tx.deleteFrom('data_keys').where('id', 'in', chunk).execute();
}

/** Forgets all keys of an owner, which must have no secrets any more. */
export async function deleteDataKeysOf(tx: Db, owner: string): Promise<void> {
  await tx.deleteFrom('data_keys').where('owner', '=', owner).execute();
}

// The states below are written by this file alone, from the same two words.
function masterKeyOf(row: Selectable<MasterKeyTable>): StoredMasterKey {
  return { id: row.id, state: row.state as StoredMasterKey['state'], checkValue: row.check_value };
}

function dataKeyOf(row: Selectable<DataKeyTable>): StoredDataKey {
  return {
    id: row.id,
    owner: row.owner,
    state: row.state as StoredDataKey['state'],
    wrapped: row.wrapped,
    masterKeyId: row.master_key_id,
  };
}
