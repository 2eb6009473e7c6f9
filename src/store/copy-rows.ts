import { createHash, type Hash } from 'node:crypto';
import { sql } from 'kysely';
import { Fault } from '../faults/fault.ts';
import { chunksOf } from './chunks.ts';
import { type CopiedTable, columnList } from './copy-tables.ts';
import { type Db, inTransaction } from './database.ts';

const PAGE_ROWS = 1_000;

/** What a table holds: equal in both stores if and only if its rows are. */
export interface TableDigest {
  readonly rows: number;
  /** SHA-256 over all columns of all rows in the order of their keys. */
  readonly hash: string;
}

type Value = string | number | null;
type Row = Readonly<Record<string, Value>>;

/** Copies a table, each page in a transaction, and returns what was read. */
export async function copyRows(source: Db, target: Db, table: CopiedTable): Promise<TableDigest> {
  const digest = new RunningDigest(table);
  for await (const page of pagesOf(source, table)) {
    digest.add(page);
    refuseNul(table, page);
    await inTransaction(target, async (tx) => {
      for (const chunk of chunksOf(page, table.columns.length)) {
        const rows = chunk.map((row) => sql`(${sql.join(table.columns.map((column) => row[column]))})`);
        await sql`insert into ${sql.table(table.name)} (${columnList(table.columns)}) values ${sql.join(rows)}`.execute(
          tx,
        );
      }
    });
  }
  return digest.end();
}

export async function digestRows(db: Db, table: CopiedTable): Promise<TableDigest> {
  const digest = new RunningDigest(table);
  for await (const page of pagesOf(db, table)) digest.add(page);
  return digest.end();
}

async function* pagesOf(db: Db, table: CopiedTable): AsyncGenerator<readonly Row[]> {
  const key = columnList(table.key);
  let last: Row | undefined;
  do {
    const values = table.key.map((column) => last?.[column]);
    const behind = last === undefined ? sql`` : sql`where (${key}) > (${sql.join(values)})`;
    const { rows } =
      await sql<Row>`select ${columnList(table.columns)} from ${sql.table(table.name)} ${behind}
      order by ${key} limit ${PAGE_ROWS}`.execute(db);
    if (rows.length > 0) yield rows;
    last = rows.at(-1);
  } while (last !== undefined);
}

class RunningDigest {
  readonly #columns: readonly string[];
  readonly #hash: Hash = createHash('sha256');
  #rows = 0;

  constructor(table: CopiedTable) {
    this.#columns = table.columns;
  }

  add(page: readonly Row[]): void {
    this.#rows += page.length;
    for (const row of page)
      this.#hash.update(`${JSON.stringify(this.#columns.map((column) => row[column]))}\n`);
  }

  end(): TableDigest {
    return { rows: this.#rows, hash: this.#hash.digest('hex') };
  }
}

/** The one character that SQLite keeps in a text and PostgreSQL does not. */
function refuseNul(table: CopiedTable, page: readonly Row[]): void {
  for (const row of page) {
    const column = table.columns.find((name) => String(row[name]).includes('\0'));
    if (column === undefined) continue;
    const key = table.key.map((name) => JSON.stringify(row[name])).join(', ');
    const problem = `holds the character U+0000, which PostgreSQL does not store`;
    throw new Fault('store.unusable', `Column ${column} of ${table.name} ${problem} (row ${key}).`);
  }
}
