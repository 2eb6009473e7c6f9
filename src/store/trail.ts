import { type ChainedEntry, chainEvents, type TrailEvent } from '../trail/chain.ts';
import { chunksOf } from './chunks.ts';
import type { Db } from './database.ts';

/** Appends events to a chain, in the transaction of what they tell. Entries are never changed or removed. */
export async function appendTrail(tx: Db, chain: string, events: readonly TrailEvent[]): Promise<void> {
  if (events.length === 0) return;
  const last = await tx
    .selectFrom('trail')
    .select(['seq', 'hash'])
    .where('chain', '=', chain)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const entries = chainEvents(
    chain,
    last === undefined ? undefined : { seq: Number(last.seq), hash: last.hash },
    events,
  );
  for (const chunk of chunksOf(entries, 14)) {
    await tx
      .insertInto('trail')
      .values(
        chunk.map((entry) => ({
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
        })),
      )
      .execute();
  }
}

interface TrailQuery {
  readonly chain: string;
  readonly runId?: string;
  readonly recordKey?: string;
  readonly afterSeq: number;
  readonly limit: number;
}

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
  return (await select.execute()).map((row) => ({
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
  }));
}
