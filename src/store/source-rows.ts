import { hash } from 'node:crypto';
import type { Rejection } from '../domain/decoded.ts';
import type { SourceRow, SourceValue } from '../domain/source-row.ts';
import { chunksOf } from './chunks.ts';
import type { Db } from './database.ts';

/** A row together with the record it belongs to. */
export interface OwnedRow {
  readonly recordKey: string;
  readonly row: SourceRow;
}

interface RowDocument {
  readonly v: Readonly<Record<string, SourceValue>>;
  readonly p?: readonly Rejection[];
}

interface HashedRow extends OwnedRow {
  readonly data: string;
  readonly hash: string;
}

interface TableOf {
  readonly connectionId: string;
  readonly table: string;
}

/** Stores the rows that differ from what was known and returns them; rows read again without a change cost one look-up. */
export async function saveChangedRows(
  tx: Db,
  of: TableOf,
  rows: readonly OwnedRow[],
  nowMs: number,
): Promise<readonly OwnedRow[]> {
  const hashed = rows.map(hashRow);
  const known = await knownHashes(tx, of, hashed);
  const changed = hashed.filter((entry) => known.get(entry.row.key) !== entry.hash);
  for (const chunk of chunksOf(changed, 7)) {
    await tx
      .insertInto('source_rows')
      .values(
        chunk.map((entry) => ({
          connection_id: of.connectionId,
          table_name: of.table,
          row_key: entry.row.key,
          record_key: entry.recordKey,
          hash: entry.hash,
          data: entry.data,
          read_at: nowMs,
        })),
      )
      .onConflict((c) =>
        c.columns(['connection_id', 'table_name', 'row_key']).doUpdateSet((eb) => ({
          record_key: eb.ref('excluded.record_key'),
          hash: eb.ref('excluded.hash'),
          data: eb.ref('excluded.data'),
          read_at: eb.ref('excluded.read_at'),
        })),
      )
      .execute();
  }
  return changed;
}

/** Makes the stored rows of the given records equal to what was read: adds, changes, and drops child rows that are gone. */
export async function replaceRows(
  tx: Db,
  of: TableOf & { recordKeys: readonly string[] },
  rows: readonly OwnedRow[],
  nowMs: number,
): Promise<void> {
  const read = new Set(rows.map((entry) => entry.row.key));
  for (const chunk of chunksOf(of.recordKeys, 1)) {
    const stored = await tx
      .selectFrom('source_rows')
      .select('row_key')
      .where('connection_id', '=', of.connectionId)
      .where('table_name', '=', of.table)
      .where('record_key', 'in', [...chunk])
      .execute();
    const gone = stored.map((row) => row.row_key).filter((key) => !read.has(key));
    for (const keys of chunksOf(gone, 1)) {
      await tx
        .deleteFrom('source_rows')
        .where('connection_id', '=', of.connectionId)
        .where('table_name', '=', of.table)
        .where('row_key', 'in', [...keys])
        .execute();
    }
  }
  await saveChangedRows(tx, of, rows, nowMs);
}

/** Which of these records have a row in the table. */
export async function recordsWithRows(
  db: Db,
  of: TableOf,
  recordKeys: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const chunk of chunksOf(recordKeys, 1)) {
    const rows = await db
      .selectFrom('source_rows')
      .select('record_key')
      .distinct()
      .where('connection_id', '=', of.connectionId)
      .where('table_name', '=', of.table)
      .where('record_key', 'in', [...chunk])
      .execute();
    for (const row of rows) found.add(row.record_key);
  }
  return found;
}

/** The rows of some records in one table, by record key, in the order of their row keys. */
export async function loadRows(
  db: Db,
  of: TableOf,
  recordKeys: readonly string[],
): Promise<ReadonlyMap<string, readonly SourceRow[]>> {
  const byRecord = new Map<string, SourceRow[]>();
  for (const chunk of chunksOf(recordKeys, 1)) {
    const rows = await db
      .selectFrom('source_rows')
      .select(['row_key', 'record_key', 'data'])
      .where('connection_id', '=', of.connectionId)
      .where('table_name', '=', of.table)
      .where('record_key', 'in', [...chunk])
      // In the order of the index: asked for by row key alone, SQLite would walk the whole table.
      .orderBy('record_key')
      .orderBy('row_key')
      .execute();
    for (const row of rows) {
      const list = byRecord.get(row.record_key) ?? [];
      list.push(sourceRow(row.row_key, row.data));
      byRecord.set(row.record_key, list);
    }
  }
  return byRecord;
}

/** All rows of a small table (business units, companies, payment terms). */
export async function loadTable(db: Db, of: TableOf): Promise<readonly SourceRow[]> {
  const rows = await db
    .selectFrom('source_rows')
    .select(['row_key', 'data'])
    .where('connection_id', '=', of.connectionId)
    .where('table_name', '=', of.table)
    .orderBy('row_key')
    .execute();
  return rows.map((row) => sourceRow(row.row_key, row.data));
}

export async function countRows(db: Db, of: TableOf): Promise<number> {
  const row = await db
    .selectFrom('source_rows')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('connection_id', '=', of.connectionId)
    .where('table_name', '=', of.table)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

function hashRow(owned: OwnedRow): HashedRow {
  const document: RowDocument =
    owned.row.problems.length === 0
      ? { v: owned.row.values }
      : { v: owned.row.values, p: owned.row.problems };
  const data = JSON.stringify(document);
  return { ...owned, data, hash: hash('sha256', data, 'base64url') };
}

async function knownHashes(
  tx: Db,
  of: TableOf,
  rows: readonly HashedRow[],
): Promise<ReadonlyMap<string, string>> {
  const known = new Map<string, string>();
  for (const chunk of chunksOf(rows, 1)) {
    const found = await tx
      .selectFrom('source_rows')
      .select(['row_key', 'hash'])
      .where('connection_id', '=', of.connectionId)
      .where('table_name', '=', of.table)
      .where(
        'row_key',
        'in',
        chunk.map((entry) => entry.row.key),
      )
      .execute();
    for (const row of found) known.set(row.row_key, row.hash);
  }
  return known;
}

function sourceRow(key: string, data: string): SourceRow {
  // Written by hashRow above; nothing else writes the column.
  const document = JSON.parse(data) as RowDocument;
  return { key, values: document.v, problems: document.p ?? [] };
}
