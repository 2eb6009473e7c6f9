import { type RawBuilder, sql } from 'kysely';
import { assert, Fault } from '../faults/fault.ts';
import type { Db } from './database.ts';

/** A table as the databases themselves describe it, so that one that is added to the schema is not forgotten. */
export interface CopiedTable {
  readonly name: string;
  /** In one order for both databases. */
  readonly columns: readonly string[];
  /** Columns of the primary key: rows are paged through in its order. */
  readonly key: readonly string[];
  /** Where the database counts a column up: the highest number that it ever gave. */
  readonly counted?: { readonly column: string; readonly last: number };
}

/** Notes which migrations were applied; each database has its own. */
const MARKS = 'schema_migrations';

/** The tables of an embedded store, each behind those that it refers to. */
export async function listEmbeddedTables(db: Db): Promise<readonly CopiedTable[]> {
  const { rows } = await sql<{
    name: string;
  }>`select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\' and name <> ${MARKS} order by name`.execute(
    db,
  );
  const tables = new Map<string, CopiedTable>();
  const references = new Map<string, readonly string[]>();
  for (const { name } of rows) {
    tables.set(name, await describe(db, name));
    references.set(name, await referencedTables(db, name));
  }
  return inOrderOfReference(tables, references);
}

async function describe(db: Db, name: string): Promise<CopiedTable> {
  const { rows } = await sql<{
    name: string;
    pk: number;
  }>`select name, pk from pragma_table_info(${name}) order by name`.execute(db);
  const key = rows.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk);
  assert(key.length > 0, `table ${name} has a primary key`);
  const columns = rows.map((row) => row.name);
  const last = await lastCounted(db, name);
  const table = { name, columns, key: key.map((row) => row.name) };
  return last === undefined ? table : { ...table, counted: { column: key[0]?.name ?? '', last } };
}

/** Numbers of deleted rows count as well: they are not given again. */
async function lastCounted(db: Db, name: string): Promise<number | undefined> {
  const { rows } = await sql<{ seq: number }>`select seq from sqlite_sequence where name = ${name}`.execute(
    db,
  );
  return rows[0]?.seq;
}

async function referencedTables(db: Db, name: string): Promise<readonly string[]> {
  const { rows } = await sql<{
    table: string;
  }>`select distinct "table" from pragma_foreign_key_list(${name})`.execute(db);
  return rows.map((row) => row.table).filter((table) => table !== name);
}

function inOrderOfReference(
  tables: ReadonlyMap<string, CopiedTable>,
  references: ReadonlyMap<string, readonly string[]>,
): readonly CopiedTable[] {
  const ordered: CopiedTable[] = [];
  const waiting = new Map(tables);
  while (waiting.size > 0) {
    const ready = [...waiting.values()].filter(({ name }) =>
      (references.get(name) ?? []).every((other) => !waiting.has(other)),
    );
    assert(ready.length > 0, 'tables do not refer to each other in a circle');
    for (const table of ready) waiting.delete(table.name);
    ordered.push(...ready);
  }
  return ordered;
}

/**
 * Checks that a PostgreSQL store has just these tables with these columns.
 *
 * @throws Fault `store.unusable` that names what differs: something besides the connector keeps its tables there.
 */
export async function checkSameTables(db: Db, tables: readonly CopiedTable[]): Promise<void> {
  const { rows } = await sql<{ table_name: string; column_name: string }>`
    select table_name, column_name from information_schema.columns
    where table_schema = current_schema() order by table_name, column_name collate "C"`.execute(db);
  const there = new Map<string, string[]>();
  for (const row of rows) {
    const columns = there.get(row.table_name) ?? [];
    columns.push(row.column_name);
    there.set(row.table_name, columns);
  }
  for (const { name, columns } of tables) {
    const found = there.get(name) ?? [];
    if (found.join() !== columns.join())
      throw new Fault(
        'store.unusable',
        `Table ${name} has the columns ${found.join(', ') || '(none)'} there.`,
      );
  }
}

/** The first table with a row in it. */
export async function findFilled(db: Db, tables: readonly CopiedTable[]): Promise<string | undefined> {
  for (const { name } of tables) {
    const { rows } = await sql`select 1 from ${sql.table(name)} limit 1`.execute(db);
    if (rows.length > 0) return name;
  }
  return undefined;
}

/** Lets PostgreSQL count on where the embedded store stood. */
export async function setCounters(db: Db, tables: readonly CopiedTable[]): Promise<void> {
  for (const { name, counted } of tables) {
    if (counted === undefined || counted.last < 1) continue;
    await sql`select setval(pg_get_serial_sequence(${name}, ${counted.column}), ${counted.last})`.execute(db);
  }
}

export const columnList = (columns: readonly string[]): RawBuilder<unknown> =>
  sql.join(columns.map((column) => sql.ref(column)));
