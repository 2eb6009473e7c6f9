import type { JdeRow, JdeValue } from '../jde/rows.ts';
import { hashOf } from './conventions.ts';

/** Cuts a text to its column. Blanks at the end are indistinguishable from padding in JDE, so they go. */
export function cut(text: string, length: number): string {
  const short = text.slice(0, length);
  const half = /[\uD800-\uDBFF]$/.test(short) ? short.slice(0, -1) : short;
  return half.trimEnd();
}

/** Two description lines of 30: the second one takes what the first has no room for, unless it has its own text. */
export function descriptionLines(text: string, second: string): { DSC1: string; DSC2: string } {
  return { DSC1: cut(text, 30), DSC2: cut(second === '' ? text.slice(30, 60) : second, 30) };
}

/** ISO text or null, for a cell that the check has found to be a date or blank. */
export function dateOf(cell: string | undefined): string | null {
  return cell === undefined || cell === '' ? null : cell;
}

/** The search key that JDE keeps in DC columns: capitals without spaces and punctuation. */
export function compressed(text: string): string {
  return cut(text.toUpperCase().replaceAll(/[^\p{L}\p{N}]/gu, ''), 40);
}

/** Where the time of the last change is kept: UPMT in foundation and finance tables, TDAY in distribution. */
export type TimeColumn = 'UPMT' | 'TDAY';

/**
 * Audit columns of a row. The time of day is HHMMSS without leading zeros, picked by the row's key between
 * 08:00:00 and 17:59:59, so that two builds agree and not all rows share one second.
 */
export function audit(row: { key: string; date: string; program: string; time: TimeColumn }): JdeRow {
  const second = 8 * 3600 + (hashOf(row.key) % 36_000);
  const time = Math.floor(second / 3600) * 10_000 + (Math.floor(second / 60) % 60) * 100 + (second % 60);
  const stamp: Record<string, JdeValue> = {
    USER: 'DATASET',
    PID: row.program,
    JOBN: 'LOADER',
    UPMJ: row.date,
  };
  stamp[row.time] = time;
  return stamp;
}
