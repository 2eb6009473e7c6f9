import type { DayArrivals } from '../../api/types.ts';

/** Ways in which a record arrives. */
export const ARRIVAL_KINDS = ['created', 'updated', 'linked', 'voided'] as const;

export function sumOfDay(day: DayArrivals): number {
  return ARRIVAL_KINDS.reduce((sum, kind) => sum + day[kind], 0);
}

/** The end of a scale that begins at 0 and holds the value: 1, 2 or 5 times a power of ten, and even, so that its half is a count. */
export function scaleEnd(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  const end = [1, 2, 5, 10].map((times) => times * power).find((each) => each >= value) ?? value;
  return end % 2 === 0 ? end : end + 1;
}
