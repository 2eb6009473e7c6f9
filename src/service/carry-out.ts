import {
  backfillConnection,
  type OpenConnection,
  planConnection,
  type RunOptions,
  reconcileConnection,
  syncConnection,
} from '../app.ts';
import { isFault } from '../faults/fault.ts';
import type { RunEnding } from '../jobs/execute-run.ts';
import { sliceSignal } from '../jobs/slice.ts';
import { noteRunEnding } from '../notices/run-ending.ts';
import { type Db, inTransaction } from '../store/database.ts';
import { lockConnection } from '../store/locks.ts';
import { dropOldPlans, type StoredPlannedChange, savePlannedChanges } from '../store/planned-changes.ts';
import { skipQueuedRun } from '../store/run-queue.ts';
import type { StoredRun } from '../store/runs.ts';
import { appendTrail } from '../store/trail.ts';
import { type BackfillScope, parseScope } from '../sync/backfill-scope.ts';
import type { PlannedChange } from '../sync/plan.ts';
import type { Requester } from '../sync/ports.ts';
import type { Connections } from './connections.ts';
import { noteReconcile } from './reconcile-notice.ts';
import { type Runs, type RunWish, wishOf } from './runs.ts';
import { queueSuccessor } from './successor.ts';

interface CarryOutParts {
  readonly db: Db;
  readonly connections: Connections;
  readonly runs: Runs;
  readonly keepPlans: number;
  /** How long a run may keep others waiting. */
  readonly sliceMs: number;
  readonly now: () => number;
  /** Hears of a run that waits to go on with the rest of another one. */
  readonly onQueued: (run: { readonly id: string; readonly connectionId: string }) => Promise<void> | void;
  /** Hears of a run that is over although its ending could not be stored. */
  readonly onGivenUp: (runId: string) => void;
  /** Hears how a run ended, for logs, metrics and notices. */
  readonly onEnding: (run: StoredRun, ending: RunEnding<unknown>) => Promise<void> | void;
}

/** Carries out a run that waits in the queue, whatever its kind. Ends the run with the reason where it cannot even begin. */
export async function carryOutQueued(
  parts: CarryOutParts,
  runId: string,
  signal: AbortSignal,
): Promise<void> {
  const run = await parts.runs.find(runId);
  if (run.state !== 'queued') return;
  const requester: Requester = { actor: run.requestedBy, origin: run.requestedFrom };
  let connection: OpenConnection;
  try {
    scopeOf(wishOf(run));
    connection = await parts.connections.open(await parts.connections.find(run.connectionId), requester);
  } catch (error) {
    // The run goes on waiting: nothing is wrong with it.
    if (isFault(error) && error.code === 'store.unavailable') throw error;
    await endUnbegun(parts, run, requester, error);
    return;
  }
  const ended = new AbortController();
  try {
    const slice = sliceOf(parts, run, connection, ended.signal);
    const asked = { requester, signal: slice === undefined ? signal : AbortSignal.any([signal, slice]) };
    const ending = await work(parts, run, connection, asked);
    await parts.onEnding(run, ending);
    if (ending.successorId !== undefined)
      await parts.onQueued({ id: ending.successorId, connectionId: run.connectionId });
  } catch (error) {
    // Somebody else was quicker, or another run began in between: the run stays in the queue or ends there.
    if (!isFault(error) || !['run.busy', 'run.not_waiting'].includes(error.code)) {
      parts.onGivenUp(runId);
      throw error;
    }
    if (error.code === 'run.busy') await endUnbegun(parts, run, requester, error);
  } finally {
    ended.abort();
    await connection.close();
  }
}

/** Bounds runs whose work is stored as they go. A reconcile would begin anew each time. */
function sliceOf(
  { db, sliceMs, now }: CarryOutParts,
  { kind, connectionId }: StoredRun,
  { surroundings }: OpenConnection,
  ended: AbortSignal,
): AbortSignal | undefined {
  if (kind !== 'sync' && kind !== 'backfill') return undefined;
  return sliceSignal({ db, connectionId, sliceMs, now, sleep: surroundings.sleep }, ended);
}

