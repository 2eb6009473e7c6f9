import type { FaultCode } from '../faults/fault-codes.ts';
import type { Db } from './database.ts';
import { type RunHandle, type RunKind, type RunTrigger, type StoredRun, storedRun } from './runs.ts';

/** A run that is to be carried out by whichever process takes it up. */
interface QueuedRun {
  readonly id: string;
  readonly connectionId: string;
  readonly kind: RunKind;
  readonly trigger: RunTrigger;
  /** JSON document. */
  readonly options: string;
  readonly settingsVersion: number;
  readonly requestedBy: string;
  readonly requestedFrom: string;
  readonly nowMs: number;
}

/** Puts a run into the queue. It is started by a process that carries out runs. */
export async function enqueueRun(tx: Db, run: QueuedRun): Promise<void> {
  await tx
    .insertInto('runs')
    .values({
      id: run.id,
      connection_id: run.connectionId,
      kind: run.kind,
      state: 'queued',
      lease_number: 0,
      settings_version: run.settingsVersion,
      requested_by: run.requestedBy,
      requested_from: run.requestedFrom,
      trigger: run.trigger,
      options: run.options,
      queued_at: run.nowMs,
      started_at: run.nowMs,
      ended_at: null,
      fault_code: null,
      fault_text: null,
      summary: '{}',
    })
    .execute();
}

/** Takes a queued run up. False: somebody else did, or it was stopped while it waited. */
export async function beginQueuedRun(tx: Db, run: RunHandle, nowMs: number): Promise<boolean> {
  const result = await tx
    .updateTable('runs')
    .set({
      state: 'running',
      lease_number: run.leaseNumber,
      settings_version: run.settingsVersion,
      started_at: nowMs,
    })
    .where('id', '=', run.runId)
    .where('state', '=', 'queued')
    .executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}

/** Ends a queued run that is not started, and says why. */
export async function skipQueuedRun(
  tx: Db,
  runId: string,
  end: {
    readonly state: 'skipped' | 'stopped' | 'failed';
    readonly text: string;
    readonly code?: FaultCode;
    readonly nowMs: number;
  },
): Promise<boolean> {
  const result = await tx
    .updateTable('runs')
    .set({ state: end.state, ended_at: end.nowMs, fault_code: end.code ?? null, fault_text: end.text })
    .where('id', '=', runId)
    .where('state', '=', 'queued')
    .executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}

/** Notes who asked a running run to stop. False: it is not running. */
export async function askRunToStop(tx: Db, runId: string, by: string): Promise<boolean> {
  const result = await tx
    .updateTable('runs')
    .set({ stop_asked_by: by })
    .where('id', '=', runId)
    .where('state', '=', 'running')
    .executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}

/** Who asked the run to stop; null: nobody. */
export async function stopAskedBy(db: Db, runId: string): Promise<string | null> {
  const row = await db.selectFrom('runs').select('stop_asked_by').where('id', '=', runId).executeTakeFirst();
  return row?.stop_asked_by ?? null;
}

/** What the run is at, for people who watch from other processes. */
export async function saveRunProgress(db: Db, run: RunHandle, progress: string): Promise<void> {
  await db
    .updateTable('runs')
    .set({ progress })
    .where('id', '=', run.runId)
    .where('state', '=', 'running')
    .where('lease_number', '=', run.leaseNumber)
    .execute();
}

/** Queued runs, oldest first; those that people wait for before those of schedules. */
export async function listQueuedRuns(db: Db, limit: number): Promise<readonly StoredRun[]> {
  const rows = await db
    .selectFrom('runs')
    .selectAll()
    .where('state', '=', 'queued')
    .orderBy('queued_at')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(storedRun);
}

/** Whether a run still waits to be taken up. */
export async function isRunQueued(db: Db, runId: string): Promise<boolean> {
  const row = await db.selectFrom('runs').select('state').where('id', '=', runId).executeTakeFirst();
  return row?.state === 'queued';
}

/** The run of a connection that is at work or waits, if there is one. */
export async function findOpenRun(db: Db, connectionId: string): Promise<StoredRun | undefined> {
  const row = await db
    .selectFrom('runs')
    .selectAll()
    .where('connection_id', '=', connectionId)
    .where('state', 'in', ['queued', 'running'])
    .orderBy('queued_at')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : storedRun(row);
}

interface RunsQuery {
  readonly connectionId?: string | undefined;
  readonly kind?: string | undefined;
  readonly state?: string | undefined;
  /** The last run of the page before. */
  readonly before?: { readonly startedAtMs: number; readonly id: string } | undefined;
  readonly limit: number;
}

/** Runs, newest first, page by page. */
export async function queryRuns(db: Db, query: RunsQuery): Promise<readonly StoredRun[]> {
  let select = db
    .selectFrom('runs')
    .selectAll()
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit);
  if (query.connectionId !== undefined) select = select.where('connection_id', '=', query.connectionId);
  if (query.kind !== undefined) select = select.where('kind', '=', query.kind);
  if (query.state !== undefined) select = select.where('state', '=', query.state);
  const { before } = query;
  if (before !== undefined) {
    select = select.where((eb) =>
      eb.or([
        eb('started_at', '<', before.startedAtMs),
        eb.and([eb('started_at', '=', before.startedAtMs), eb('id', '<', before.id)]),
      ]),
    );
  }
  return (await select.execute()).map(storedRun);
}
