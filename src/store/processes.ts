import type { Db } from './database.ts';

/** A process of the installation, as the others see it. */
export interface EnrolledProcess {
  readonly id: string;
  readonly role: 'serve' | 'worker';
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly startedAtMs: number;
}

/** Notes that a process is there, or still is. */
export async function noteProcess(db: Db, process: EnrolledProcess, nowMs: number): Promise<void> {
  const { id, role, host, pid, version, startedAtMs } = process;
  await db
    .insertInto('processes')
    .values({ id, role, host, pid, version, started_at: startedAtMs, seen_at: nowMs })
    .onConflict((c) => c.column('id').doUpdateSet({ seen_at: nowMs }))
    .execute();
}

/** Takes a process off the list that has ended. */
export async function forgetProcess(db: Db, id: string): Promise<void> {
  await db.deleteFrom('processes').where('id', '=', id).execute();
}

/** Takes processes off the list that ended without a word. */
export async function forgetLostProcesses(db: Db, seenBeforeMs: number): Promise<void> {
  await db.deleteFrom('processes').where('seen_at', '<', seenBeforeMs).execute();
}

export async function listProcesses(
  db: Db,
): Promise<readonly (EnrolledProcess & { readonly seenAtMs: number })[]> {
  const rows = await db.selectFrom('processes').selectAll().orderBy('started_at').orderBy('id').execute();
  return rows.map((row) => ({
    id: row.id,
    role: row.role === 'worker' ? 'worker' : 'serve',
    host: row.host,
    pid: row.pid,
    version: row.version,
    startedAtMs: Number(row.started_at),
    seenAtMs: Number(row.seen_at),
  }));
}
