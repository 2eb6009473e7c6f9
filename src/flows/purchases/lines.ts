import type { PurchasesSettings } from '../../config/settings.ts';
import type { SourceRow } from '../../domain/source-row.ts';
import { textOf } from '../flow.ts';

/** Lines of an order that go to Cin7, and what became of the others. */
export interface CountedLines {
  readonly counted: readonly CountedLine[];
  /** Texts before the first counted line. */
  readonly leadingTexts: readonly string[];
  readonly cancelled: number;
  /** Not released yet. */
  readonly early: number;
  /** Received or closed before the order came to Cin7. */
  readonly past: number;
}

export interface CountedLine {
  readonly row: SourceRow;
  /** JDE line number as people read it: `1`, `2.001`. */
  readonly number: string;
  readonly texts: readonly string[];
}

/**
 * Sorts the lines of an order by number and by what their status says.
 *
 * @param sent line numbers that Cin7 already has: a line that moved past the range stays, it does not bring an order in.
 */
export function countLines(
  rows: readonly SourceRow[],
  settings: PurchasesSettings,
  sent: ReadonlySet<string>,
): CountedLines {
  const counted: { row: SourceRow; number: string; texts: string[] }[] = [];
  const leadingTexts: string[] = [];
  const left = { cancelled: 0, early: 0, past: 0 };
  let lastIsCounted = true;
  for (const row of rows.toSorted((a, b) => Number(a.values['LNID'] ?? 0) - Number(b.values['LNID'] ?? 0))) {
    const number = row.values['LNID'] ?? '';
    if (settings.textLineTypes.includes(textOf(row, 'LNTY'))) {
      const text = descriptionOf(row);
      const last = counted.at(-1);
      if (isCancelled(row, settings) || text === '') continue;
      if (last !== undefined && lastIsCounted) last.texts.push(text);
      else if (last === undefined) leadingTexts.push(text);
      continue;
    }
    const place = placeOf(row, settings);
    lastIsCounted = place === 'due' || (place === 'past' && sent.has(number));
    if (lastIsCounted) counted.push({ row, number, texts: [] });
    else if (place !== 'due') left[place] += 1;
  }
  return { counted, leadingTexts, ...left };
}

/** First and second description, as one text. */
export function descriptionOf(row: SourceRow): string {
  return [textOf(row, 'DSC1'), textOf(row, 'DSC2')].filter((part) => part !== '').join(' ');
}

function placeOf(row: SourceRow, settings: PurchasesSettings): 'due' | 'early' | 'past' | 'cancelled' {
  if (isCancelled(row, settings)) return 'cancelled';
  const status = textOf(row, 'NXTR');
  if (compareStatus(status, settings.releasableFrom) < 0) return 'early';
  return compareStatus(status, settings.releasableTo) > 0 ? 'past' : 'due';
}

function isCancelled(row: SourceRow, settings: PurchasesSettings): boolean {
  return settings.cancelledStatuses.includes(textOf(row, 'LTTR'));
}

/** Statuses are three characters, mostly digits; a site may use letters, which sort as text. */
function compareStatus(a: string, b: string): number {
  const bothNumbers = /^\d+$/.test(a) && /^\d+$/.test(b);
  return bothNumbers ? Number(a) - Number(b) : a.localeCompare(b);
}
