import { setImmediate as turn } from 'node:timers/promises';
import { Fault } from '../faults/fault.ts';
import { type ChainEnd, type ChainedEntry, checkChain } from '../trail/chain.ts';
import { flawText } from '../trail/checker.ts';
import { checkRetention, DAY_MS } from '../trail/retention.ts';
import type { TrailSigner } from '../trail/signer.ts';
import { summarise, type TrailSummary } from '../trail/summary.ts';
import { type Db, inTransaction, type Tx } from './database.ts';
import { lockConnection } from './locks.ts';
import { appendTrail, listTrail } from './trail.ts';
import { listChains, loadFloor, loadHead } from './trail-source.ts';
import { unindexed } from './unindexed.ts';

/** Entries that are removed in one transaction, with one summary; nobody waits longer for the store than that takes. */
const SEGMENT = 2_000;

interface PruneOrder {
  readonly chain: string;
  /** Entries from before this moment are removed. */
  readonly beforeMs: number;
  readonly nowMs: number;
  /** Who asked for it and from where; the pruning is an entry of the trail itself. */
  readonly requester: { readonly actor: string; readonly origin: string };
  readonly signer: TrailSigner;
  readonly signal?: AbortSignal;
}

export interface PruneResult {
  readonly removed: number;
  /** Old entries that stay because they tell of a record's last write, or why it is parked. */
  readonly kept: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
}

const NOTHING: PruneResult = { removed: 0, kept: 0, firstSeq: 0, lastSeq: 0 };

/**
 * Removes the old beginning of a chain, segment by segment: each in one transaction with its signed summary and an entry of its own, so
 * that it can be killed at any line and run again. The last outcome of each record stays, however old it is.
 */
export async function pruneTrail(db: Db, order: PruneOrder): Promise<PruneResult> {
  let total = NOTHING;
  const untilSeq = await lastOldSeq(db, order);
  for (;;) {
    order.signal?.throwIfAborted();
    const summary = await inTransaction(db, (tx) => pruneSegment(tx, order, untilSeq));
    if (summary === undefined) return total;
    total = addSegment(total, summary);
    await turn();
  }
}

/** What a pruning would remove. */
export async function previewPrune(
  db: Db,
  order: Pick<PruneOrder, 'chain' | 'beforeMs' | 'nowMs'>,
): Promise<PruneResult> {
  const untilSeq = await lastOldSeq(db, order);
  let total = NOTHING;
  let { seq: afterSeq } = await loadFloor(db, order.chain);
  for (;;) {
    const entries = await oldEntries(db, order.chain, { afterSeq, untilSeq });
    const [first] = entries;
    const last = entries.at(-1);
    if (first === undefined || last === undefined) return total;
    const { size: kept } = await lastOutcomes(db, entries);
    const segment = { firstSeq: first.seq, lastSeq: last.seq, removed: entries.length - kept, kept };
    total = addSegment(total, segment);
    afterSeq = last.seq;
    await turn();
  }
}

interface RetentionOrder extends Omit<PruneOrder, 'chain' | 'beforeMs'> {
  readonly retentionDays: number;
}

/** Prunes every chain of the store by the setting `trail.retentionDays`; called once a day. */
export async function pruneExpired(db: Db, order: RetentionOrder): Promise<ReadonlyMap<string, PruneResult>> {
  const results = new Map<string, PruneResult>();
  const beforeMs = order.nowMs - order.retentionDays * DAY_MS;
  for (const chain of await listChains(db))
    results.set(chain, await pruneTrail(db, { ...order, chain, beforeMs }));
  return results;
}

/** The last entry of the part that is old throughout: where clocks were set back, an older entry behind a younger one stays. */
async function lastOldSeq(db: Db, order: Pick<PruneOrder, 'chain' | 'beforeMs' | 'nowMs'>): Promise<number> {
  checkRetention(order);
  const floor = await loadFloor(db, order.chain);
  const row = await db
    .selectFrom('trail')
    .select((eb) => eb.fn.min<number | null>('seq').as('first_young'))
    .where('chain', '=', order.chain)
    .where('at', '>=', order.beforeMs)
    .where('seq', '>', floor.seq)
    .executeTakeFirst();
  const firstYoung = row?.first_young ?? null;
  // What this pruning appends itself lies behind the end as it is now.
  if (firstYoung === null) return (await loadHead(db, order.chain))?.seq ?? 0;
  return Number(firstYoung) - 1;
}

async function pruneSegment(tx: Tx, order: PruneOrder, untilSeq: number): Promise<TrailSummary | undefined> {
  await lockConnection(tx, order.chain);
  const floor = await loadFloor(tx, order.chain);
  const entries = await oldEntries(tx, order.chain, { afterSeq: floor.seq, untilSeq });
  if (entries.length === 0) return undefined;
  refuseDamaged(floor, entries);
  const kept = await lastOutcomes(tx, entries);
  const summary = summarise(entries, kept, order.signer, order.nowMs);
  await insertSummary(tx, summary);
  await deleteEntries(tx, summary, kept);
  await appendTrail(tx, order.chain, [prunedEvent(order, summary)]);
  return summary;
}

