import type { LocalDate } from '../domain/local-date.ts';
import { Fault } from '../faults/fault.ts';
import type { Db } from './database.ts';
import type { RunHandle } from './runs.ts';

/** A read that has not come to its end. */
export interface ReadPosition {
  readonly changedSince: LocalDate | null;
  readonly startedDay: LocalDate;
  readonly maxSeen: LocalDate | null;
  /** Empty before the first row. */
  readonly lastKey: readonly string[];
  readonly rowsRead: number;
}

interface TableOf {
  readonly connectionId: string;
  readonly table: string;
}

export async function loadWatermark(db: Db, of: TableOf): Promise<LocalDate | undefined> {
  const row = await db
    .selectFrom('watermarks')
    .select('changed_until')
    .where('connection_id', '=', of.connectionId)
    .where('table_name', '=', of.table)
    .executeTakeFirst();
  return row?.changed_until as LocalDate | undefined;
}

/** Moves a watermark; never backwards (invariant 2). */
export async function moveWatermark(
  tx: Db,
  run: RunHandle,
  move: { table: string; until: LocalDate; nowMs: number },
): Promise<void> {
  const of = { connectionId: run.connectionId, table: move.table };
  const current = await loadWatermark(tx, of);
  if (current !== undefined && move.until <= current) return;
  await tx
    .insertInto('watermarks')
    .values({
      connection_id: run.connectionId,
      table_name: move.table,
      changed_until: move.until,
      run_id: run.runId,
      updated_at: move.nowMs,
    })
    .onConflict((c) =>
      c
        .columns(['connection_id', 'table_name'])
        .doUpdateSet({ changed_until: move.until, run_id: run.runId, updated_at: move.nowMs }),
    )
    .execute();
}

export async function loadPosition(db: Db, of: TableOf): Promise<ReadPosition | undefined> {
  const row = await db
    .selectFrom('read_positions')
    .selectAll()
    .where('connection_id', '=', of.connectionId)
    .where('table_name', '=', of.table)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const lastKey: unknown = JSON.parse(row.last_key);
  if (!Array.isArray(lastKey))
    throw new Fault('store.unusable', `The read position of ${of.table} is damaged.`);
  return {
    changedSince: row.changed_since as LocalDate | null,
    startedDay: row.started_day as LocalDate,
    maxSeen: row.max_seen as LocalDate | null,
    lastKey: lastKey.map(String),
    rowsRead: Number(row.rows_read),
  };
}

export async function savePosition(
  tx: Db,
  of: TableOf,
  position: ReadPosition,
  nowMs: number,
): Promise<void> {
  const values = {
    changed_since: position.changedSince,
    started_day: position.startedDay,
    max_seen: position.maxSeen,
    last_key: JSON.stringify(position.lastKey),
    rows_read: position.rowsRead,
    updated_at: nowMs,
  };
  await tx
    .insertInto('read_positions')
    .values({ connection_id: of.connectionId, table_name: of.table, ...values })
    .onConflict((c) => c.columns(['connection_id', 'table_name']).doUpdateSet(values))
    .execute();
}

export async function dropPosition(tx: Db, of: TableOf): Promise<void> {
  await tx
    .deleteFrom('read_positions')
    .where('connection_id', '=', of.connectionId)
    .where('table_name', '=', of.table)
    .execute();
}
