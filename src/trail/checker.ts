import type { TrailAnchor } from './anchor.ts';
import {
  CHAIN_START,
  type ChainEnd,
  type ChainedEntry,
  type ChainFlaw,
  entryFlaw,
  hashEntry,
} from './chain.ts';
import type { TrailVerifier } from './signer.ts';
import { isSummarySound, KeptHashes, type TrailSummary } from './summary.ts';

export interface TrailFlaw {
  /** The first entry that is not what or where it was. Of entries that are missing, the first of them. */
  readonly seq: number;
  readonly problem:
    | ChainFlaw['problem']
    /** Entries are missing at the end. */
    | 'cut off'
    /** The entry was not appended by the program: the noted end of the chain does not know it. */
    | 'added'
    /** The last entry is another than the noted end of the chain says. */
    | 'replaced'
    /** The entry is another than an anchor says: it, or any before it, was changed and the chain was calculated anew. */
    | 'rewritten'
    /** What is said of removed entries was changed, forged, or does not fit the chain. */
    | 'forged summary'
    /** Of the entries that a summary kept, one is missing, added or changed. */
    | 'kept entries';
}

interface CheckerOptions {
  /** Where the entries begin; a whole chain begins before its first entry. */
  readonly start?: ChainEnd;
  readonly anchors?: readonly TrailAnchor[];
  readonly verifier?: TrailVerifier | undefined;
}

/**
 * Checks a chain entry by entry, so that one of any length needs the same memory. First the summaries of what was removed, then the
 * entries, both in order; then `finish`. The first flaw is the answer: nothing behind it can be told apart from what it caused.
 */
export class TrailChecker {
  readonly #verifier: TrailVerifier | undefined;
  readonly #anchors: readonly TrailAnchor[];
  #nextAnchor = 0;
  #last: ChainEnd;
  readonly #summaries: TrailSummary[] = [];
  #nextSummary = 0;
  /** End of what the summaries tell of. */
  #floor: ChainEnd;
  #kept = new KeptHashes();
  #entries = 0;
  #unprovenAnchors = 0;
  readonly #unknownKeys = new Set<string>();

  constructor(options: CheckerOptions = {}) {
    this.#last = options.start ?? CHAIN_START;
    this.#floor = this.#last;
    this.#verifier = options.verifier;
    this.#anchors = (options.anchors ?? []).toSorted((a, b) => a.seq - b.seq);
  }

  /** The last entry that was found sound. */
  get last(): ChainEnd {
    return this.#last;
  }

  /** Entries that were found sound. */
  get entries(): number {
    return this.#entries;
  }

  /** Entries that summaries tell of instead. */
  get removed(): number {
    return this.#summaries.reduce((sum, summary) => sum + summary.removed, 0);
  }

  /** Anchors of entries that were removed since: nothing is left to compare them with. */
  get unprovenAnchors(): number {
    return this.#unprovenAnchors;
  }

