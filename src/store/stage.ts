import { chunksOf } from './chunks.ts';
import type { Db } from './database.ts';
import { loadMark, saveMark } from './marks.ts';

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
    const inserted = Number(before.numInsertedOrUpdatedRows ?? 0);
    added += inserted;
    if (staged.reason !== 'backfill' && inserted < chunk.length) {
      // A change goes before a backfill, also of a record that waits there for one.
      await tx
        .updateTable('stage')
        .set({ reason: staged.reason })
        .where('connection_id', '=', of.connectionId)
        .where('flow', '=', of.flow)
        .where('reason', '=', 'backfill')
        .where('record_key', 'in', [...chunk])
        .execute();
    }
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

/** `live`: everything but a backfill. */
export type StagePart = 'live' | 'backfill';

/** The next records to work on, in the order of their keys, behind `afterKey`. */
export async function listStaged(
  db: Db,
  of: FlowOf,
  query: { afterKey: string; limit: number; part?: StagePart },
): Promise<readonly StagedRecord[]> {
  let select = db
    .selectFrom('stage')
    .select(['record_key', 'reason'])
    .where('connection_id', '=', of.connectionId)
    .where('flow', '=', of.flow)
    .where('record_key', '>', query.afterKey)
    .orderBy('record_key')
    .limit(query.limit);
  if (query.part !== undefined)
    select = select.where('reason', query.part === 'live' ? '<>' : '=', 'backfill');
  const rows = await select.execute();
  return rows.map((row) => ({ recordKey: row.record_key, reason: row.reason as StageReason }));
}

/** How many records of a connection wait for something else than a backfill. */
export async function countLiveStaged(db: Db, connectionId: string): Promise<number> {
  const row = await db
    .selectFrom('stage')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('connection_id', '=', connectionId)
    .where('reason', '<>', 'backfill')
    .executeTakeFirstOrThrow();
  return Number(row.count);
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

const STAGED_BY_OTHERS = 'staged.byOthers';

/**
 * Puts every record that has a row in the table on the stage, from outside of the work on that flow: a person changed a mapping. How many
 * came so is counted for good, so that a run under way can tell them from its own.
 */
export async function stageAllFromOutside(
  tx: Db,
  of: FlowOf & { table: string },
  reason: StageReason,
  nowMs: number,
): Promise<number> {
  const added = await stageAllRecords(tx, of, reason, nowMs);
  await noteStagedByOthers(tx, of, added, nowMs);
  const value = String((await mappingEdition(tx, of)) + 1);
  await saveMark(tx, of.connectionId, { name: `${MAPPING_EDITION}.${of.flow}`, value, nowMs });
  return added;
}

const MAPPING_EDITION = 'mapping.edition';

/** Rises each time people change what the records of a flow map to. */
export async function mappingEdition(db: Db, of: FlowOf): Promise<number> {
  return Number((await loadMark(db, of.connectionId, `${MAPPING_EDITION}.${of.flow}`)) ?? 0);
}

export async function noteStagedByOthers(tx: Db, of: FlowOf, added: number, nowMs: number): Promise<void> {
  if (added === 0) return;
  const value = String((await countStagedByOthers(tx, of)) + added);
  await saveMark(tx, of.connectionId, { name: `${STAGED_BY_OTHERS}.${of.flow}`, value, nowMs });
}

/** Rises with every record that was staged from outside. */
export async function countStagedByOthers(db: Db, of: FlowOf): Promise<number> {
  return Number((await loadMark(db, of.connectionId, `${STAGED_BY_OTHERS}.${of.flow}`)) ?? 0);
}
