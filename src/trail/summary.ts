import { hash } from 'node:crypto';
import type { ChainEnd, ChainedEntry } from './chain.ts';
import type { Signed, TrailSigner, TrailVerifier } from './signer.ts';

/**
 * What was removed from a chain when its retention ended: entries `firstSeq` to `lastSeq`, but for those that are kept. The hashes at
 * both ends make it a link of the chain; the signature makes it the program's own word, which nobody can write into the store.
 */
export interface TrailSummary extends Signed {
  readonly chain: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly removed: number;
  /** Entries that still tell of a record's last write. */
  readonly kept: number;
  readonly keptHash: string;
  /** How many of each action were removed. */
  readonly actions: Readonly<Record<string, number>>;
  readonly firstPrevHash: string;
  readonly lastHash: string;
  readonly createdAtMs: number;
}

/** Sums up a part of a chain, in order and without a gap, before it is removed. */
export function summarise(
  entries: readonly ChainedEntry[],
  kept: ReadonlySet<number>,
  signer: TrailSigner,
  nowMs: number,
): TrailSummary {
  const [first] = entries;
  const last = entries.at(-1);
  if (first === undefined || last === undefined) throw new Error('There is nothing to sum up.');
  const actions: Record<string, number> = {};
  const keptHashes = new KeptHashes();
  for (const entry of entries) {
    if (kept.has(entry.seq)) keptHashes.add(entry.hash);
    else actions[entry.action] = (actions[entry.action] ?? 0) + 1;
  }
  const unsigned = {
    chain: first.chain,
    firstSeq: first.seq,
    lastSeq: last.seq,
    firstAtMs: first.at,
    lastAtMs: last.at,
    removed: entries.length - keptHashes.count,
    kept: keptHashes.count,
    keptHash: keptHashes.digest,
    actions,
    firstPrevHash: first.prevHash,
    lastHash: last.hash,
    createdAtMs: nowMs,
  };
  return { ...unsigned, ...signer.sign(summaryText(unsigned)) };
}

/** Whether a summary follows what is before it, and is the program's own word; `undefined` where its key is not known here. */
export function isSummarySound(
  before: ChainEnd,
  summary: TrailSummary,
  verifier: TrailVerifier | undefined,
): boolean | undefined {
  if (summary.firstSeq !== before.seq + 1 || summary.firstPrevHash !== before.hash) return false;
  return verifier?.verify(summaryText(summary), summary);
}

/** A hash over hashes, in order. */
export class KeptHashes {
  #digest = '';
  #count = 0;

  add(entryHash: string): void {
    this.#digest = hash('sha256', this.#digest + entryHash);
    this.#count += 1;
  }

  get digest(): string {
    return this.#digest;
  }

  get count(): number {
    return this.#count;
  }
}

function summaryText(summary: Omit<TrailSummary, keyof Signed>): string {
  return JSON.stringify([
    'ml-connector trail summary 1',
    summary.chain,
    summary.firstSeq,
    summary.lastSeq,
    summary.firstAtMs,
    summary.lastAtMs,
    summary.removed,
    summary.kept,
    summary.keptHash,
    Object.entries(summary.actions).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    summary.firstPrevHash,
    summary.lastHash,
    summary.createdAtMs,
  ]);
}
