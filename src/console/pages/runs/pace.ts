/** How far a run was at a moment. */
export interface Sample {
  readonly atMs: number;
  readonly settled: number;
  readonly left: number;
}

export interface Pace {
  readonly perMinute: number;
  readonly minutesLeft: number;
}

/** The pace is that of the last minute: at the start a run reads, and later Cin7 decides. */
const WINDOW_MS = 60_000;
const SPAN_MS_MIN = 4_000;

/** Adds a sample and forgets those that are too old. Pure. */
export function withSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = samples.at(-1);
  // Another flow begins its own count; a run that went back is another run.
  const kept = last !== undefined && sample.settled < last.settled ? [] : samples;
  return [...kept.filter(({ atMs }) => sample.atMs - atMs <= WINDOW_MS), sample];
}

/** Undefined: too early to say, or nothing moves. Pure. */
export function paceOf(samples: readonly Sample[]): Pace | undefined {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const spanMs = last.atMs - first.atMs;
  const settled = last.settled - first.settled;
  if (spanMs < SPAN_MS_MIN || settled <= 0) return undefined;
  const perMinute = (settled / spanMs) * 60_000;
  return { perMinute: Math.round(perMinute), minutesLeft: Math.ceil(last.left / perMinute) };
}
