import { Fault } from '../faults/fault.ts';

/** Whatever is asked for, younger entries stay: what runs and people did in the year that is still being closed. */
const RETENTION_DAYS_MIN = 365;
export const DAY_MS = 86_400_000;

/** @throws Fault `trail.too_young` where entries would go that must stay. */
export function checkRetention(order: { readonly beforeMs: number; readonly nowMs: number }): void {
  if (order.beforeMs <= order.nowMs - RETENTION_DAYS_MIN * DAY_MS) return;
  throw new Fault('trail.too_young', `Entries of the last ${RETENTION_DAYS_MIN} days are not removed.`, {
    field: '--before',
  });
}
