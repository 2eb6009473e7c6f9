import { hash } from 'node:crypto';

/** What an entry of the trail tells, before it is chained. */
export interface TrailEvent {
  readonly at: number;
  /** Who: `cli:anna`, `schedule`, `api:token-name`. */
  readonly actor: string;
  /** From where: host name or address. */
  readonly origin: string;
  /** What: `run.started`, `record.created`, `crosswalk.set`, `settings.changed`. */
  readonly action: string;
  readonly flow: string | null;
  readonly recordKey: string | null;
  readonly runId: string | null;
  readonly settingsVersion: number | null;
  readonly cin7Id: string | null;
  /** Old and new values, differences, codes. Never a secret (invariant 8). */
  readonly data: Readonly<Record<string, unknown>>;
}

export interface ChainedEntry extends Omit<TrailEvent, 'data'> {
  readonly chain: string;
  readonly seq: number;
  /** JSON text, exactly as hashed. */
  readonly data: string;
  readonly prevHash: string;
  readonly hash: string;
}

export const GENESIS_HASH = '0'.repeat(64);

/** The hash covers every field in a fixed order, and the hash of the entry before. */
export function hashEntry(entry: Omit<ChainedEntry, 'hash'>): string {
  return hash(
    'sha256',
    JSON.stringify([
      entry.chain,
      entry.seq,
      entry.at,
      entry.actor,
      entry.origin,
      entry.action,
      entry.flow,
      entry.recordKey,
      entry.runId,
      entry.settingsVersion,
      entry.cin7Id,
      entry.data,
      entry.prevHash,
    ]),
  );
}

/** Chains events onto the last entry of a chain. */
export function chainEvents(
  chain: string,
  last: ChainEnd | undefined,
  events: readonly TrailEvent[],
): readonly ChainedEntry[] {
  let seq = last?.seq ?? 0;
  let prevHash = last?.hash ?? GENESIS_HASH;
  return events.map((event) => {
    seq += 1;
    const unhashed = { ...event, chain, seq, data: JSON.stringify(event.data), prevHash };
    const entry = { ...unhashed, hash: hashEntry(unhashed) };
    prevHash = entry.hash;
    return entry;
  });
}

/** A place in a chain: the last entry before, or the last of all. */
export interface ChainEnd {
  readonly seq: number;
  readonly hash: string;
}

/** Before the first entry. */
export const CHAIN_START: ChainEnd = { seq: 0, hash: GENESIS_HASH };

export interface ChainFlaw {
  /** The first entry that is not what or where it was. Of entries that are missing, the first of them. */
  readonly seq: number;
  readonly problem: 'changed' | 'missing' | 'repeated' | 'broken link';
}

/** What is wrong with an entry, read behind `before`. */
export function entryFlaw(before: ChainEnd, entry: ChainedEntry): ChainFlaw | undefined {
  if (entry.seq > before.seq + 1) return { seq: before.seq + 1, problem: 'missing' };
  if (entry.seq <= before.seq) return { seq: entry.seq, problem: 'repeated' };
  if (entry.prevHash !== before.hash) return { seq: entry.seq, problem: 'broken link' };
  if (hashEntry(entry) !== entry.hash) return { seq: entry.seq, problem: 'changed' };
  return undefined;
}

/** Checks entries in order, behind `last`. Returns the first flaw, or the new last entry. */
export function checkChain(
  last: ChainEnd | undefined,
  entries: readonly ChainedEntry[],
): { readonly flaw: ChainFlaw } | { readonly last: ChainEnd | undefined } {
  let current = last;
  for (const entry of entries) {
    const flaw = entryFlaw(current ?? CHAIN_START, entry);
    if (flaw !== undefined) return { flaw };
    current = { seq: entry.seq, hash: entry.hash };
  }
  return { last: current };
}
