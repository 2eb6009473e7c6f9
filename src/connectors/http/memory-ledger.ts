import type { BudgetLedger } from './budget.ts';

interface Slot {
  startedAtMs: number;
  releasedAtMs: number | undefined;
}

/** A ledger that lasts as long as the process: for tests, and for tools that make a handful of calls. */
export function memoryLedger(): BudgetLedger {
  const slotsByKey = new Map<string, Map<number, Slot>>();
  let lastId = 0;

  const slotsOf = (keyHash: string): Map<number, Slot> => {
    const slots = slotsByKey.get(keyHash) ?? new Map<number, Slot>();
    slotsByKey.set(keyHash, slots);
    return slots;
  };

  return {
    async reserve({ keyHash, limit, count, windowMs, nowMs, staleAfterMs }) {
      const slots = slotsOf(keyHash);
      let nextFreeAtMs = Number.POSITIVE_INFINITY;
      for (const [id, slot] of slots) {
        bringBack(slot, nowMs);
        const freeAtMs = (slot.releasedAtMs ?? slot.startedAtMs + staleAfterMs) + windowMs;
        if (freeAtMs <= nowMs) slots.delete(id);
        else nextFreeAtMs = Math.min(nextFreeAtMs, freeAtMs);
      }
      const granted = Math.max(0, Math.min(count, limit - slots.size));
      const slotIds = Array.from({ length: granted }, () => {
        lastId += 1;
        slots.set(lastId, { startedAtMs: nowMs, releasedAtMs: undefined });
        return lastId;
      });
      return { slotIds, nextFreeAtMs };
    },

    async release(keyHash, released) {
      const slots = slotsOf(keyHash);
      for (const { id, releasedAtMs } of released) {
        const slot = slots.get(id);
        if (slot !== undefined) slot.releasedAtMs = releasedAtMs;
      }
    },

    async used(keyHash, { windowMs, nowMs, staleAfterMs }) {
      let used = 0;
      for (const slot of slotsOf(keyHash).values()) {
        const endedAtMs = slot.releasedAtMs ?? slot.startedAtMs + staleAfterMs;
        if (endedAtMs + windowMs > nowMs) used += 1;
      }
      return used;
    },
  };
}

function bringBack(slot: Slot, nowMs: number): void {
  if (slot.startedAtMs > nowMs) slot.startedAtMs = nowMs;
  if (slot.releasedAtMs !== undefined && slot.releasedAtMs > nowMs) slot.releasedAtMs = nowMs;
}