  /** Keys of summaries whose signature could not be checked. */
  get unknownKeys(): readonly string[] {
    return [...this.#unknownKeys];
  }

  addSummary(summary: TrailSummary): TrailFlaw | undefined {
    const sound = isSummarySound(this.#floor, summary, this.#verifier);
    if (sound === false) return { seq: this.#floor.seq + 1, problem: 'forged summary' };
    if (sound === undefined) this.#unknownKeys.add(summary.keyId);
    this.#floor = { seq: summary.lastSeq, hash: summary.lastHash };
    this.#summaries.push(summary);
    return undefined;
  }

  add(entry: ChainedEntry): TrailFlaw | undefined {
    const flaw = entry.seq <= this.#floor.seq ? this.#addKept(entry) : this.#addLinked(entry);
    if (flaw !== undefined) return flaw;
    this.#last = { seq: entry.seq, hash: entry.hash };
    this.#entries += 1;
    return this.#compareAnchors(entry.seq, entry.hash);
  }

  /** @param head what is noted of the end of the chain, apart from its entries. */
  finish(head: ChainEnd | undefined): TrailFlaw | undefined {
    const flaw = this.#passFloor();
    if (flaw !== undefined) return flaw;
    const { seq, hash } = this.#last;
    if (head !== undefined && head.seq > seq) return { seq: seq + 1, problem: 'cut off' };
    if (head === undefined ? this.#entries > 0 : head.seq < seq)
      return { seq: (head?.seq ?? 0) + 1, problem: 'added' };
    if (head !== undefined && head.hash !== hash) return { seq, problem: 'replaced' };
    // Of an empty chain nothing was compared so far.
    const rewritten = this.#compareAnchors(seq, hash);
    if (rewritten !== undefined) return rewritten;
    return this.#nextAnchor < this.#anchors.length ? { seq: seq + 1, problem: 'cut off' } : undefined;
  }

  #addLinked(entry: ChainedEntry): TrailFlaw | undefined {
    return this.#passFloor() ?? entryFlaw(this.#last, entry);
  }

  /** An entry among removed ones: what is beside it is gone, but its summary has a hash over all that were kept. */
  #addKept(entry: ChainedEntry): TrailFlaw | undefined {
    if (entry.seq <= this.#last.seq) return { seq: entry.seq, problem: 'repeated' };
    if (hashEntry(entry) !== entry.hash) return { seq: entry.seq, problem: 'changed' };
    const flaw = this.#closeSummaries(entry.seq);
    this.#kept.add(entry.hash);
    return flaw;
  }

  /** Closes all summaries that end before an entry. */
  #closeSummaries(seq: number): TrailFlaw | undefined {
    for (;;) {
      const summary = this.#summaries[this.#nextSummary];
      if (summary === undefined || summary.lastSeq >= seq) return undefined;
      if (this.#kept.count !== summary.kept || this.#kept.digest !== summary.keptHash)
        return { seq: summary.firstSeq, problem: 'kept entries' };
      this.#kept = new KeptHashes();
      this.#nextSummary += 1;
    }
  }

  /** Behind the removed part the chain goes on where the last summary ends. */
  #passFloor(): TrailFlaw | undefined {
    if (this.#nextSummary === this.#summaries.length) return undefined;
    const flaw = this.#closeSummaries(Number.POSITIVE_INFINITY);
    if (flaw !== undefined) return flaw;
    this.#last = this.#floor;
    return this.#compareAnchors(this.#floor.seq, this.#floor.hash);
  }

  #compareAnchors(seq: number, hash: string): TrailFlaw | undefined {
    for (;;) {
      const anchor = this.#anchors[this.#nextAnchor];
      if (anchor === undefined || anchor.seq > seq) return undefined;
      this.#nextAnchor += 1;
      if (anchor.seq < seq) this.#unprovenAnchors += 1;
      else if (anchor.hash !== hash) return { seq, problem: 'rewritten' };
    }
  }
}

/** What a flaw means, for people. */
export function flawText({ seq, problem }: TrailFlaw): string {
  switch (problem) {
    case 'changed':
      return `Entry ${seq} was changed: its content does not fit its hash.`;
    case 'missing':
      return `Entry ${seq} is missing.`;
    case 'repeated':
      return `Entry ${seq} stands where another should be.`;
    case 'broken link':
      return `Entry ${seq} does not follow the one before it: one of both was replaced, moved or inserted.`;
    case 'cut off':
      return `The end of the trail is missing from entry ${seq} on.`;
    case 'added':
      return `Entry ${seq} was added from outside: the noted end of the trail does not know it.`;
    case 'replaced':
      return `Entry ${seq} is another than the noted end of the trail says.`;
    case 'rewritten':
      return `Entry ${seq} is another than the anchor says: the trail was rewritten up to there or before.`;
    case 'forged summary':
      return `What is said of the entries removed from ${seq} on was changed or forged.`;
    case 'kept entries':
      return `Of the entries kept from ${seq} on, one was removed, added or changed.`;
  }
}
