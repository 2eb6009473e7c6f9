import { randomUUID } from 'node:crypto';
import { Fault, isFault } from '../faults/fault.ts';
import type { FaultCode } from '../faults/fault-codes.ts';
import { noteRunEnding } from '../notices/run-ending.ts';
import { type Db, inTransaction, type Tx } from '../store/database.ts';
import { beginQueuedRun, saveRunProgress, stopAskedBy } from '../store/run-queue.ts';
import {
  checkLease,
  endRun,
  insertRun,
  type RunHandle,
  type RunKind,
  type RunState,
  releaseLease,
  renewLease,
  takeLease,
} from '../store/runs.ts';
import { appendTrail } from '../store/trail.ts';
import type { Requester, WritePermit } from '../sync/ports.ts';
import type { RunSummary } from '../sync/summary.ts';
import { type HandOn, type HandOnReason, whyHandedOn } from './hand-on.ts';
import { LEASE_MS, LeaseGuard, momentOf, noteTakeOver } from './lease-guard.ts';
import { isHolderDead, leaseHolder } from './lease-holder.ts';
import { countStuckRuns, STUCK_RUNS_MIN } from './progress-watch.ts';

const HEARTBEAT_MS = 5_000;
/** How soon a run hears that people want it to stop, and people hear what it is at. */
const WATCH_MS = 1_000;

interface RunOrder {
  readonly db: Db;
  readonly connection: { readonly id: string; readonly settingsVersion: number };
  readonly kind: RunKind;
  readonly requester: Requester;
  readonly deadlineMs: number;
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Takes up a run that waits in the queue instead of beginning a new one. */
  readonly queuedRunId?: string;
  /** What people who watch are told with each heartbeat. */
  readonly progress?: () => unknown;
  /** Without it nobody goes on with a run that ends before its end; the next one does. */
  readonly handOn?: HandOn;
}

export interface RunEnding<T> {
  readonly runId: string;
  readonly state: Exclude<RunState, 'queued' | 'running' | 'skipped'>;
  readonly summary: RunSummary;
  /** Only of a run that succeeded. */
  readonly value?: T;
  /** Why the run ended before its end, where another one is to go on with the rest. */
  readonly handOn?: HandOnReason;
  /** The run that waits to go on with the rest. */
  readonly successorId?: string;
  /** Runs in a row that left the same work behind, from three on. */
  readonly stuckRuns?: number;
  readonly fault?: {
    readonly code: FaultCode | undefined;
    readonly message: string;
    readonly error: unknown;
  };
}

/**
 * Carries a run out: takes the lease, keeps it alive, watches the deadline, and stores how it ended. Runs of one connection never
 * overlap. Whatever the work throws becomes the fault of the run; only an error of our own is thrown on.
 */
export async function executeRun<T>(
  order: RunOrder,
  work: (run: RunHandle, signal: AbortSignal, permit: WritePermit) => Promise<T>,
  summarise: () => RunSummary,
  signal: AbortSignal,
): Promise<RunEnding<T>> {
  const { run, guard } = await begin(order);
  const stop = new AbortController();
  const people = new AbortController();
  const heartbeat = setInterval(() => {
    guard.renew().catch((error: unknown) => {
      // A store that is busy for a moment costs nothing: the next beat comes before the lease ends.
      if (isFault(error, 'halt')) stop.abort(error);
    });
  }, HEARTBEAT_MS);
  const watch = setInterval(() => void lookAtPeople(order, run, people).catch(() => undefined), WATCH_MS);
  const deadline = setTimeout(
    () =>
      stop.abort(new Fault('run.deadline', `The run took longer than ${order.deadlineMs / 60_000} minutes.`)),
    Math.min(order.deadlineMs, 2 ** 31 - 1),
  );
  const combined = AbortSignal.any([signal, stop.signal, people.signal]);
  let ending: RunEnding<T>;
  try {
    const value = await work(run, combined, guard);
    ending = { runId: run.runId, state: 'succeeded', summary: summarise(), value };
  } catch (error) {
    const reason: unknown = combined.aborted ? combined.reason : error;
    const stopped = signal.aborted || people.signal.aborted;
    const because =
      order.handOn === undefined || people.signal.aborted
        ? undefined
        : whyHandedOn(reason, { processStops: signal.aborted });
    ending =
      because === undefined
        ? failedEnding(run.runId, reason, stopped, summarise())
        : handedOnEnding(run.runId, reason, because, summarise());
  } finally {
    clearInterval(heartbeat);
    clearInterval(watch);
    clearTimeout(deadline);
  }
  try {
    return await finish(order, run, ending);
  } catch (error) {
    // Nobody looked at the lease since the last write of the run.
    if (!isFault(error) || error.code !== 'run.lease_lost') throw error;
    return failedEnding(run.runId, error, false, ending.summary);
  }
}

