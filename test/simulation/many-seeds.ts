import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { SeedResult } from './simulate-seed.ts';

/** What many seeds came to. */
export interface Tally {
  readonly seeds: number;
  readonly faults: number;
  readonly lost: number;
  readonly doubled: number;
  readonly wrong: number;
  readonly failedSeeds: readonly number[];
  readonly seconds: number;
  readonly faultsByKind: Readonly<Record<string, number>>;
}

export interface SeedRange {
  readonly from: number;
  readonly count: number;
  readonly workers: number;
  /** Ends it early: what is under way is played to its end and counted. */
  readonly signal?: AbortSignal;
}

const WORKER = fileURLToPath(new URL('seed-worker.ts', import.meta.url));
/** Seeds that a worker gets at once, so that none runs dry. */
const AHEAD = 2;

/** Plays seeds in processes of their own. `onResult` hears of each as it ends. */
export async function playSeeds(range: SeedRange, onResult: (result: SeedResult) => void): Promise<Tally> {
  const startedMs = performance.now();
  const results: SeedResult[] = [];
  let next = range.from;
  const end = range.from + range.count;
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = fork(WORKER);
      let open = 0;
      const feed = (): void => {
        while (open < AHEAD && next < end && range.signal?.aborted !== true) {
          worker.send(next);
          next += 1;
          open += 1;
        }
        if (open === 0) worker.disconnect();
      };
      worker.on('message', (message) => {
        const result = message as SeedResult; // The worker sends nothing else.
        open -= 1;
        results.push(result);
        onResult(result);
        feed();
      });
      worker.once('error', reject);
      worker.once('exit', (code) => {
        if (open === 0) resolve();
        else reject(new Error(`A worker ended with ${code} while ${open} seeds were under way.`));
      });
      feed();
    });
  await Promise.all(Array.from({ length: Math.min(range.workers, range.count) }, work));
  return tallyOf(results, (performance.now() - startedMs) / 1_000);
}

export function tallyOf(results: readonly SeedResult[], seconds: number): Tally {
  const findings = results.flatMap((result) => result.findings);
  const of = (kind: string): number => findings.filter((finding) => finding.kind === kind).length;
  const byKind = new Map<string, number>();
  for (const { faults } of results) {
    for (const [kind, count] of Object.entries(faults)) byKind.set(kind, (byKind.get(kind) ?? 0) + count);
  }
  return {
    seeds: results.length,
    faults: [...byKind.values()].reduce((sum, count) => sum + count, 0),
    lost: of('lost'),
    doubled: of('doubled'),
    wrong: of('wrong'),
    failedSeeds: results
      .filter((result) => result.findings.length > 0)
      .map((result) => result.seed)
      .toSorted((a, b) => a - b),
    seconds: Math.round(seconds * 10) / 10,
    faultsByKind: Object.fromEntries([...byKind].toSorted(([, a], [, b]) => b - a)),
  };
}
