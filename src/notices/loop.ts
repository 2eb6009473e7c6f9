import { inTransaction } from '../store/database.ts';
import { forgetTroubles, purgeNotices } from '../store/notices.ts';
import { type DeliveryPorts, deliverDue } from './deliver.ts';
import { type WatchedConnection, watchFreshness } from './freshness.ts';

interface LoopPorts extends DeliveryPorts {
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Connections whose freshness is watched: those that run by themselves and are not paused. */
  readonly watched: () => Promise<readonly WatchedConnection[]>;
  readonly keepDays: number;
  /** Hears of a sweep that failed; the next one comes all the same. */
  readonly onError: (error: unknown) => void;
}

const SWEEP_MS = 5_000;
const FRESHNESS_MS = 60_000;
const PURGE_MS = 60 * 60_000;
const PURGE_MAX = 1_000;
const DAY_MS = 86_400_000;
/** Trouble whose end nobody noticed, such as that of a connection that was removed. */
const FORGET_TROUBLE_MS = 30 * DAY_MS;

/** Sends notices, watches freshness and tidies up, until the signal says stop. Any number of processes may do it. */
export async function runNoticeLoop(ports: LoopPorts): Promise<void> {
  const { now, sleep, signal } = ports;
  const freshness = every(FRESHNESS_MS, now, async () => {
    await watchFreshness(ports.db, await ports.watched(), now());
  });
  const tidying = every(PURGE_MS, now, () => tidy(ports));
  while (!signal.aborted) {
    for (const work of [freshness, () => deliverDue(ports), tidying]) {
      try {
        await work();
      } catch (error) {
        ports.onError(error);
      }
    }
    // Ends only by the signal.
    await sleep(SWEEP_MS, signal).catch(() => undefined);
  }
}

async function tidy({ db, now, keepDays }: LoopPorts): Promise<void> {
  await inTransaction(db, async (tx) => {
    await purgeNotices(tx, { olderThanMs: now() - keepDays * DAY_MS, limit: PURGE_MAX });
    await forgetTroubles(tx, now() - FORGET_TROUBLE_MS);
  });
}

/** Does the work with the first call, and again when so much time has passed. */
function every(ms: number, now: () => number, work: () => Promise<void>): () => Promise<void> {
  let nextAtMs = Number.NEGATIVE_INFINITY;
  return async () => {
    if (now() < nextAtMs) return;
    nextAtMs = now() + ms;
    await work();
  };
}
