import { statSync } from 'node:fs';
import { sql } from 'kysely';
import type { Database, Db } from './database.ts';
import { filesOf } from './durable-files.ts';

/** Which database it is, as it says itself: `SQLite 3.51.2`, `PostgreSQL 18.1`. */
export async function databaseVersion({ db, dialect }: Database): Promise<string> {
  if (dialect === 'sqlite') {
    const { rows } = await sql<{ version: string }>`select sqlite_version() as version`.execute(db);
    return `SQLite ${rows[0]?.version ?? ''}`;
  }
  const { rows } = await sql<{
    version: string;
  }>`select current_setting('server_version') as version`.execute(db);
  return `PostgreSQL ${rows[0]?.version ?? ''}`;
}

/** Bytes of the store, with the log of an embedded one. */
export async function storeBytes({ db, dialect }: Database, path: string | undefined): Promise<number> {
  if (dialect === 'sqlite') return filesOf(path ?? '').reduce((sum, file) => sum + statSync(file).size, 0);
  const { rows } = await sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`.execute(
    db,
  );
  return Number(rows[0]?.bytes ?? 0);
}

/** What a quick look finds wrong with the file of an embedded store, ten lines at most. */
export async function quickFlaws(db: Db): Promise<readonly string[]> {
  const { rows } = await sql<{ quick_check: string }>`pragma quick_check(10)`.execute(db);
  return rows.map((row) => row.quick_check).filter((line) => line !== 'ok');
}

/** A lease that somebody holds, or has not given back. */
export interface HeldLease {
  readonly connectionId: string;
  readonly holder: string;
  readonly expiresAtMs: number;
}

export async function listLeases(db: Db): Promise<readonly HeldLease[]> {
  const rows = await db
    .selectFrom('leases')
    .select(['connection_id', 'holder', 'expires_at'])
    .where('holder', 'is not', null)
    .orderBy('connection_id')
    .execute();
  return rows.map((row) => ({
    connectionId: row.connection_id,
    holder: row.holder ?? '',
    expiresAtMs: Number(row.expires_at),
  }));
}

/** The latest moment that any trail tells of; `null`: none has an entry. */
export async function latestTrailMs(db: Db): Promise<number | null> {
  const row = await db
    .selectFrom('trail_heads')
    .select((eb) => eb.fn.max('latest_at').as('at'))
    .executeTakeFirst();
  return row?.at === null || row?.at === undefined ? null : Number(row.at);
}
