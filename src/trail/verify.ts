import { setImmediate as turn } from 'node:timers/promises';
import type { TrailAnchor } from './anchor.ts';
import type { ChainEnd, ChainedEntry } from './chain.ts';
import { TrailChecker, type TrailFlaw } from './checker.ts';
import type { TrailVerifier } from './signer.ts';
import type { TrailSummary } from './summary.ts';

/** A chain as it stood at one moment, in the store or in a file. */
export interface TrailSource {
  readonly summaries: readonly TrailSummary[];
  /** What is noted of its end, apart from the entries. */
  readonly head: ChainEnd | undefined;
  /** All entries that are left, in order, a page at a time. */
  pages(): AsyncIterable<readonly ChainedEntry[]>;
}

export interface TrailVerdict {
  /** `undefined`: the trail is intact. */
  readonly flaw: TrailFlaw | undefined;
  /** Entries that were checked and found sound. */
  readonly entries: number;
  /** Entries that were removed when their retention ended; signed summaries stand for them. */
  readonly removed: number;
  readonly last: ChainEnd;
  /** Anchors of entries that were removed since. */
  readonly unprovenAnchors: number;
  /** Keys that signed summaries and are not known here: the verdict holds only as far as those summaries can be believed. */
  readonly unknownKeys: readonly string[];
}

interface VerifyOptions {
  readonly anchors?: readonly TrailAnchor[];
  readonly verifier?: TrailVerifier | undefined;
  readonly signal?: AbortSignal;
}

/** Reads a chain from its beginning to its end and tells the first entry that is not what or where it was. Holds one page at a time. */
export async function verifyTrail(source: TrailSource, options: VerifyOptions = {}): Promise<TrailVerdict> {
  const checker = new TrailChecker(options);
  const flaw = (await findFlaw(source, checker, options.signal)) ?? checker.finish(source.head);
  const { entries, removed, last, unprovenAnchors, unknownKeys } = checker;
  return { flaw, entries, removed, last, unprovenAnchors, unknownKeys };
}

async function findFlaw(
  source: TrailSource,
  checker: TrailChecker,
  signal: AbortSignal | undefined,
): Promise<TrailFlaw | undefined> {
  for (const summary of source.summaries) {
    const flaw = checker.addSummary(summary);
    if (flaw !== undefined) return flaw;
  }
  for await (const page of source.pages()) {
    signal?.throwIfAborted();
    for (const entry of page) {
      const flaw = checker.add(entry);
      if (flaw !== undefined) return flaw;
    }
    // A server answers others between two pages.
    await turn();
  }
  return undefined;
}
