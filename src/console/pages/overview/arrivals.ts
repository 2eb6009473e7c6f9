import type { DayArrivals } from '../../api/types.ts';

/** Ways in which a record arrives. */
export const ARRIVAL_KINDS = ['created', 'updated', 'linked', 'voided'] as const;

export function sumOfDay(day: DayArrivals): number {
  return ARRIVAL_KINDS.reduce((sum, kind) => sum + day[kind], 0);
}
