import { CHAIN_START, type ChainEnd } from '../trail/chain.ts';
import { TrailChecker, type TrailFlaw } from '../trail/checker.ts';
import type { Db } from './database.ts';
import { listTrail } from './trail.ts';
import { loadFloor, loadHead } from './trail-source.ts';

export interface TailVerdict {
  readonly head: ChainEnd;
  /** Entries that were checked and found sound. */
  readonly entries: number;
  readonly flaw: TrailFlaw | undefined;
}

/** Checks the last entries of a chain and its noted end. What lies before them is taken as it is: that is what a whole check is for. */
export async function verifyTail(db: Db, chain: string, entriesMax: number): Promise<TailVerdict> {
  const head = (await loadHead(db, chain)) ?? CHAIN_START;
  const start = await startOf(db, chain, head.seq - entriesMax);
  const checker = new TrailChecker({ start });
  const entries = await listTrail(db, { chain, afterSeq: start.seq, limit: entriesMax + 1 });
  for (const entry of entries) {
    // Appended since.
    if (entry.seq > head.seq && head.seq > 0) break;
    const flaw = checker.add(entry);
    if (flaw !== undefined) return { head, entries: checker.entries, flaw };
  }
  return { head, entries: checker.entries, flaw: checker.finish(head.seq === 0 ? undefined : head) };
}

async function startOf(db: Db, chain: string, seq: number): Promise<ChainEnd> {
  const floor = await loadFloor(db, chain);
  if (seq <= floor.seq) return floor;
  const [entry] = await listTrail(db, { chain, afterSeq: seq - 1, limit: 1 });
  return entry === undefined ? floor : { seq: entry.seq, hash: entry.hash };
}
