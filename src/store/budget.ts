import type { BudgetLedger } from '../connectors/http/budget.ts';
import { chunksOf } from './chunks.ts';
import { type Db, inTransaction, type Tx } from './database.ts';
import { lockSubject } from './locks.ts';

interface SlotWindow {
  readonly windowMs: number;
  readonly nowMs: number;
  /** A slot that was never released (its process died) counts as released this long after its start. */
  readonly staleAfterMs: number;
}

interface Reservation extends SlotWindow {
  readonly keyHash: string;
  readonly limit: number;
  readonly count: number;
}

/** The durable side of the call budget: one row per call that still counts, shared by all processes of the store. */
export function storedBudgetLedger(db: Db): BudgetLedger {
  return {
    reserve: (request: Reservation) => inTransaction(db, (tx) => reserveSlots(tx, request)),
    release: (keyHash: string, slots: readonly { id: number; releasedAtMs: number }[]) =>
      releaseSlots(db, keyHash, slots),
    used: async (keyHash: string, window: SlotWindow) => (await slotsInUse(db, keyHash, window)).count,
  };
}

/** Whoever counts the slots of a key and then adds some does so alone. */
function lockKey(tx: Tx, keyHash: string): Promise<void> {
  return lockSubject(tx, `budget ${keyHash}`);
}

async function reserveSlots(
  tx: Tx,
  request: Reservation,
): Promise<{ slotIds: readonly number[]; nextFreeAtMs: number }> {
  await lockKey(tx, request.keyHash);
  await tidySlots(tx, request.keyHash, request);
  const used = await slotsInUse(tx, request.keyHash, request);
  const granted = Math.min(request.count, request.limit - used.count);
  if (granted <= 0) return { slotIds: [], nextFreeAtMs: used.nextFreeAtMs };
  const rows = await tx
    .insertInto('budget_slots')
    .values(
      Array.from({ length: granted }, () => ({
        key_hash: request.keyHash,
        started_at: request.nowMs,
        released_at: null,
      })),
    )
    .returning('id')
    .execute();
  return { slotIds: rows.map((row) => Number(row.id)), nextFreeAtMs: request.nowMs };
}

/** Deletes slots that no longer count. A clock that was set back must not block for longer than a window: later moments become now. */
async function tidySlots(tx: Tx, keyHash: string, window: SlotWindow): Promise<void> {
  const { nowMs, windowMs, staleAfterMs } = window;
  await tx
    .updateTable('budget_slots')
    .set({ released_at: nowMs })
    .where('key_hash', '=', keyHash)
    .where('released_at', '>', nowMs)
    .execute();
  await tx
    .updateTable('budget_slots')
    .set({ started_at: nowMs })
    .where('key_hash', '=', keyHash)
    .where('started_at', '>', nowMs)
    .execute();
  await tx
    .deleteFrom('budget_slots')
    .where('key_hash', '=', keyHash)
    .where('released_at', '<=', nowMs - windowMs)
    .execute();
  await tx
    .deleteFrom('budget_slots')
    .where('key_hash', '=', keyHash)
    .where('released_at', 'is', null)
    .where('started_at', '<=', nowMs - staleAfterMs - windowMs)
    .execute();
}

/** How many slots still count, and when the first of them frees. */
async function slotsInUse(
  db: Db,
  keyHash: string,
  window: SlotWindow,
): Promise<{ count: number; nextFreeAtMs: number }> {
  const { nowMs, windowMs, staleAfterMs } = window;
  const row = await db
    .selectFrom('budget_slots')
    .select((eb) => [
      eb.fn.countAll<number>().as('count'),
      eb.fn.min('released_at').as('released_at'),
      eb.fn.min(eb.case().when('released_at', 'is', null).then(eb.ref('started_at')).end()).as('started_at'),
    ])
    .where('key_hash', '=', keyHash)
    .where((eb) =>
      eb.or([
        eb('released_at', '>', nowMs - windowMs),
        eb.and([eb('released_at', 'is', null), eb('started_at', '>', nowMs - staleAfterMs - windowMs)]),
      ]),
    )
    .executeTakeFirstOrThrow();
  const freeAt = [
    ...(row.released_at === null ? [] : [Number(row.released_at) + windowMs]),
    ...(row.started_at === null ? [] : [Number(row.started_at) + staleAfterMs + windowMs]),
  ];
  return { count: Number(row.count), nextFreeAtMs: freeAt.length === 0 ? nowMs : Math.min(...freeAt) };
}

/** Slots of one batch share the latest of their moments: one of them frees a little later than it might, never earlier. */
async function releaseSlots(
  db: Db,
  keyHash: string,
  slots: readonly { id: number; releasedAtMs: number }[],
): Promise<void> {
  const unused = slots.filter((slot) => slot.releasedAtMs === 0);
  const used = slots.filter((slot) => slot.releasedAtMs !== 0);
  await inTransaction(db, async (tx) => {
    await lockKey(tx, keyHash);
    await release(
      tx,
      keyHash,
      unused.map((slot) => slot.id),
      0,
    );
    const latest = used.reduce((latestMs, slot) => Math.max(latestMs, slot.releasedAtMs), 0);
    await release(
      tx,
      keyHash,
      used.map((slot) => slot.id),
      latest,
    );
  });
}

async function release(tx: Db, keyHash: string, ids: readonly number[], releasedAtMs: number): Promise<void> {
  for (const chunk of chunksOf(ids, 1)) {
    await tx
      .updateTable('budget_slots')
      .set({ released_at: releasedAtMs })
      .where('key_hash', '=', keyHash)
      .where('id', 'in', [...chunk])
      .execute();
  }
}
