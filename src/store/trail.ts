import { type ChainedEntry, chainEvents, GENESIS_HASH, type TrailEvent } from '../trail/chain.ts';
import { chunksOf } from './chunks.ts';
import type { Db } from './database.ts';
import type { TrailTable } from './schema.ts';

/**
 * Appends events to a chain, in the transaction of what they tell. Entries are never changed, and removed only by retention.
 *
 * The first statement locks the row of the chain until the transaction ends, so that two processes cannot take the same number. A
 * transaction that appends to several chains does so in one order, the connection's before `system`, or two of them could wait for each
 * other for ever.
 */
export async function appendTrail(tx: Db, chain: string, events: readonly TrailEvent[]): Promise<void> {
  if (events.length === 0) return;
  const head = await reserveNumbers(tx, chain, events.length);
  const entries = chainEvents(chain, head, events);
  for (const chunk of chunksOf(entries, 14)) {
    await tx.insertInto('trail').values(chunk.map(rowOf)).execute();
  }
  const { hash } = entries.at(-1) ?? head;
  await tx
    .updateTable('trail_heads')
    .set({ hash, ...latestTimes(head, events) })
    .where('chain', '=', chain)
    .execute();
}

interface Head {
  readonly seq: number;
  readonly hash: string;
  readonly latestAtMs: number;
  readonly backwardsMs: number;
}

/** Moves the head of a chain on, and returns where it stood. */
async function reserveNumbers(tx: Db, chain: string, count: number): Promise<Head> {
  const row = await tx
    .insertInto('trail_heads')
    .values({ chain, seq: count, hash: GENESIS_HASH, latest_at: 0, backwards_ms: 0 })
    .onConflict((c) =>
      c.column('chain').doUpdateSet((eb) => ({ seq: eb('trail_heads.seq', '+', eb.ref('excluded.seq')) })),
    )
    .returning(['seq', 'hash', 'latest_at', 'backwards_ms'])
    .executeTakeFirstOrThrow();
  return {
    seq: Number(row.seq) - count,
    hash: row.hash,
    latestAtMs: Number(row.latest_at),
    backwardsMs: Number(row.backwards_ms),
  };
}

/** With the largest step back a moment can be turned into a range of numbers that surely holds it. */
function latestTimes(head: Head, events: readonly TrailEvent[]): { latest_at: number; backwards_ms: number } {
  let { latestAtMs, backwardsMs } = head;
  for (const { at } of events) {
    backwardsMs = Math.max(backwardsMs, latestAtMs - at);
    latestAtMs = Math.max(latestAtMs, at);
  }
  return { latest_at: latestAtMs, backwards_ms: backwardsMs };
}

interface TrailQuery {
  readonly chain: string;
  readonly runId?: string;
  readonly recordKey?: string;
  readonly afterSeq: number;
  readonly limit: number;
}

/** Entries in the order in which they were written. */
export async function listTrail(db: Db, query: TrailQuery): Promise<readonly ChainedEntry[]> {
  let select = db
    .selectFrom('trail')
    .selectAll()
    .where('chain', '=', query.chain)
    .where('seq', '>', query.afterSeq)
    .orderBy('seq')
    .limit(query.limit);
  if (query.runId !== undefined) select = select.where('run_id', '=', query.runId);
  if (query.recordKey !== undefined) select = select.where('record_key', '=', query.recordKey);
  return (await select.execute()).map(entryOf);
}

export function entryOf(row: TrailTable): ChainedEntry {
  return {
    chain: row.chain,
    seq: Number(row.seq),
    at: Number(row.at),
    actor: row.actor,
    origin: row.origin,
    action: row.action,
    flow: row.flow,
    recordKey: row.record_key,
    runId: row.run_id,
    settingsVersion: row.settings_version,
    cin7Id: row.cin7_id,
    data: row.data,
    prevHash: row.prev_hash,
    hash: row.hash,
  };
}

function rowOf(entry: ChainedEntry): TrailTable {
  return {
    chain: entry.chain,
    seq: entry.seq,
    at: entry.at,
    actor: entry.actor,
    origin: entry.origin,
    action: entry.action,
    flow: entry.flow,
    record_key: entry.recordKey,
    run_id: entry.runId,
    settings_version: entry.settingsVersion,
    cin7_id: entry.cin7Id,
    data: entry.data,
    prev_hash: entry.prevHash,
    hash: entry.hash,
  };
}
