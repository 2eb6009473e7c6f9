import type { Db } from './database.ts';

/** When a sync of the connection last succeeded, and since when it is known; undefined: no such connection. */
export async function lastSuccessOf(
  db: Db,
  connectionId: string,
): Promise<{ readonly succeededAtMs: number | null; readonly createdAtMs: number } | undefined> {
  const connection = await db
    .selectFrom('connections')
    .select('created_at')
    .where('id', '=', connectionId)
    .executeTakeFirst();
  if (connection === undefined) return undefined;
  // By start, which the index knows: runs of one connection never overlap, so the last to start is the last to end.
  const run = await db
    .selectFrom('runs')
    .select('ended_at')
    .where('connection_id', '=', connectionId)
    .where('kind', '=', 'sync')
    .where('state', '=', 'succeeded')
    .orderBy('started_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return {
    succeededAtMs: run === undefined || run.ended_at === null ? null : Number(run.ended_at),
    createdAtMs: Number(connection.created_at),
  };
}