async function begin(order: RunOrder): Promise<{ run: RunHandle; guard: LeaseGuard }> {
  const { db, connection, kind, requester, now, sleep } = order;
  const askedAt = momentOf(now);
  const nowMs = askedAt.wallMs;
  const begun = await inTransaction(db, async (tx) => {
    const isTakenOver = await noteTakeOver(tx, connection.id, nowMs);
    const lease = {
      connectionId: connection.id,
      holder: leaseHolder(),
      nowMs,
      expiresAtMs: nowMs + LEASE_MS,
      isDead: isHolderDead,
    };
    const leaseNumber = await takeLease(tx, lease);
    const run: RunHandle = {
      runId: order.queuedRunId ?? randomUUID(),
      connectionId: connection.id,
      leaseNumber,
      settingsVersion: connection.settingsVersion,
    };
    if (order.queuedRunId === undefined) {
      const { actor, origin } = requester;
      await insertRun(tx, { handle: run, kind, requestedBy: actor, requestedFrom: origin, nowMs });
    } else if (!(await beginQueuedRun(tx, run, nowMs))) {
      throw new Fault('run.not_waiting', `Run ${run.runId} does not wait to be started any more.`);
    }
    await appendTrail(tx, connection.id, [runEvent(order, run, 'run.started', { kind })]);
    return { run, isTakenOver };
  });
  const { run, isTakenOver } = begun;
  const renew = (): Promise<void> => renewLease(db, run, now() + LEASE_MS);
  const takenAt = momentOf(now);
  return { run, guard: new LeaseGuard({ renew, askedAt, takenAt, isTakenOver, now, sleep }) };
}

/** Tells watchers what the run is at, and stops it where people asked for that. */
async function lookAtPeople(order: RunOrder, run: RunHandle, people: AbortController): Promise<void> {
  const progress = order.progress?.();
  if (progress !== undefined) await saveRunProgress(order.db, run, JSON.stringify(progress));
  const by = await stopAskedBy(order.db, run.runId);
  if (by !== null) people.abort(new Fault('run.stopped', `The run was stopped by ${by}.`));
}

function failedEnding<T>(runId: string, error: unknown, stopped: boolean, summary: RunSummary): RunEnding<T> {
  const message = error instanceof Error ? error.message : String(error);
  return {
    runId,
    state: stopped ? 'stopped' : 'failed',
    summary,
    fault: { code: isFault(error) ? error.code : undefined, message, error },
  };
}

const HANDED_ON_STATES = {
  // Nothing went wrong: what is left is counted in its summary.
  slice_over: 'succeeded',
  process_stopped: 'stopped',
  store_away: 'interrupted',
} as const satisfies Record<HandOnReason, RunState>;

function handedOnEnding<T>(
  runId: string,
  error: unknown,
  because: HandOnReason,
  summary: RunSummary,
): RunEnding<T> {
  const { fault, ...ending } = failedEnding<T>(runId, error, true, summary);
  const state = HANDED_ON_STATES[because];
  return {
    ...ending,
    state,
    handOn: because,
    ...(state === 'succeeded' || fault === undefined ? {} : { fault }),
  };
}

async function finish<T>(order: RunOrder, run: RunHandle, ending: RunEnding<T>): Promise<RunEnding<T>> {
  const { db, now } = order;
  // A run that lost its lease belongs to somebody else now: nothing of it is written any more.
  if (ending.fault?.code === 'run.lease_lost') return ending;
  return inTransaction(db, async (tx) => {
    await checkLease(tx, run);
    const { state, fault } = ending;
    await endRun(tx, run, {
      state,
      nowMs: now(),
      summary: JSON.stringify(ending.summary),
      faultCode: fault?.code,
      faultText: fault?.message,
    });
    const told = fault === undefined ? {} : { code: fault.code ?? 'unexpected', text: fault.message };
    await appendTrail(tx, run.connectionId, [
      runEvent(order, run, `run.${state}`, { summary: ending.summary, ...told }),
    ]);
    const successorId = ending.handOn && (await order.handOn?.(tx, ending.handOn));
    const stuckRuns = await watchProgress(tx, order, run, ending);
    await noteRunEnding(
      tx,
      { ...ending, connectionId: run.connectionId, kind: order.kind, stuckRuns },
      now(),
    );
    await releaseLease(tx, run);
    return {
      ...ending,
      ...(successorId === undefined ? {} : { successorId }),
      ...(stuckRuns === 0 ? {} : { stuckRuns }),
    };
  });
}

/** "No progress" is an alarm of its own: nothing else tells a run that fails in vain from one that fails on its way. */
async function watchProgress<T>(
  tx: Tx,
  order: RunOrder,
  run: RunHandle,
  ending: RunEnding<T>,
): Promise<number> {
  if (order.kind !== 'sync' || ending.state === 'stopped' || ending.state === 'interrupted') return 0;
  const { summary } = ending;
  const picture = { summary, failed: ending.state === 'failed', nowMs: order.now() };
  const stuckRuns = await countStuckRuns(tx, run.connectionId, picture);
  if (stuckRuns < STUCK_RUNS_MIN) return 0;
  await appendTrail(tx, run.connectionId, [runEvent(order, run, 'run.no_progress', { runs: stuckRuns })]);
  return stuckRuns;
}

function runEvent(order: RunOrder, run: RunHandle, action: string, data: Record<string, unknown>) {
  return {
    at: order.now(),
    actor: order.requester.actor,
    origin: order.requester.origin,
    action,
    flow: null,
    recordKey: null,
    runId: run.runId,
    settingsVersion: run.settingsVersion,
    cin7Id: null,
    data,
  };
}
