import { PostgresAdapter, sql } from 'kysely';
import type { Db } from './database.ts';

/** Whether statements go to PostgreSQL, where transactions run beside each other. */
export function isPostgres(db: Db): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}

/**
 * Keeps a subject to this transaction until it ends: another transaction that asks for the same one waits, and sees afterwards what
 * was committed. What is read and then written back must be read behind its lock. On SQLite nothing is to be done: there a writing
 * transaction has the whole store for itself from its first statement on.
 *
 * Of several locks the wider one is taken first (name of a connection, connection, budget, `system`), so that nobody waits in a circle.
 */
export async function lockSubject(tx: Db, subject: string): Promise<void> {
  if (!isPostgres(tx)) return;
  // A statement of its own: the next one sees what was committed while this one waited.
  await sql`select pg_advisory_xact_lock(hashtextextended(${subject}, 0))`.execute(tx);
}

/**
 * The lock that each transaction takes first which changes what belongs to a connection: its runs, lease, stage, links, parked
 * records, crosswalk, settings and trail. So transactions of one connection follow each other, and those of others do not wait.
 *
 * @param chain id of the connection; `system` for what belongs to none.
 */
export function lockConnection(tx: Db, chain: string): Promise<void> {
  return lockSubject(tx, `connection ${chain}`);
}
