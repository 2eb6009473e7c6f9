import BetterSqlite from 'better-sqlite3';
import { Kysely, SqliteDialect, sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { migrate, schemaState } from './migrate.ts';
import type { Schema } from './schema.ts';

interface Column {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly hasDefault: boolean;
}

interface Shape {
  readonly columns: ReadonlyMap<string, Column>;
  /** Unique keys, written `table(column, column)`. */
  readonly unique: ReadonlySet<string>;
}

function emptyStore(): Kysely<Schema> {
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: new BetterSqlite(':memory:') }) });
  onTestFinished(() => db.destroy());
  return db;
}

async function shapeOf(db: Kysely<Schema>): Promise<Shape> {
  const columns = new Map<string, Column>();
  const { rows } = await sql<{
    tbl: string;
    name: string;
    type: string;
    nn: number;
    dflt: string | null;
    pk: number;
  }>`
    select m.name as tbl, c.name, c.type, c."notnull" as nn, c.dflt_value as dflt, c.pk
    from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table'`.execute(db);
  for (const { tbl, name, type, nn, dflt, pk } of rows)
    columns.set(`${tbl}.${name}`, {
      table: tbl,
      name,
      type,
      // A lone integer key is given by the database itself.
      required: (nn === 1 || pk > 0) && !(type === 'INTEGER' && pk === 1),
      hasDefault: dflt !== null,
    });
  const found = await sql<{ key: string }>`
    select m.name || '(' || group_concat(c.name, ', ') || ')' as key
    from sqlite_master m join pragma_index_list(m.name) i join pragma_index_info(i.name) c
    where m.type = 'table' and i."unique" = 1 group by m.name, i.name`.execute(db);
  return { columns, unique: new Set(found.rows.map(({ key }) => key)) };
}

/** What a step does that a process of the former program, still at work, would stumble over. */
function harmOf(before: Shape, after: Shape): readonly string[] {
  const harm: string[] = [];
  const tables = new Set([...before.columns.values()].map(({ table }) => table));
  for (const [key, column] of before.columns) {
    const now = after.columns.get(key);
    if (now === undefined) harm.push(`${key} is gone`);
    else if (now.type !== column.type) harm.push(`${key} has another type`);
    else if (now.required && !column.required) harm.push(`${key} must not be null any more`);
  }
  for (const [key, column] of after.columns)
    if (tables.has(column.table) && !before.columns.has(key) && column.required && !column.hasDefault)
      harm.push(`${key} is new, has no default and must not be null`);
  for (const key of after.unique)
    if (tables.has(key.split('(')[0] ?? '') && !before.unique.has(key)) harm.push(`${key} is unique now`);
  for (const key of before.unique) if (!after.unique.has(key)) harm.push(`${key} is unique no more`);
  return harm;
}

test('each step of the schema only adds, so that the former program goes on beside the new one', async () => {
  const db = emptyStore();
  await migrate(db, 'sqlite', 1);
  const { newest } = await schemaState(db);
  for (let number = 2; number <= newest; number += 1) {
    const before = await shapeOf(db);
    await migrate(db, 'sqlite', number);
    expect(harmOf(before, await shapeOf(db)), `step ${number}`).toEqual([]);
  }
});

test.each<[string, RegExp]>([
  ['alter table marks drop column value', /marks\.value is gone/],
  ['alter table marks rename column value to text', /marks\.value is gone/],
  ["alter table runs add column more text not null default ''", /^$/],
  ['alter table runs add column more text', /^$/],
  ['create table more (id text primary key not null)', /^$/],
  ['create unique index more on runs (queued_at)', /runs\(queued_at\) is unique now/],
  ['drop table sweep', /sweep\.key is gone/],
])('of the step "%s" this is found', async (statement, finds) => {
  const db = emptyStore();
  await migrate(db, 'sqlite');
  const before = await shapeOf(db);
  await sql.raw(statement).execute(db);
  expect(harmOf(before, await shapeOf(db)).join('; ')).toMatch(finds);
});
