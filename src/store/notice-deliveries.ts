import { chunksOf } from './chunks.ts';
import type { Db } from './database.ts';

/** waiting: to be sent, or sent again; delivered: the other side took it; failed: given up, a person may send it again. */
export type DeliveryState = 'waiting' | 'delivered' | 'failed';

export interface StoredDelivery {
  readonly id: string;
  readonly noticeId: string;
  readonly channelId: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly nextAtMs: number;
  readonly giveUpAtMs: number;
  readonly lastError: string | null;
  readonly createdAtMs: number;
  readonly endedAtMs: number | null;
}

export async function insertDeliveries(
  tx: Db,
  deliveries: readonly Pick<
    StoredDelivery,
    'id' | 'noticeId' | 'channelId' | 'nextAtMs' | 'giveUpAtMs' | 'createdAtMs'
  >[],
): Promise<void> {
  for (const chunk of chunksOf(deliveries, 12)) {
    await tx
      .insertInto('notice_deliveries')
      .values(
        chunk.map((delivery) => ({
          id: delivery.id,
          notice_id: delivery.noticeId,
          channel_id: delivery.channelId,
          state: 'waiting',
          attempts: 0,
          next_at: delivery.nextAtMs,
          claimed_until: 0,
          claimed_by: null,
          give_up_at: delivery.giveUpAtMs,
          last_error: null,
          created_at: delivery.createdAtMs,
          ended_at: null,
        })),
      )
      .execute();
  }
}

/** Channels for which something may be sent now. */
export async function channelsWithDue(db: Db, nowMs: number): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('notice_deliveries')
    .select('channel_id')
    .distinct()
    .where('state', '=', 'waiting')
    .where('next_at', '<=', nowMs)
    .where('claimed_until', '<=', nowMs)
    .orderBy('channel_id')
    .execute();
  return rows.map((row) => row.channel_id);
}

interface Claim {
  readonly channelId: string;
  /** Only this one. */
  readonly id?: string;
  readonly nowMs: number;
  readonly claimedUntilMs: number;
  /** Names who sends it; only this one may say how it went. */
  readonly claimedBy: string;
}

/**
 * Takes a delivery that is due for a channel, the least tried first, so that one that always fails does not keep the others, and
 * counts the attempt. The conditions stand in the update itself, so that
 * of two processes only one gets it; a claim whose process died ends by itself.
 */
export async function claimDelivery(db: Db, claim: Claim): Promise<StoredDelivery | undefined> {
  const { id } = claim;
  const row = await db
    .updateTable('notice_deliveries')
    .set((eb) => ({
      claimed_until: claim.claimedUntilMs,
      claimed_by: claim.claimedBy,
      attempts: eb('attempts', '+', 1),
    }))
    .where('id', '=', (next) =>
      next
        .selectFrom('notice_deliveries')
        .select('id')
        .$if(id !== undefined, (select) => select.where('id', '=', id ?? ''))
        .where('state', '=', 'waiting')
        .where('channel_id', '=', claim.channelId)
        .where('next_at', '<=', claim.nowMs)
        .where('claimed_until', '<=', claim.nowMs)
        .orderBy('attempts')
        .orderBy('created_at')
        .orderBy('id')
        .limit(1),
    )
    .where('state', '=', 'waiting')
    .where('claimed_until', '<=', claim.nowMs)
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? undefined : storedDelivery(row);
}

type Settlement =
  | { readonly state: 'delivered'; readonly nowMs: number }
  | { readonly state: 'failed'; readonly nowMs: number; readonly error: string }
  | { readonly state: 'waiting'; readonly nextAtMs: number; readonly error: string };

/** Stores how an attempt went. Says false when the claim had run out and somebody else has the delivery now. */
export async function settleDelivery(
  db: Db,
  claimed: { readonly id: string; readonly claimedBy: string },
  settlement: Settlement,
): Promise<boolean> {
  const result = await db
    .updateTable('notice_deliveries')
    .set({
      state: settlement.state,
      claimed_until: 0,
      claimed_by: null,
      last_error: settlement.state === 'delivered' ? null : settlement.error,
      ended_at: settlement.state === 'waiting' ? null : settlement.nowMs,
      ...(settlement.state === 'waiting' ? { next_at: settlement.nextAtMs } : {}),
    })
    .where('id', '=', claimed.id)
    .where('claimed_by', '=', claimed.claimedBy)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}

