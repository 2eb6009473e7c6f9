import type { Db } from './database.ts';
import { lockConnection } from './locks.ts';
import { type StoredRun, storedRun } from './runs.ts';
import { appendTrail } from './trail.ts';

/** A run that counts as being at work, with the lease that it holds. */
export interface LeasedRun {
  readonly run: StoredRun;
  readonly leaseNumber: number;
  /** Null: the lease was given back. */
  readonly holder: string | null;
  readonly expiresAtMs: number;
}

/** Runs that were begun and whose end is not stored. */
export async function listLeasedRuns(db: Db): Promise<readonly LeasedRun[]> {
  const rows = await db
    .selectFrom('runs')
    .leftJoin('leases', 'leases.connection_id', 'runs.connection_id')
    .selectAll('runs')
    .select(['leases.number', 'leases.holder', 'leases.expires_at'])
    .where('runs.state', '=', 'running')
    .orderBy('runs.started_at')
    .execute();
  return rows.map((row) => ({
    run: storedRun(row),
    leaseNumber: Number(row.number ?? 0),
    holder: row.holder,
    expiresAtMs: Number(row.expires_at ?? 0),
  }));
}

/**
 * Ends a run whose worker is gone and takes its lease away, so that the worker changes nothing if it wakes. False: it lives, since it
 * renewed its lease meanwhile, or somebody else was quicker.
 */
export async function interruptRun(
  tx: Db,
  { run, leaseNumber, holder, expiresAtMs }: LeasedRun,
  nowMs: number,
): Promise<boolean> {
  await lockConnection(tx, run.connectionId);
  const taken = await tx
    .updateTable('leases')
    .set({ number: leaseNumber + 1, holder: null, expires_at: 0 })
    .where('connection_id', '=', run.connectionId)
    .where('number', '=', leaseNumber)
    .where('expires_at', '=', expiresAtMs)
    .executeTakeFirst();
  if (Number(taken.numUpdatedRows) !== 1) return false;
  const ended = await tx
    .updateTable('runs')
    .set({ state: 'interrupted', ended_at: nowMs })
    .where('id', '=', run.id)
    .where('state', '=', 'running')
    .executeTakeFirst();
  if (Number(ended.numUpdatedRows) !== 1) return false;
  await appendTrail(tx, run.connectionId, [
    {
      at: nowMs,
      actor: 'system',
      origin: holder ?? '',
      action: 'run.interrupted',
      flow: null,
      recordKey: null,
      runId: run.id,
      settingsVersion: run.settingsVersion,
      cin7Id: null,
      data: {},
    },
  ]);
  return true;
}

/**
 * Whether runs of other connections wait that could begin if there were room: none of their own connection is at work, and they have
 * waited for longer than it takes to be taken up.
 */
export async function doOthersWait(
  db: Db,
  of: { readonly connectionId: string; readonly queuedBeforeMs: number },
): Promise<boolean> {
  const waiting = await db
    .selectFrom('runs')
    .select('id')
    .where('state', '=', 'queued')
    .where('connection_id', '!=', of.connectionId)
    .where('queued_at', '<=', of.queuedBeforeMs)
    .where('connection_id', 'not in', (eb) =>
      eb.selectFrom('runs as others').select('others.connection_id').where('others.state', '=', 'running'),
    )
    .limit(1)
    .executeTakeFirst();
  return waiting !== undefined;
}
