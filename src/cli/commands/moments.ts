import { Fault } from '../../faults/fault.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z$/;
const DAY_MS = 86_400_000;

/** A moment that was written as a UTC day, which stands for its start or its last millisecond, or as a UTC time. */
export function momentMs(text: string, field: string, edge: 'start' | 'end'): number {
  const ms = DAY.test(text) || MOMENT.test(text) ? Date.parse(text) : Number.NaN;
  // A day such as 02-31 would become one of March.
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(text.slice(0, 10)))
    throw new Fault(
      'input.invalid',
      `"${text}" is no UTC day such as 2026-01-31, nor a time such as 2026-01-31T08:30Z.`,
      {
        field,
      },
    );
  return DAY.test(text) && edge === 'end' ? ms + DAY_MS - 1 : ms;
}
