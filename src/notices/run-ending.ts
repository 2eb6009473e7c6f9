import type { FaultCode } from '../faults/fault-codes.ts';
import type { Db } from '../store/database.ts';
import { newlyParked } from '../store/parked-news.ts';
import { noteEvent, noteRecovery } from './note.ts';

/** How a run ended, as far as people should hear of it. */
export interface EndedRun {
  readonly runId: string;
  readonly connectionId: string;
  readonly kind: string;
  readonly state: 'succeeded' | 'failed' | 'stopped' | 'interrupted';
  readonly fault?: { readonly code: FaultCode | undefined; readonly message: string };
  /** Runs in a row that left the same work behind, where there are enough of them for an alarm. */
  readonly stuckRuns: number;
}

/** Ends of runs that are as they should be. */
const EXPECTED: ReadonlySet<string> = new Set(['run.stopped', 'run.lease_lost', 'jde.quiet_hours']);
const EXAMPLES_MAX = 3;

/** Notes what the end of a run means, in the transaction that stores the end. */
export async function noteRunEnding(tx: Db, run: EndedRun, nowMs: number): Promise<void> {
  const { connectionId, runId } = run;
  if (run.kind === 'sync') await noteNewlyParked(tx, run, nowMs);
  if (run.stuckRuns > 0)
    await noteEvent(tx, { event: 'run.no_progress', connectionId, runId, runs: run.stuckRuns }, nowMs);
  if (run.state === 'succeeded') await noteSuccess(tx, run, nowMs);
  const { fault } = run;
  if (run.state !== 'failed' || fault === undefined || EXPECTED.has(fault.code ?? '')) return;
  const failed = { event: 'run.failed', connectionId, runId, runKind: run.kind } as const;
  await noteEvent(tx, { ...failed, code: fault.code, text: fault.message }, nowMs);
}

async function noteNewlyParked(tx: Db, run: EndedRun, nowMs: number): Promise<void> {
  const { connectionId, runId } = run;
  const causes = await newlyParked(tx, { connectionId, runId, examplesMax: EXAMPLES_MAX });
  if (causes.length > 0) await noteEvent(tx, { event: 'parked.new', connectionId, runId, causes }, nowMs);
}

/** A run that succeeded heals failures of its own kind; a sync also proves that both sides answer and that data are fresh. */
async function noteSuccess(tx: Db, run: EndedRun, nowMs: number): Promise<void> {
  const { connectionId, runId, kind } = run;
  const failures = `run.failed:${connectionId}:${kind}:`;
  const isSync = kind === 'sync';
  await noteRecovery(tx, {
    connectionId,
    events: isSync
      ? [
          'run.failed',
          'connection.offline',
          'freshness.stale',
          ...(run.stuckRuns > 0 ? [] : (['run.no_progress'] as const)),
        ]
      : ['run.failed'],
    fits: (key) => !key.startsWith('run.failed:') || key.startsWith(failures),
    runId,
    nowMs,
  });
}
