import type { Db } from './database.ts';

/** The backfill of a connection that has not come to its end. */
export interface StoredBackfill {
  /** JSON of the engine: what it takes. */
  readonly scope: string;
  /** JSON of the engine: how far it has read. */
  readonly position: string;
  /** Records that it has put on the stage so far. */
  readonly staged: number;
  readonly requestedBy: string;
  readonly startedAtMs: number;
}

export async function loadBackfill(db: Db, connectionId: string): Promise<StoredBackfill | undefined> {
  const row = await db
    .selectFrom('backfills')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    scope: row.scope,
    position: row.position,
    staged: Number(row.staged),
    requestedBy: row.requested_by,
    startedAtMs: Number(row.started_at),
  };
}

export async function saveBackfill(
  tx: Db,
  connectionId: string,
  backfill: StoredBackfill,
  nowMs: number,
): Promise<void> {
  const values = {
    scope: backfill.scope,
    position: backfill.position,
    staged: backfill.staged,
    requested_by: backfill.requestedBy,
    started_at: backfill.startedAtMs,
    updated_at: nowMs,
  };
  await tx
    .insertInto('backfills')
    .values({ connection_id: connectionId, ...values })
    .onConflict((c) => c.column('connection_id').doUpdateSet(values))
    .execute();
}

export async function dropBackfill(tx: Db, connectionId: string): Promise<void> {
  await tx.deleteFrom('backfills').where('connection_id', '=', connectionId).execute();
}
