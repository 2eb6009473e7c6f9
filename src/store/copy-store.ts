import { sql } from 'kysely';
import { Fault } from '../faults/fault.ts';
import { type TrailEvent } from '../trail/chain.ts';
import type { TrailVerdict } from '../trail/verify.ts';
import { findAtWork } from './at-work.ts';
import { copyRows, digestRows } from './copy-rows.ts';
import {
  type CopiedTable,
  checkSameTables,
  findFilled,
  listEmbeddedTables,
  setCounters,
} from './copy-tables.ts';
import { type Database, type Db, inTransaction } from './database.ts';
import { appendTrail } from './trail.ts';
import { listChains, verifyStoredTrail } from './trail-source.ts';

interface CopyOptions {
  /** The embedded store; nothing of it is changed. */
  readonly source: Database;
  /** A store in PostgreSQL that was opened for a copy. */
  readonly target: Database;
  readonly nowMs: number;
  /** Whether the holder of a lease is known to be gone. */
  readonly isDead: (holder: string) => boolean;
  /** What the trail of the new store is told once all is there. */
  readonly event: TrailEvent;
  readonly report?: (table: CountedTable) => void;
}

export interface CountedTable {
  readonly table: string;
  readonly rows: number;
}

export interface StoreCopy {
  readonly tables: readonly CountedTable[];
  readonly chains: readonly { readonly chain: string; readonly verdict: TrailVerdict }[];
}

/**
 * Copies an embedded store into an empty one in PostgreSQL. While it lasts nobody can write to the embedded one, and nobody can open
 * the new one. One that was broken off is begun anew. At its end each row of each table is read back and compared.
 *
 * @throws Fault `run.busy` while a run or a server is at work; `store.not_empty`; `store.copy_differs` when what is read back is not
 *   what was copied.
 */
export async function copyStore(options: CopyOptions): Promise<StoreCopy> {
  const { source, target } = options;
  // A transaction of SQLite holds all writers off from its beginning, and shows one state of the store until its end.
  return inTransaction(source.db, async (from) => {
    await refuseActive(from, options);
    const tables = await listEmbeddedTables(from);
    // Session locks belong to one connection; this one is kept for the lock alone.
    return target.db.connection().execute(async (holder) => {
      await holdCopy(holder);
      try {
        await begin(target.db, tables, options);
        const counted = await copyTables(from, target.db, tables, options);
        await setCounters(target.db, tables);
        const chains = await verifyTrails(target.db);
        await end(target.db, options.event);
        return { tables: counted, chains };
      } finally {
        await sql`select pg_advisory_unlock_all()`.execute(holder);
      }
    });
  });
}

/** What a copy would bring over. Nothing is written. */
export async function previewCopy(
  options: Omit<CopyOptions, 'event' | 'report'>,
): Promise<readonly CountedTable[]> {
  return inTransaction(options.source.db, async (from) => {
    await refuseActive(from, options);
    const tables = await listEmbeddedTables(from);
    await refuseForeign(options.target.db, tables);
    const counted: CountedTable[] = [];
    for (const { name } of tables) {
      const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(name)}`.execute(
        from,
      );
      counted.push({ table: name, rows: Number(rows[0]?.count) });
    }
    return counted;
  });
}

async function refuseActive(from: Db, query: Pick<CopyOptions, 'nowMs' | 'isDead'>): Promise<void> {
  const found = await findAtWork(from, query);
  if (found?.what === 'run') throw busy(`A run is at work on the embedded store (${found.holder})`);
  if (found !== undefined) throw busy(`A ${found.what} uses the embedded store (${found.holder})`);
}

function busy(who: string): Fault {
  return new Fault('run.busy', `${who}. What it writes after the copy would be lost: stop it first.`);
}

async function holdCopy(holder: Db): Promise<void> {
  const { rows } = await sql<{
    held: boolean;
  }>`select pg_try_advisory_lock(hashtextextended('copy', 0)) as held`.execute(holder);
  if (rows[0]?.held === true) return;
  throw new Fault('run.busy', 'Another copy into this database is under way.');
}

/** Marks the new store as not complete, or empties what an earlier copy has left. */
async function begin(target: Db, tables: readonly CopiedTable[], options: CopyOptions): Promise<void> {
  await inTransaction(target, async (tx) => {
    const isRepeated = await refuseForeign(tx, tables);
    if (isRepeated) await sql`truncate ${sql.join(tables.map(({ name }) => sql.table(name)))}`.execute(tx);
    else {
      await sql`create table store_copy (begun_at bigint not null)`.execute(tx);
      await sql`insert into store_copy (begun_at) values (${options.nowMs})`.execute(tx);
    }
  });
}

/** @returns whether an earlier copy was broken off there. */
async function refuseForeign(target: Db, tables: readonly CopiedTable[]): Promise<boolean> {
  await checkSameTables(target, tables);
  const { rows } = await sql<{ copy: string | null }>`select to_regclass('store_copy')::text as copy`.execute(
    target,
  );
  if (typeof rows[0]?.copy === 'string') return true;
  const filled = await findFilled(target, tables);
  if (filled === undefined) return false;
  throw new Fault(
    'store.not_empty',
    `The PostgreSQL database holds a store already: table ${filled} has rows.`,
  );
}

async function copyTables(
  from: Db,
  target: Db,
  tables: readonly CopiedTable[],
  options: CopyOptions,
): Promise<readonly CountedTable[]> {
  const counted: CountedTable[] = [];
  for (const table of tables) {
    const read = await copyRows(from, target, table);
    const stored = await digestRows(target, table);
    if (read.rows !== stored.rows || read.hash !== stored.hash)
      throw new Fault(
        'store.copy_differs',
        `Table ${table.name}: ${read.rows} rows were read, ${stored.rows} stand in the new store, and they are not the same.`,
      );
    counted.push({ table: table.name, rows: read.rows });
    options.report?.({ table: table.name, rows: read.rows });
  }
  return counted;
}

/** A flaw is one of the embedded store: the rows are the same. */
async function verifyTrails(target: Db): Promise<StoreCopy['chains']> {
  const verdicts = [];
  for (const chain of await listChains(target))
    verdicts.push({ chain, verdict: await verifyStoredTrail(target, chain) });
  return verdicts;
}

async function end(target: Db, event: TrailEvent): Promise<void> {
  await inTransaction(target, async (tx) => {
    await appendTrail(tx, 'system', [event]);
    await sql`drop table store_copy`.execute(tx);
  });
}
