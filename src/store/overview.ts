import type { Db } from './database.ts';
import { type RunKind, type StoredRun, storedRun } from './runs.ts';

const KINDS: readonly RunKind[] = ['sync', 'plan', 'reconcile', 'backfill'];
const ENDED = ['succeeded', 'failed', 'stopped', 'interrupted'];

/** The last run of each kind that has ended, of those that began since a moment. */
export async function lastRunsByKind(
  db: Db,
  connectionId: string,
  sinceMs: number,
): Promise<Readonly<Partial<Record<RunKind, StoredRun>>>> {
  const last: Partial<Record<RunKind, StoredRun>> = {};
  for (const kind of KINDS) {
    const row = await db
      .selectFrom('runs')
      .selectAll()
      .where('connection_id', '=', connectionId)
      .where('started_at', '>=', sinceMs)
      .where('kind', '=', kind)
      .where('state', 'in', ENDED)
      .orderBy('started_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (row !== undefined) last[kind] = storedRun(row);
  }
  return last;
}

/** Counts by flow. */
export type ByFlow = Readonly<Record<string, number>>;

/** Parked records that need a person, and how many were set aside by one. */
export async function countParked(
  db: Db,
  connectionId: string,
): Promise<{ readonly open: ByFlow; readonly ignored: number }> {
  const rows = await db
    .selectFrom('parked')
    .select((eb) => [
      'flow',
      eb.fn.countAll<number>().as('count'),
      eb.fn.count<number>('ignored_by').as('ignored'),
    ])
    .where('connection_id', '=', connectionId)
    .groupBy('flow')
    .execute();
  return {
    open: Object.fromEntries(rows.map((row) => [row.flow, Number(row.count) - Number(row.ignored)])),
    ignored: rows.reduce((sum, row) => sum + Number(row.ignored), 0),
  };
}

/** Records that wait on the stage. */
export async function countStagedByFlow(db: Db, connectionId: string): Promise<ByFlow> {
  const rows = await db
    .selectFrom('stage')
    .select((eb) => ['flow', eb.fn.countAll<number>().as('count')])
    .where('connection_id', '=', connectionId)
    .groupBy('flow')
    .execute();
  return Object.fromEntries(rows.map((row) => [row.flow, Number(row.count)]));
}

/** When a schedule starts the next run; null: none does. */
export async function nextScheduled(
  db: Db,
  connectionId: string,
): Promise<{ readonly atMs: number; readonly kind: RunKind } | null> {
  const row = await db
    .selectFrom('schedules')
    .select(['next_run_at', 'kind'])
    .where('connection_id', '=', connectionId)
    .where('enabled', '=', 1)
    .where('next_run_at', 'is not', null)
    .orderBy('next_run_at')
    .limit(1)
    .executeTakeFirst();
  // Kinds of schedules are kinds of runs.
  return row === undefined ? null : { atMs: Number(row.next_run_at), kind: row.kind as RunKind };
}

/** What runs brought, each at the moment of its last word: its end, or now for the one at work. */
export interface RunYield {
  readonly atMs: number;
  /** JSON document of the engine. */
  readonly summary: string;
}

/** A run lasts no longer than this, whatever its deadline. */
const RUN_MS_MAX = 2 * 86_400_000;

/** Summaries of the writing runs that ended since a moment, and of the one at work. */
export async function yieldsSince(
  db: Db,
  of: { readonly connectionId: string; readonly sinceMs: number; readonly nowMs: number },
): Promise<readonly RunYield[]> {
  const rows = await db
    .selectFrom('runs')
    .select(['ended_at', 'summary'])
    .where('connection_id', '=', of.connectionId)
    .where('started_at', '>=', of.sinceMs - RUN_MS_MAX)
    .where('kind', 'in', ['sync', 'backfill'])
    // What never began, or was left out, brought nothing.
    .where('summary', '<>', '{}')
    .execute();
  return rows
    .map((row) => ({ atMs: row.ended_at === null ? of.nowMs : Number(row.ended_at), summary: row.summary }))
    .filter(({ atMs }) => atMs >= of.sinceMs);
}
