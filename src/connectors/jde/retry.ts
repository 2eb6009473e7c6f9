import { Fault, isFault } from '../../faults/fault.ts';
import type { ThrownCode } from '../../faults/fault-codes.ts';

export interface RetryDeps {
  readonly retriesMax: number;
  readonly delayMsMax: number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly random: () => number;
}

/** Does something again while it fails for a passing reason, at most `retriesMax` times, with full jitter between. */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  deps: RetryDeps,
  signal: AbortSignal,
): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isPassing(error) || failures >= deps.retriesMax) throw error;
      await deps.sleep(delayMs(failures, error, deps), signal);
    }
  }
}

/** Whether the same call may succeed later. A lost session or result set needs more than repeating. */
export function isPassing(error: unknown): error is Fault {
  return isFault(error, 'retry') && !NEEDS_NEW_START.has(error.code);
}

/** Full jitter: anything up to a limit that doubles with each failure; never less than the server asked for. */
export function delayMs(failures: number, error: unknown, deps: RetryDeps): number {
  const limit = Math.min(deps.delayMsMax, FIRST_DELAY_MS * 2 ** failures);
  const asked = error instanceof Fault ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(Math.min(asked, deps.delayMsMax), Math.round(deps.random() * limit));
}

const NEEDS_NEW_START: ReadonlySet<ThrownCode> = new Set(['jde.session_lost', 'jde.result_set_expired']);
const FIRST_DELAY_MS = 500;
