import { isFault } from '../faults/fault.ts';
import type { Tx } from '../store/database.ts';

/**
 * Why a run ends before its end although nothing is wrong with its work: other connections wait for room, the process was told to stop,
 * or the database went away for a moment.
 */
export type HandOnReason = 'slice_over' | 'process_stopped' | 'store_away';

/**
 * Queues what goes on with the rest of a run, in the transaction that stores its ending: either both are stored or neither.
 *
 * @returns the id of the run that waits now; undefined when nobody is to go on.
 */
export type HandOn = (tx: Tx, because: HandOnReason) => Promise<string | undefined>;

/** Why somebody else is to go on with a run that was ended by this; undefined: the end is its own. */
export function whyHandedOn(
  error: unknown,
  of: { readonly processStops: boolean },
): HandOnReason | undefined {
  if (isFault(error) && error.code === 'run.slice_over') return 'slice_over';
  if (of.processStops) return 'process_stopped';
  return isFault(error) && error.code === 'store.unavailable' ? 'store_away' : undefined;
}
