import type { Selectable } from 'kysely';
import { Fault } from '../faults/fault.ts';
import type { FaultCode } from '../faults/fault-codes.ts';
import type { Db } from './database.ts';
import { lockConnection } from './locks.ts';
import type { RunTable } from './schema.ts';
import { appendTrail } from './trail.ts';

export type RunKind = 'sync' | 'plan' | 'reconcile' | 'backfill';
/** `skipped`: it was due while another run of the connection was at work. */
export type RunState = 'queued' | 'running' | 'skipped' | 'succeeded' | 'failed' | 'stopped' | 'interrupted';
/** What made a run start. */
export type RunTrigger = 'person' | 'schedule' | 'hook';

/** Identifies a run at work. Every write of the run checks the lease number (fencing). */
export interface RunHandle {
  readonly runId: string;
  readonly connectionId: string;
  readonly leaseNumber: number;
  readonly settingsVersion: number;
}

export interface StoredRun {
  readonly id: string;
  readonly connectionId: string;
  readonly kind: RunKind;
  readonly state: RunState;
  readonly settingsVersion: number;
  readonly requestedBy: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  readonly faultCode: FaultCode | null;
  readonly faultText: string | null;
  /** JSON document of the engine. */
  readonly summary: string;
  readonly trigger: RunTrigger;
  /** JSON document: what was asked for beyond the kind. */
  readonly options: string;
  readonly requestedFrom: string;
  readonly queuedAtMs: number;
  readonly stopAskedBy: string | null;
  /** JSON document: what the run is at. Null before its first word. */
  readonly progress: string | null;
}

interface LeaseRequest {
  readonly connectionId: string;
  readonly holder: string;
  readonly nowMs: number;
  readonly expiresAtMs: number;
  /** Whether the holder of an unexpired lease is known to be dead (same machine, no such process). */
  isDead(holder: string): boolean;
}

/**
 * Takes the lease of a connection and raises its number. Throws `run.busy` while another holder is alive.
 * Runs that were still marked as running belong to a dead worker then and are marked as interrupted.
 */
export async function takeLease(tx: Db, request: LeaseRequest): Promise<number> {
  await lockConnection(tx, request.connectionId);
  const lease = await tx
    .selectFrom('leases')
    .selectAll()
    .where('connection_id', '=', request.connectionId)
    .executeTakeFirst();
  const held = lease !== undefined && lease.holder !== null && Number(lease.expires_at) > request.nowMs;
  if (held && lease.holder !== null && !request.isDead(lease.holder)) {
    const waitSeconds = Math.ceil((Number(lease.expires_at) - request.nowMs) / 1000);
    throw new Fault(
      'run.busy',
      `Another run of this connection is at work (${lease.holder}; its lease ends in ${waitSeconds} s unless renewed).`,
    );
  }
  const number = Number(lease?.number ?? 0) + 1;
  await tx
    .insertInto('leases')
    .values({
      connection_id: request.connectionId,
      number,
      holder: request.holder,
      expires_at: request.expiresAtMs,
    })
    .onConflict((c) =>
      c
        .column('connection_id')
        .doUpdateSet({ number, holder: request.holder, expires_at: request.expiresAtMs }),
    )
    .execute();
  await interruptRuns(tx, request);
  return number;
}

async function interruptRuns(tx: Db, request: LeaseRequest): Promise<void> {
  const interrupted = await tx
    .updateTable('runs')
    .set({ state: 'interrupted', ended_at: request.nowMs })
    .where('connection_id', '=', request.connectionId)
    .where('state', '=', 'running')
    .returning(['id', 'settings_version'])
    .execute();
  const events = interrupted.map((run) => ({
    at: request.nowMs,
    actor: 'system',
    origin: request.holder,
    action: 'run.interrupted',
    flow: null,
    recordKey: null,
    runId: run.id,
    settingsVersion: run.settings_version,
    cin7Id: null,
    data: {},
  }));
  await appendTrail(tx, request.connectionId, events);
}

/** Who holds the lease of a connection, expired or not; `undefined` when it was given back. */
export async function leaseHolderOf(tx: Db, connectionId: string): Promise<string | undefined> {
  const lease = await tx
    .selectFrom('leases')
    .select('holder')
    .where('connection_id', '=', connectionId)
    .executeTakeFirst();
  return lease?.holder ?? undefined;
}

/**
 * Throws `run.lease_lost` unless the run still holds its lease. Begins every writing transaction of a run; nobody can take the lease
 * before that transaction has ended.
 */