async function oldEntries(
  db: Db,
  chain: string,
  range: { afterSeq: number; untilSeq: number },
): Promise<readonly ChainedEntry[]> {
  const page = await listTrail(db, { chain, afterSeq: range.afterSeq, limit: SEGMENT });
  return page.filter(({ seq }) => seq <= range.untilSeq);
}

/** A signed summary of entries that were changed would hide that they were. */
function refuseDamaged(floor: ChainEnd, entries: readonly ChainedEntry[]): void {
  const checked = checkChain(floor, entries);
  if ('flaw' in checked)
    throw new Fault('trail.damaged', `Nothing more was removed: ${flawText(checked.flaw)}`);
}

const WRITES = ['record.created', 'record.updated', 'record.linked', 'record.voided'] as const;
const PARKED = 'record.parked';
const RESET = 'vault.reset';

/** Which of the entries, of one chain and without a gap, stay: the last of their record, of its writes or of its being parked, and resets. */
async function lastOutcomes(db: Db, entries: readonly ChainedEntry[]): Promise<ReadonlySet<number>> {
  const last = new Set<number>();
  for (const actions of [WRITES, [PARKED]]) {
    const seqs = await lastSeqs(db, entries, actions);
    for (const { seq } of entries) if (seqs.has(seq)) last.add(seq);
  }
  // It names the keys whose signatures this store cannot check any more; those summaries stay for good.
  for (const { seq, action } of entries) if (action === RESET) last.add(seq);
  return last;
}

/** Where in the chain each record that the entries tell of was last told of so: one look into the index for each record. */
async function lastSeqs(
  db: Db,
  entries: readonly ChainedEntry[],
  actions: readonly string[],
): Promise<ReadonlySet<number>> {
  const { chain = '', seq: first = 0 } = entries[0] ?? {};
  const told = db
    .selectFrom('trail')
    .select(['record_key', 'flow'])
    .distinct()
    .where('chain', '=', chain)
    .where('seq', '>=', first)
    .where('seq', '<=', first + entries.length - 1)
    .where('record_key', 'is not', null)
    .where(unindexed('action'), 'in', [...actions])
    .as('told');
  const rows = await db
    .selectFrom(told)
    .select((eb) =>
      eb
        .selectFrom('trail as later')
        .select('later.seq')
        .whereRef('later.record_key', '=', 'told.record_key')
        .where(unindexed('later.chain'), '=', chain)
        .where(unindexed('later.flow'), '=', eb.ref('told.flow'))
        .where(unindexed('later.action'), 'in', [...actions])
        .orderBy('later.seq', 'desc')
        .limit(1)
        .as('seq'),
    )
    .execute();
  return new Set(rows.map(({ seq }) => Number(seq)));
}

async function insertSummary(tx: Tx, summary: TrailSummary): Promise<void> {
  await tx
    .insertInto('trail_summaries')
    .values({
      chain: summary.chain,
      first_seq: summary.firstSeq,
      last_seq: summary.lastSeq,
      first_at: summary.firstAtMs,
      last_at: summary.lastAtMs,
      removed: summary.removed,
      kept: summary.kept,
      kept_hash: summary.keptHash,
      actions: JSON.stringify(summary.actions),
      first_prev_hash: summary.firstPrevHash,
      last_hash: summary.lastHash,
      created_at: summary.createdAtMs,
      key_id: summary.keyId,
      signature: summary.signature,
    })
    .execute();
}

async function deleteEntries(tx: Tx, summary: TrailSummary, kept: ReadonlySet<number>): Promise<void> {
  let removal = tx
    .deleteFrom('trail')
    .where('chain', '=', summary.chain)
    .where('seq', '>=', summary.firstSeq)
    .where('seq', '<=', summary.lastSeq);
  if (kept.size > 0) removal = removal.where('seq', 'not in', [...kept]);
  const { numDeletedRows } = await removal.executeTakeFirstOrThrow();
  if (Number(numDeletedRows) !== summary.removed)
    throw new Error(`${numDeletedRows} entries would be removed, ${summary.removed} were summed up.`);
}

function prunedEvent(order: PruneOrder, summary: TrailSummary) {
  const { firstSeq, lastSeq, removed, kept, keyId } = summary;
  return {
    at: order.nowMs,
    actor: order.requester.actor,
    origin: order.requester.origin,
    action: 'trail.pruned',
    flow: null,
    recordKey: null,
    runId: null,
    settingsVersion: null,
    cin7Id: null,
    data: { before: new Date(order.beforeMs).toISOString(), firstSeq, lastSeq, removed, kept, keyId },
  };
}

function addSegment(total: PruneResult, segment: PruneResult): PruneResult {
  return {
    removed: total.removed + segment.removed,
    kept: total.kept + segment.kept,
    firstSeq: total.firstSeq === 0 ? segment.firstSeq : total.firstSeq,
    lastSeq: segment.lastSeq,
  };
}
