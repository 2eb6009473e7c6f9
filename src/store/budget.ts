import { type Db, inTransaction } from './database.ts';

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
export function storedBudgetLedger(db: Db) {
  return {
    reserve: (request: Reservation) => inTransaction(db, (tx) => reserveSlots(tx, request)),
    release: (keyHash: string, slots: readonly { id: number; releasedAtMs: number }[]) => releaseSlots(db, keyHash, slots),
    used: async (keyHash: string, window: SlotWindow) => (await slotsInUse(db, keyHash, window)).length,
  };
}

async function reserveSlots(tx: Db, request: Reservation): Promise<{ slotIds: readonly number[]; nextFreeAtMs: number }> {
  const freeAt = await slotsInUse(tx, request.keyHash, request);
  const granted = Math.min(request.count, request.limit - freeAt.length);
  if (granted <= 0) return { slotIds: [], nextFreeAtMs: freeAt[0] ?? request.nowMs };
  const rows = await tx
    .insertInto('budget_slots')
    .values(Array.from({ length: granted }, () => ({ key_hash: request.keyHash, started_at: request.nowMs, released_at: null })))
    .returning('id')
    .execute();
  return { slotIds: rows.map((row) => Number(row.id)), nextFreeAtMs: request.nowMs };
}

/** When each slot that still counts frees, soonest first. Slots that no longer count are deleted. */
async function slotsInUse(db: Db, keyHash: string, window: SlotWindow): Promise<readonly number[]> {
  await db
    .deleteFrom('budget_slots')
    .where('key_hash', '=', keyHash)
    .where((eb) =>
      eb.or([
        eb('released_at', '<=', window.nowMs - window.windowMs),
        eb.and([eb('released_at', 'is', null), eb('started_at', '<=', window.nowMs - window.staleAfterMs - window.windowMs)]),
      ]),
    )
    .execute();
  const rows = await db.selectFrom('budget_slots').select(['started_at', 'released_at']).where('key_hash', '=', keyHash).execute();
  return rows
    .map((row) => {
      const releasedAt = row.released_at === null ? Number(row.started_at) + window.staleAfterMs : Number(row.released_at);
      // A clock that was set back must not block for longer than a window: such a moment counts as now.
      return Math.min(releasedAt, window.nowMs + window.staleAfterMs) + window.windowMs;
    })
    .toSorted((a, b) => a - b);
}

async function releaseSlots(db: Db, keyHash: string, slots: readonly { id: number; releasedAtMs: number }[]): Promise<void> {
  const byMoment = new Map<number, number[]>();
  for (const slot of slots) byMoment.set(slot.releasedAtMs, [...(byMoment.get(slot.releasedAtMs) ?? []), slot.id]);
  await inTransaction(db, async (tx) => {
    for (const [releasedAtMs, ids] of byMoment) {
      await tx.updateTable('budget_slots').set({ released_at: releasedAtMs }).where('key_hash', '=', keyHash).where('id', 'in', ids).execute();
    }
  });
}
