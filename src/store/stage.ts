import { chunksOf } from './chunks.ts';
import type { Db } from './database.ts';

export type StageReason = 'changed' | 'waiting' | 'remap' | 'retry' | 'backfill';

export interface FlowOf {
  readonly connectionId: string;
  readonly flow: string;
}

export interface StagedRecord {
  readonly recordKey: string;
  readonly reason: StageReason;
}

interface NewStaged {
  readonly recordKeys: readonly string[];
  readonly reason: StageReason;
  /** The rows of the records must be read by key before they are worked on. */
  readonly needsFetch: boolean;
  readonly nowMs: number;
}

/** Puts records on the stage; one that waits there already stays. Returns how many are new. */
export async function stageRecords(tx: Db, of: FlowOf, staged: NewStaged): Promise<number> {
  let added = 0;
  for (const chunk of chunksOf(staged.recordKeys, 6)) {
    const before = await tx
      .insertInto('stage')
      .values(
        chunk.map((recordKey) => ({
          connection_id: of.connectionId,
          flow: of.flow,
          record_key: recordKey,
          reason: staged.reason,
          needs_fetch: staged.needsFetch ? 1 : 0,
          staged_at: staged.nowMs,
        })),
      )
      .onConflict((c) => c.columns(['connection_id', 'flow', 'record_key']).doNothing())
      .executeTakeFirst();
    added += Number(before.numInsertedOrUpdatedRows ?? 0);
    if (staged.needsFetch) {
      // A record that was already waiting has changed once more: its rows are read again as well.
      await tx
        .updateTable('stage')
        .set({ needs_fetch: 1 })
        .where('connection_id', '=', of.connectionId)
        .where('flow', '=', of.flow)
        .where('record_key', 'in', [...chunk])
        .execute();
    }
  }
  return added;
}

/** The next records to work on, in the order of their keys, behind `afterKey`. */
export async function listStaged(
  db: Db,
  of: FlowOf,
  query: { afterKey: string; limit: number },
): Promise<readonly StagedRecord[]> {
  const rows = await db
    .selectFrom('stage')
    .select(['record_key', 'reason'])
    .where('connection_id', '=', of.connectionId)
    .where('flow', '=', of.flow)
    .where('record_key', '>', query.afterKey)
    .orderBy('record_key')
    .limit(query.limit)
    .execute();
  return rows.map((row) => ({ recordKey: row.record_key, reason: row.reason as StageReason }));
}

/** Why records are on the stage, for those of these that are. */
export async function loadStaged(
  db: Db,
  of: FlowOf,
  recordKeys: readonly string[],
): Promise<ReadonlyMap<string, StageReason>> {
  const staged = new Map<string, StageReason>();
  for (const chunk of chunksOf(recordKeys, 1)) {
    const rows = await db
      .selectFrom('stage')
      .select(['record_key', 'reason'])
      .where('connection_id', '=', of.connectionId)
      .where('flow', '=', of.flow)
      .where('record_key', 'in', [...chunk])
      .execute();
    for (const row of rows) staged.set(row.record_key, row.reason as StageReason);
  }
  return staged;
}

export async function listToFetch(db: Db, of: FlowOf, limit: number): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('stage')
    .select('record_key')
    .where('connection_id', '=', of.connectionId)
    .where('flow', '=', of.flow)
    .where('needs_fetch', '=', 1)
    .orderBy('record_key')
    .limit(limit)
    .execute();
  return rows.map((row) => row.record_key);
}

export async function markFetched(tx: Db, of: FlowOf, recordKeys: readonly string[]): Promise<void> {
  for (const chunk of chunksOf(recordKeys, 1)) {
    await tx
      .updateTable('stage')
      .set({ needs_fetch: 0 })
      .where('connection_id', '=', of.connectionId)
      .where('flow', '=', of.flow)
      .where('record_key', 'in', [...chunk])
      .execute();
  }
}

/** Called only in the transaction that stores the outcomes of the records (invariant 1). */
export async function unstage(tx: Db, of: FlowOf, recordKeys: readonly string[]): Promise<void> {
  for (const chunk of chunksOf(recordKeys, 1)) {
    await tx
      .deleteFrom('stage')
      .where('connection_id', '=', of.connectionId)
      .where('flow', '=', of.flow)
      .where('record_key', 'in', [...chunk])
      .execute();
  }
}

export async function countStaged(db: Db, of: FlowOf): Promise<number> {
  const row = await db
    .selectFrom('stage')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('connection_id', '=', of.connectionId)
    .where('flow', '=', of.flow)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Puts every record that has a row in the table on the stage, in one statement. Returns how many are new there. */
export async function stageAllRecords(
  tx: Db,
  of: FlowOf & { table: string },
  reason: StageReason,
  nowMs: number,
): Promise<number> {
  const result = await tx
    .insertInto('stage')
    .columns(['connection_id', 'flow', 'record_key', 'reason', 'needs_fetch', 'staged_at'])
    .expression((eb) =>
      eb
        .selectFrom('source_rows')
        .select((row) => [
          'connection_id',
          row.val(of.flow).as('flow'),
          'record_key',
          row.val(reason).as('reason'),
          // Behind a distinct PostgreSQL takes a bare parameter for text.
          row.cast<number>(row.val(0), 'integer').as('needs_fetch'),
          row.cast<number>(row.val(nowMs), 'bigint').as('staged_at'),
        ])
        .distinct()
        .where('connection_id', '=', of.connectionId)
        .where('table_name', '=', of.table),
    )
    .onConflict((c) => c.columns(['connection_id', 'flow', 'record_key']).doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows ?? 0);
}
