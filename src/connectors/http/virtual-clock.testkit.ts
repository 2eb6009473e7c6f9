import { setImmediate as turn } from 'node:timers/promises';

/** A clock that jumps to the next sleeper as soon as nothing else is left to do. */
export interface VirtualClock {
  readonly now: () => number;
  /** A clock that `shift` does not touch. */
  readonly elapsed: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Sets the clock seen by `now` forward or back; sleepers are not affected. */
  readonly shift: (ms: number) => void;
  /** Lets time pass until the work is done. */
  readonly run: <T>(work: Promise<T>) => Promise<T>;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

export function virtualClock(startMs = 1_800_000_000_000): VirtualClock {
  let timeMs = startMs;
  let shiftMs = 0;
  let sleepers: Sleeper[] = [];

  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const sleeper = { at: timeMs + ms, wake: resolve };
      sleepers.push(sleeper);
      signal?.addEventListener('abort', () => {
        sleepers = sleepers.filter((other) => other !== sleeper);
        reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
      });
    });

  const advance = (): void => {
    const nextAt = sleepers.reduce(
      (earliest, sleeper) => Math.min(earliest, sleeper.at),
      Number.POSITIVE_INFINITY,
    );
    if (nextAt === Number.POSITIVE_INFINITY) return;
    timeMs = Math.max(timeMs, nextAt);
    const due = sleepers.filter((sleeper) => sleeper.at <= timeMs);
    sleepers = sleepers.filter((sleeper) => sleeper.at > timeMs);
    for (const sleeper of due) sleeper.wake();
  };

  const run = async <T>(work: Promise<T>): Promise<T> => {
    let done = false;
    const settled = work.finally(() => {
      done = true;
    });
    settled.catch(() => undefined);
    while (!done) {
      await turn();
      if (!done) advance();
    }
    return settled;
  };

  return {
    now: () => timeMs + shiftMs,
    elapsed: () => timeMs,
    sleep,
    shift: (ms) => {
      shiftMs += ms;
    },
    run,
  };
}

/** A small seeded generator (mulberry32): numbers from 0 to below 1. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
