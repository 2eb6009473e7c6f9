/** How long to wait before try number `attempt` (from 1) is repeated. */
export interface Backoff {
  readonly baseMs: number;
  readonly maxMs: number;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** Full jitter: evenly spread from zero to a bound that doubles with each attempt, so that many clients do not march in step. */
export function fullJitterMs(attempt: number, { baseMs, maxMs, random }: Backoff): number {
  return random() * Math.min(maxMs, baseMs * 2 ** Math.min(attempt - 1, 30));
}