export async function checkLease(tx: Db, run: RunHandle): Promise<void> {
  await lockConnection(tx, run.connectionId);
  const lease = await tx
    .selectFrom('leases')
    .select('number')
    .where('connection_id', '=', run.connectionId)
    .executeTakeFirst();
  if (Number(lease?.number) !== run.leaseNumber) {
    throw new Fault('run.lease_lost', `Run ${run.runId} has lost its lease to a later run.`);
  }
}

export async function renewLease(db: Db, run: RunHandle, expiresAtMs: number): Promise<void> {
  const renewed = await db
    .updateTable('leases')
    .set({ expires_at: expiresAtMs })
    .where('connection_id', '=', run.connectionId)
    .where('number', '=', run.leaseNumber)
    .executeTakeFirst();
  if (Number(renewed.numUpdatedRows) !== 1)
    throw new Fault('run.lease_lost', `Run ${run.runId} has lost its lease to a later run.`);
}

/** Gives the lease back; the number stays, so that late writes of this run are still refused. */
export async function releaseLease(db: Db, run: RunHandle): Promise<void> {
  await db
    .updateTable('leases')
    .set({ holder: null, expires_at: 0 })
    .where('connection_id', '=', run.connectionId)
    .where('number', '=', run.leaseNumber)
    .execute();
}

interface NewRun {
  readonly handle: RunHandle;
  readonly kind: RunKind;
  readonly requestedBy: string;
  readonly requestedFrom?: string;
  readonly nowMs: number;
}

export async function insertRun(tx: Db, run: NewRun): Promise<void> {
  await tx
    .insertInto('runs')
    .values({
      id: run.handle.runId,
      connection_id: run.handle.connectionId,
      kind: run.kind,
      state: 'running',
      lease_number: run.handle.leaseNumber,
      settings_version: run.handle.settingsVersion,
      requested_by: run.requestedBy,
      requested_from: run.requestedFrom ?? '',
      queued_at: run.nowMs,
      started_at: run.nowMs,
      ended_at: null,
      fault_code: null,
      fault_text: null,
      summary: '{}',
    })
    .execute();
}

export async function saveRunSummary(tx: Db, run: RunHandle, summary: string): Promise<void> {
  await tx.updateTable('runs').set({ summary }).where('id', '=', run.runId).execute();
}

interface RunEnd {
  readonly state: Exclude<RunState, 'queued' | 'running'>;
  readonly nowMs: number;
  readonly summary: string;
  readonly faultCode?: FaultCode | undefined;
  readonly faultText?: string | undefined;
}

export async function endRun(tx: Db, run: RunHandle, end: RunEnd): Promise<void> {
  await tx
    .updateTable('runs')
    .set({
      state: end.state,
      ended_at: end.nowMs,
      summary: end.summary,
      fault_code: end.faultCode ?? null,
      fault_text: end.faultText ?? null,
    })
    .where('id', '=', run.runId)
    .execute();
}

export async function listRuns(
  db: Db,
  query: { connectionId?: string; limit: number },
): Promise<readonly StoredRun[]> {
  let select = db
    .selectFrom('runs')
    .selectAll()
    .orderBy('started_at', 'desc')
    .orderBy('id')
    .limit(query.limit);
  if (query.connectionId !== undefined) select = select.where('connection_id', '=', query.connectionId);
  return (await select.execute()).map(storedRun);
}

/** Finds a run by its id or an unambiguous beginning of it. */
export async function findRun(db: Db, idOrPrefix: string): Promise<StoredRun | undefined> {
  const rows = await db
    .selectFrom('runs')
    .selectAll()
    .where('id', 'like', `${idOrPrefix.replaceAll(/[%_]/g, '')}%`)
    .limit(2)
    .execute();
  const [row, second] = rows;
  return row === undefined || second !== undefined ? undefined : storedRun(row);
}

export function storedRun(row: Selectable<RunTable>): StoredRun {
  return {
    id: row.id,
    connectionId: row.connection_id,
    // Written by this file only, from the same unions.
    kind: row.kind as RunKind,
    state: row.state as RunState,
    settingsVersion: row.settings_version,
    requestedBy: row.requested_by,
    startedAtMs: Number(row.started_at),
    endedAtMs: row.ended_at === null ? null : Number(row.ended_at),
    faultCode: row.fault_code as FaultCode | null,
    faultText: row.fault_text,
    summary: row.summary,
    trigger: row.trigger as RunTrigger,
    options: row.options,
    requestedFrom: row.requested_from,
    queuedAtMs: Number(row.queued_at),
    stopAskedBy: row.stop_asked_by,
    progress: row.progress,
  };
}