/** A channel that just failed is left alone: what else waits for it waits as long. */
export async function holdChannelBack(db: Db, channelId: string, untilMs: number): Promise<void> {
  await db
    .updateTable('notice_deliveries')
    .set({ next_at: untilMs })
    .where('state', '=', 'waiting')
    .where('channel_id', '=', channelId)
    .where('next_at', '<', untilMs)
    .execute();
}

/** A person asks for another try of a delivery that was given up. Says whether there was one. */
export async function askDeliveryAgain(
  tx: Db,
  id: string,
  times: { readonly nowMs: number; readonly giveUpAtMs: number },
): Promise<boolean> {
  const result = await tx
    .updateTable('notice_deliveries')
    .set({
      state: 'waiting',
      attempts: 0,
      next_at: times.nowMs,
      give_up_at: times.giveUpAtMs,
      ended_at: null,
      claimed_until: 0,
      claimed_by: null,
    })
    .where('id', '=', id)
    .where('state', '=', 'failed')
    .executeTakeFirst();
  return Number(result.numUpdatedRows) === 1;
}

export interface DeliveryQuery {
  readonly channelId?: string;
  readonly noticeId?: string;
  readonly state?: DeliveryState;
  readonly before?: { readonly createdAtMs: number; readonly id: string };
  readonly limit: number;
}

/** A delivery with what it is about. */
export interface DeliveryRow extends StoredDelivery {
  readonly event: string;
  readonly connectionId: string | null;
  readonly message: string;
}

/** Newest first. */
export async function listDeliveries(db: Db, query: DeliveryQuery): Promise<readonly DeliveryRow[]> {
  let select = db
    .selectFrom('notice_deliveries')
    .innerJoin('notices', 'notices.id', 'notice_deliveries.notice_id')
    .selectAll('notice_deliveries')
    .select(['notices.event', 'notices.connection_id', 'notices.message'])
    .orderBy('notice_deliveries.created_at', 'desc')
    .orderBy('notice_deliveries.id')
    .limit(query.limit);
  if (query.channelId !== undefined) select = select.where('channel_id', '=', query.channelId);
  if (query.noticeId !== undefined) select = select.where('notice_id', '=', query.noticeId);
  if (query.state !== undefined) select = select.where('notice_deliveries.state', '=', query.state);
  const { before } = query;
  if (before !== undefined) {
    select = select.where((eb) =>
      eb.or([
        eb('notice_deliveries.created_at', '<', before.createdAtMs),
        eb.and([
          eb('notice_deliveries.created_at', '=', before.createdAtMs),
          eb('notice_deliveries.id', '>', before.id),
        ]),
      ]),
    );
  }
  return (await select.execute()).map((row) => ({
    ...storedDelivery(row),
    event: row.event,
    connectionId: row.connection_id,
    message: row.message,
  }));
}

export interface NoticeQueue {
  readonly waiting: number;
  /** When the oldest that waits was noted; null: none waits. */
  readonly oldestAtMs: number | null;
  readonly failed: number;
}

export async function noticeQueue(db: Db): Promise<NoticeQueue> {
  const rows = await db
    .selectFrom('notice_deliveries')
    .select((eb) => ['state', eb.fn.countAll<number>().as('count'), eb.fn.min('created_at').as('oldest')])
    .where('state', 'in', ['waiting', 'failed'])
    .groupBy('state')
    .execute();
  const waiting = rows.find((row) => row.state === 'waiting');
  const failed = rows.find((row) => row.state === 'failed');
  return {
    waiting: Number(waiting?.count ?? 0),
    oldestAtMs: waiting === undefined ? null : Number(waiting.oldest),
    failed: Number(failed?.count ?? 0),
  };
}

function storedDelivery(row: {
  id: string;
  notice_id: string;
  channel_id: string;
  state: string;
  attempts: number;
  next_at: number;
  give_up_at: number;
  last_error: string | null;
  created_at: number;
  ended_at: number | null;
}): StoredDelivery {
  return {
    id: row.id,
    noticeId: row.notice_id,
    channelId: row.channel_id,
    // Written by this file only, from the same union.
    state: row.state as DeliveryState,
    attempts: row.attempts,
    nextAtMs: Number(row.next_at),
    giveUpAtMs: Number(row.give_up_at),
    lastError: row.last_error,
    createdAtMs: Number(row.created_at),
    endedAtMs: row.ended_at === null ? null : Number(row.ended_at),
  };
}