async function work(
  parts: CarryOutParts,
  run: StoredRun,
  connection: OpenConnection,
  asked: { readonly requester: Requester; readonly signal: AbortSignal },
): Promise<RunEnding<unknown>> {
  const wish = wishOf(run);
  const { flows, deep } = wish;
  const options: RunOptions = {
    ...asked,
    queuedRunId: run.id,
    report: () => undefined,
    handOn: (tx, because) => queueSuccessor(tx, run, because, parts.now()),
    ...(flows === undefined ? {} : { flows }),
  };
  switch (run.kind) {
    case 'sync':
      return syncConnection(connection, options);
    case 'plan':
      return keepPlan(parts, run, (onChange) => planConnection(connection, { ...options, onChange }));
    case 'reconcile': {
      const ending = await reconcileConnection(connection, {
        ...options,
        ...(deep === undefined ? {} : { deep }),
      });
      if (ending.value !== undefined) await noteReconcile(parts.db, run, ending.value, parts.now());
      return ending;
    }
    case 'backfill': {
      const scope = scopeOf(wish);
      return backfillConnection(connection, { ...options, ...(scope === undefined ? {} : { scope }) });
    }
  }
}

/**
 * Which records a backfill takes; undefined: the one under way goes on.
 *
 * @throws Fault `input.invalid`
 */
function scopeOf({ backfill, flows = [] }: RunWish): BackfillScope | undefined {
  if (backfill === undefined) return undefined;
  const [flow, ...others] = flows;
  if (flow === undefined || others.length === 0) return parseScope({ ...backfill, flow });
  return { ...parseScope(backfill), flows };
}

const PLAN_BATCH = 500;

/** Stores the changes of a plan as they go by, so that people can page through them. */
async function keepPlan<T>(
  parts: CarryOutParts,
  run: StoredRun,
  plan: (onChange: (change: PlannedChange) => void) => Promise<T>,
): Promise<T> {
  const { db, keepPlans } = parts;
  const of = { runId: run.id, connectionId: run.connectionId };
  let seq = 0;
  let batch: StoredPlannedChange[] = [];
  let saving: Promise<void> = Promise.resolve();
  const flush = (): void => {
    const changes = batch;
    batch = [];
    saving = saving.then(() => inTransaction(db, (tx) => savePlannedChanges(tx, of, changes)));
    saving.catch(() => undefined); // Awaited below; until then it must not count as unhandled.
  };
  const ending = await plan((change) => {
    seq += 1;
    const { flow, recordKey } = change;
    batch.push({ seq, flow, recordKey, kind: change.change, data: JSON.stringify(change) });
    if (batch.length >= PLAN_BATCH) flush();
  });
  flush();
  await saving;
  await dropOldPlans(db, run.connectionId, keepPlans);
  return ending;
}

async function endUnbegun(
  parts: CarryOutParts,
  run: StoredRun,
  requester: Requester,
  error: unknown,
): Promise<void> {
  const nowMs = parts.now();
  const busy = isFault(error) && error.code === 'run.busy';
  const state = busy ? 'skipped' : 'failed';
  const text = error instanceof Error ? error.message : String(error);
  await inTransaction(parts.db, async (tx) => {
    await lockConnection(tx, run.connectionId);
    const code = isFault(error) ? { code: error.code } : {};
    if (!(await skipQueuedRun(tx, run.id, { state, text, ...code, nowMs }))) return;
    await appendTrail(tx, run.connectionId, [
      {
        at: nowMs,
        ...requester,
        action: `run.${state}`,
        flow: null,
        recordKey: null,
        runId: run.id,
        settingsVersion: run.settingsVersion,
        cin7Id: null,
        data: { code: isFault(error) ? error.code : 'unexpected', text },
      },
    ]);
    if (busy) return;
    const fault = { code: isFault(error) ? error.code : undefined, message: text };
    const { connectionId, kind } = run;
    await noteRunEnding(
      tx,
      { runId: run.id, connectionId, kind, state: 'failed', fault, stuckRuns: 0 },
      nowMs,
    );
  });
}
