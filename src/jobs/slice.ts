import { Fault } from '../faults/fault.ts';
import type { Db } from '../store/database.ts';
import { doOthersWait } from '../store/run-handover.ts';

interface SliceParts {
  readonly db: Db;
  readonly connectionId: string;
  /** A run that has worked for so long makes room when others wait. */
  readonly sliceMs: number;
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** A run that has waited for so long finds no room: carriers take up what they can within seconds. */
const WAITED_MS = 5_000;
const LOOK_MS = 5_000;

/**
 * Bounds how long a run keeps others waiting: a first load of 20 hours must not hold its place while runs of other connections wait
 * for one. The signal is aborted with `run.slice_over` once the run has worked for its slice and somebody waits. It never is while
 * nobody waits.
 *
 * @param signal the run has ended, whatever ended it.
 */
export function sliceSignal(parts: SliceParts, signal: AbortSignal): AbortSignal {
  const over = new AbortController();
  void watch(parts, signal, over);
  return over.signal;
}

async function watch(parts: SliceParts, signal: AbortSignal, over: AbortController): Promise<void> {
  const { db, connectionId, sliceMs, now, sleep } = parts;
  for (let pauseMs = sliceMs; !signal.aborted; pauseMs = LOOK_MS) {
    // Ends only by the signal; a store that is away for a moment is asked again.
    await sleep(pauseMs, signal).catch(() => undefined);
    if (signal.aborted) return;
    const queuedBeforeMs = now() - WAITED_MS;
    if (!(await doOthersWait(db, { connectionId, queuedBeforeMs }).catch(() => false))) continue;
    over.abort(
      new Fault(
        'run.slice_over',
        `The run made room for others after ${sliceMs / 60_000} minutes of its own.`,
      ),
    );
    return;
  }
}
