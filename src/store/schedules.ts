import type { Selectable } from 'kysely';
import type { Db } from './database.ts';
import type { RunKind } from './runs.ts';
import type { ScheduleTable } from './schema.ts';

/** When runs of a connection start by themselves. */
export interface Schedule {
  readonly id: string;
  readonly connectionId: string;
  readonly kind: RunKind;
  /** Empty: all flows that the connection has switched on. */
  readonly flows: readonly string[];
  /** Either a cron line, read in `timeZone`, or a distance. */
  readonly cron: string | null;
  readonly timeZone: string;
  readonly everySeconds: number | null;
  readonly enabled: boolean;
  readonly nextRunAtMs: number | null;
  readonly lastDueAtMs: number | null;
  readonly lastRunId: string | null;
  readonly lastNote: string;
}

type NewSchedule = Omit<Schedule, 'lastDueAtMs' | 'lastRunId' | 'lastNote'>;

export async function insertSchedule(tx: Db, schedule: NewSchedule, nowMs: number): Promise<void> {
  await tx
    .insertInto('schedules')
    .values({
      id: schedule.id,
      connection_id: schedule.connectionId,
      kind: schedule.kind,
      flows: JSON.stringify(schedule.flows),
      cron: schedule.cron,
      time_zone: schedule.timeZone,
      every_seconds: schedule.everySeconds,
      enabled: schedule.enabled ? 1 : 0,
      next_run_at: schedule.nextRunAtMs,
      last_due_at: null,
      last_run_id: null,
      last_note: '',
      created_at: nowMs,
      updated_at: nowMs,
    })
    .execute();
}

export async function updateSchedule(tx: Db, schedule: NewSchedule, nowMs: number): Promise<void> {
  await tx
    .updateTable('schedules')
    .set({
      kind: schedule.kind,
      flows: JSON.stringify(schedule.flows),
      cron: schedule.cron,
      time_zone: schedule.timeZone,
      every_seconds: schedule.everySeconds,
      enabled: schedule.enabled ? 1 : 0,
      next_run_at: schedule.nextRunAtMs,
      updated_at: nowMs,
    })
    .where('id', '=', schedule.id)
    .execute();
}

export async function deleteSchedule(tx: Db, id: string): Promise<void> {
  await tx.deleteFrom('schedules').where('id', '=', id).execute();
}

export async function findSchedule(db: Db, id: string): Promise<Schedule | undefined> {
  const row = await db.selectFrom('schedules').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : toSchedule(row);
}

export async function listSchedules(db: Db, connectionId?: string): Promise<readonly Schedule[]> {
  let select = db
    .selectFrom('schedules')
    .selectAll()
    .orderBy('connection_id')
    .orderBy('created_at')
    .orderBy('id');
  if (connectionId !== undefined) select = select.where('connection_id', '=', connectionId);
  return (await select.execute()).map(toSchedule);
}

/** Schedules that are due, longest overdue first. */
export async function listDueSchedules(db: Db, nowMs: number, limit: number): Promise<readonly Schedule[]> {
  const rows = await db
    .selectFrom('schedules')
    .selectAll()
    .where('enabled', '=', 1)
    .where('next_run_at', '<=', nowMs)
    .orderBy('next_run_at')
    .limit(limit)
    .execute();
  return rows.map(toSchedule);
}

/** The next moment at which any schedule is due. */
export async function nextDueAtMs(db: Db): Promise<number | null> {
  const row = await db
    .selectFrom('schedules')
    .select((eb) => eb.fn.min('next_run_at').as('at'))
    .where('enabled', '=', 1)
    .executeTakeFirst();
  return row === undefined || row.at === null ? null : Number(row.at);
}

/**
 * Takes a due moment and notes the next one. False: another process took it. However many processes look, one of them gets true.
 */
export async function takeDueMoment(
  tx: Db,
  schedule: Schedule,
  next: {
    readonly atMs: number | null;
    readonly dueAtMs: number;
    readonly runId: string | null;
    readonly note: string;
  },
): Promise<boolean> {
  if (schedule.nextRunAtMs === null) return false;
  const result = await tx
    .updateTable('schedules')
    .set({ next_run_at: next.atMs, last_due_at: next.dueAtMs, last_run_id: next.runId, last_note: next.note })
    .where('id', '=', schedule.id)
    .where('enabled', '=', 1)
    .where('next_run_at', '=', schedule.nextRunAtMs)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}

/** Puts a due moment off, without a run. */
export async function putOff(tx: Db, schedule: Schedule, atMs: number, note: string): Promise<void> {
  if (schedule.nextRunAtMs === null) return;
  await tx
    .updateTable('schedules')
    .set({ next_run_at: atMs, last_note: note })
    .where('id', '=', schedule.id)
    .where('next_run_at', '=', schedule.nextRunAtMs)
    .execute();
}

function toSchedule(row: Selectable<ScheduleTable>): Schedule {
  return {
    id: row.id,
    connectionId: row.connection_id,
    // Written by this file only, from the same unions.
    kind: row.kind as RunKind,
    flows: JSON.parse(row.flows) as readonly string[],
    cron: row.cron,
    timeZone: row.time_zone,
    everySeconds: row.every_seconds === null ? null : Number(row.every_seconds),
    enabled: row.enabled === 1,
    nextRunAtMs: row.next_run_at === null ? null : Number(row.next_run_at),
    lastDueAtMs: row.last_due_at === null ? null : Number(row.last_due_at),
    lastRunId: row.last_run_id,
    lastNote: row.last_note,
  };
}
