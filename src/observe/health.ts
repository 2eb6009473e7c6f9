import type { Db } from '../store/database.ts';
import { schemaState } from '../store/migrate.ts';

export interface HealthCheck {
  readonly name: string;
  readonly ok: boolean;
  /** What was found. Never a secret. */
  readonly detail: string;
}

export interface Health {
  readonly ok: boolean;
  readonly checks: readonly HealthCheck[];
}

/** A named question to a part. Resolves with what was found; whatever it throws means: not well. */
export interface Probe {
  readonly name: string;
  readonly ask: () => Promise<string> | string;
}

/** How long the event loop kept others waiting. */
export interface LoopWatch {
  /** The longest since it was last asked. */
  lagMs(): number;
  close(): void;
}

const LOOK_EVERY_MS = 100;
/** A machine that is short of time is not helped by starting anew; one that stands still is. */
const LAG_MS_MAX = 30_000;
const PROBE_MS = 2_000;

/** Looks at the clock in short intervals; what comes late was kept waiting. (The histogram of Node loses what follows its reset.) */
export function watchEventLoop(elapsed: () => number = () => performance.now()): LoopWatch {
  let lastMs = elapsed();
  let longestMs = 0;
  const look = (): void => {
    const nowMs = elapsed();
    longestMs = Math.max(longestMs, nowMs - lastMs - LOOK_EVERY_MS);
    lastMs = nowMs;
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  timer.unref();
  return {
    lagMs() {
      look();
      const lagMs = longestMs;
      longestMs = 0;
      return Math.max(0, lagMs);
    },
    close: () => clearInterval(timer),
  };
}

/** For `/healthz`: the process lives and comes round to answering. If not, it should be started anew. */
export function liveness(loop: Pick<LoopWatch, 'lagMs'>): Health {
  const lagMs = Math.round(loop.lagMs());
  const ok = lagMs <= LAG_MS_MAX;
  return { ok, checks: [{ name: 'eventLoop', ok, detail: `kept others waiting for ${lagMs} ms at most` }] };
}

/**
 * For `/readyz`: everything that requests and runs need is there. All questions are asked at once, and each must be answered
 * within two seconds.
 */
export async function readiness(probes: readonly Probe[], timeoutMs = PROBE_MS): Promise<Health> {
  const checks = await Promise.all(probes.map((probe) => answerOf(probe, timeoutMs)));
  return { ok: checks.every((check) => check.ok), checks };
}

/** The store answers, and its schema is one that this program can work with: of the next one it takes no harm. */
export function storeProbe(db: Db): Probe {
  return {
    name: 'store',
    ask: async () => {
      const { applied, newest } = await schemaState(db);
      if (applied < newest) throw new Error(`has schema ${applied}, this program needs ${newest}`);
      return applied === newest
        ? `schema ${applied}`
        : `schema ${applied}, of a newer program than this one: bring the upgrade to its end`;
    },
  };
}

async function answerOf({ name, ask }: Probe, timeoutMs: number): Promise<HealthCheck> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`did not answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return { name, ok: true, detail: await Promise.race([ask(), late]) };
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : 'failed' };
  } finally {
    clearTimeout(timer);
  }
}
