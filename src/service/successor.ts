import { randomUUID } from 'node:crypto';
import type { HandOnReason } from '../jobs/hand-on.ts';
import { loadBackfill } from '../store/backfills.ts';
import { findListedConnection } from '../store/connections-admin.ts';
import type { Tx } from '../store/database.ts';
import { enqueueRun, stopAskedBy } from '../store/run-queue.ts';
import type { RunKind, StoredRun } from '../store/runs.ts';
import { appendTrail } from '../store/trail.ts';
import { type RunWish, wishOf } from './runs.ts';

/** Why a run goes on with the rest of another one. `worker_gone`: its process died, or stood still for longer than its lease. */
export type ContinueReason = HandOnReason | 'worker_gone';

/** A plan is for the person who asked for it, who may ask again. */
const CONTINUED: readonly RunKind[] = ['sync', 'backfill', 'reconcile'];
/** A run that takes its process with it each time must not do so for ever; the next one of the schedule tries again. */
const INTERRUPTIONS_MAX = 10;

/**
 * Queues a run that goes on with the rest of one that ended before its end. What is left lies in the store, so it is a run of the same
 * kind for the same requester; it stands behind those that wait already.
 *
 * @returns its id; undefined when nobody is to go on: plans, runs that people stop, connections that are paused or gone, and runs that
 *   were interrupted too often in a row.
 */
export async function queueSuccessor(
  tx: Tx,
  run: StoredRun,
  because: ContinueReason,
  nowMs: number,
): Promise<string | undefined> {
  if (!CONTINUED.includes(run.kind) || (await stopAskedBy(tx, run.id)) !== null) return undefined;
  const connection = await findListedConnection(tx, run.connectionId);
  if (connection === undefined || connection.pausedAtMs !== null) return undefined;
  const wish = wishOf(run);
  const isInterrupted = because === 'worker_gone' || because === 'store_away';
  const interruptions = isInterrupted ? (wish.continues?.interruptions ?? 0) + 1 : 0;
  const id = randomUUID();
  const event = {
    at: nowMs,
    actor: 'system',
    origin: run.requestedFrom,
    flow: null,
    recordKey: null,
    settingsVersion: connection.settingsVersion,
    cin7Id: null,
  };
  if (interruptions > INTERRUPTIONS_MAX) {
    const data = { because, interruptions: interruptions - 1 };
    await appendTrail(tx, run.connectionId, [{ ...event, action: 'run.not_continued', runId: run.id, data }]);
    return undefined;
  }
  const continues = { run: run.id, because, interruptions };
  await enqueueRun(tx, {
    id,
    connectionId: run.connectionId,
    kind: run.kind,
    trigger: run.trigger,
    options: JSON.stringify({ ...(await restOf(tx, run, wish)), continues }),
    settingsVersion: connection.settingsVersion,
    requestedBy: run.requestedBy,
    requestedFrom: run.requestedFrom,
    nowMs,
  });
  await appendTrail(tx, run.connectionId, [
    { ...event, action: 'run.continued', runId: id, data: continues },
  ]);
  return id;
}

/** A backfill that was begun lies in the store with its scope and position: to name a scope again would ask for another one. */
async function restOf(tx: Tx, run: StoredRun, wish: RunWish): Promise<RunWish> {
  if (run.kind !== 'backfill' || (await loadBackfill(tx, run.connectionId)) === undefined) return wish;
  const { backfill: _, flows: __, ...rest } = wish;
  return rest;
}
