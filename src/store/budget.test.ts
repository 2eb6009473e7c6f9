import { describe, expect, test } from 'vitest';
import type { BudgetLedger } from '../connectors/http/budget.ts';
import { storedBudgetLedger } from './budget.ts';
import { freshStore, NOW_MS, sharedStore } from './store.testkit.ts';

const WINDOW = { windowMs: 60_000, staleAfterMs: 120_000 };
const KEY = 'hash-of-key';

const reserve = (
  ledger: BudgetLedger,
  own: { nowMs?: number; count?: number; limit?: number; keyHash?: string } = {},
) => ledger.reserve({ ...WINDOW, keyHash: KEY, limit: 3, count: 1, nowMs: NOW_MS, ...own });
const used = (ledger: BudgetLedger, nowMs = NOW_MS) => ledger.used(KEY, { ...WINDOW, nowMs });
const release = (ledger: BudgetLedger, ids: readonly number[], releasedAtMs: number) =>
  ledger.release(
    KEY,
    ids.map((id) => ({ id, releasedAtMs })),
  );

async function freshLedger(): Promise<BudgetLedger> {
  return storedBudgetLedger(await freshStore());
}

describe('the stored budget', () => {
  test('grants no more slots than the limit leaves', async () => {
    const ledger = await freshLedger();
    expect((await reserve(ledger, { count: 2 })).slotIds).toHaveLength(2);
    expect((await reserve(ledger, { count: 5 })).slotIds).toHaveLength(1);
    expect((await reserve(ledger)).slotIds).toEqual([]);
    expect(await used(ledger)).toBe(3);
  });

  test('frees a slot one window after the answer came, not after the call began', async () => {
    const ledger = await freshLedger();
    const { slotIds } = await reserve(ledger, { count: 3 });
    await release(ledger, slotIds.slice(0, 1), NOW_MS + 5_000);
    const refused = await reserve(ledger, { nowMs: NOW_MS + 64_999 });
    expect(refused).toEqual({ slotIds: [], nextFreeAtMs: NOW_MS + 65_000 });
    expect((await reserve(ledger, { nowMs: NOW_MS + 65_000 })).slotIds).toHaveLength(1);
  });

  test('frees a slot that was never used at once', async () => {
    const ledger = await freshLedger();
    const { slotIds } = await reserve(ledger, { count: 3 });
    await release(ledger, slotIds, 0);
    expect(await used(ledger)).toBe(0);
    expect((await reserve(ledger, { count: 3 })).slotIds).toHaveLength(3);
  });

  test('frees the slots of a process that died, a window after no call can last any longer', async () => {
    const ledger = await freshLedger();
    await reserve(ledger, { count: 3 });
    const refused = await reserve(ledger, { nowMs: NOW_MS + 179_999 });
    expect(refused).toEqual({ slotIds: [], nextFreeAtMs: NOW_MS + 180_000 });
    expect((await reserve(ledger, { nowMs: NOW_MS + 180_000, count: 3 })).slotIds).toHaveLength(3);
  });

  test('says when the earliest of several slots frees', async () => {
    const ledger = await freshLedger();
    const { slotIds } = await reserve(ledger, { count: 3 });
    await release(ledger, slotIds.slice(0, 1), NOW_MS + 9_000);
    await release(ledger, slotIds.slice(1, 2), NOW_MS + 4_000);
    expect((await reserve(ledger, { nowMs: NOW_MS + 10_000 })).nextFreeAtMs).toBe(NOW_MS + 64_000);
  });

  test('counts each key for itself', async () => {
    const ledger = await freshLedger();
    await reserve(ledger, { count: 3 });
    expect((await reserve(ledger, { count: 3, keyHash: 'another' })).slotIds).toHaveLength(3);
  });

  test('a clock that is set back blocks for one window at most, and frees nothing too early', async () => {
    const ledger = await freshLedger();
    const { slotIds } = await reserve(ledger, { count: 3 });
    await release(ledger, slotIds, NOW_MS + 1_000);
    const hourBack = NOW_MS - 3_600_000;
    expect(await reserve(ledger, { nowMs: hourBack })).toEqual({
      slotIds: [],
      nextFreeAtMs: hourBack + 60_000,
    });
    expect((await reserve(ledger, { nowMs: hourBack + 59_999 })).slotIds).toEqual([]);
    expect((await reserve(ledger, { nowMs: hourBack + 60_000, count: 3 })).slotIds).toHaveLength(3);
  });

  test('a clock that is set back while calls are under way does not hold their slots for ever', async () => {
    const ledger = await freshLedger();
    await reserve(ledger, { count: 3 });
    const hourBack = NOW_MS - 3_600_000;
    expect((await reserve(ledger, { nowMs: hourBack })).nextFreeAtMs).toBe(hourBack + 180_000);
  });

  test('is one for two handles on one store, and survives their restart', async () => {
    const store = await sharedStore();
    const one = storedBudgetLedger((await store.open()).db);
    const two = storedBudgetLedger((await store.open()).db);
    const first = await reserve(one, { count: 2 });
    expect((await reserve(two, { count: 2 })).slotIds).toHaveLength(1);
    expect((await reserve(one)).slotIds).toEqual([]);
    await release(two, first.slotIds, NOW_MS);
    const third = storedBudgetLedger((await store.open()).db);
    expect(await used(third, NOW_MS + 1)).toBe(3);
    expect(await used(third, NOW_MS + 60_001)).toBe(1);
  });
});
