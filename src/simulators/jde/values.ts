import type { Column } from './catalog.ts';
import type { JdeRow, JdeValue } from './rows.ts';

/** What comparisons work on. Fifteen digits, the most a JDE number has, are exact in a double. */
export type Comparable = number | string;

/** The stored value of a column in the form that compares and sorts as the database does. */
export function comparable(column: Column, value: JdeValue | undefined): Comparable {
  if (column.type === 'N') return typeof value === 'number' ? value : Number(value ?? 0);
  if (value === null || value === undefined) return column.justify > 0 ? ''.padStart(column.justify) : '';
  const text = typeof value === 'string' ? value : String(value);
  if (column.justify > 0) return text.trim().padStart(column.justify);
  return text.endsWith(' ') ? text.trimEnd() : text;
}

export function rowComparable(column: Column, row: JdeRow): Comparable {
  return comparable(column, row[column.property]);
}

export function compare(a: Comparable, b: Comparable): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function rowComparator(columns: readonly Column[]): (a: JdeRow, b: JdeRow) => number {
  return (a, b) => {
    for (const column of columns) {
      const order = compare(rowComparable(column, a), rowComparable(column, b));
      if (order !== 0) return order;
    }
    return 0;
  };
}
