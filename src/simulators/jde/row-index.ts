import type { Column } from './catalog.ts';
import type { JdeRow } from './rows.ts';
import { type Comparable, compare, rowComparable, rowComparator } from './values.ts';

/** A half-open range of positions in a sorted list of rows. */
export interface Range {
  from: number;
  to: number;
}

/**
 * Rows sorted by some columns. The array handed out by `freeze` is never changed afterwards: an open result
 * set keeps reading it while rows change, and the index goes on with a copy.
 */
export class RowIndex {
  readonly columns: readonly Column[];
  #rows: JdeRow[];
  #frozen = false;
  readonly #compare: (a: JdeRow, b: JdeRow) => number;

  constructor(columns: readonly Column[], rows: readonly JdeRow[]) {
    this.columns = columns;
    this.#compare = rowComparator(columns);
    this.#rows = sorted(rows, this.#compare);
  }

  get size(): number {
    return this.#rows.length;
  }

  freeze(): readonly JdeRow[] {
    this.#frozen = true;
    return this.#rows;
  }

  peek(): readonly JdeRow[] {
    return this.#rows;
  }

  /** Where the leading column has one of the bounds; both ends inclusive unless said otherwise. */
  range(bounds: { low?: Comparable; lowOpen?: boolean; high?: Comparable; highOpen?: boolean }): Range {
    const { low, high } = bounds;
    const from =
      low === undefined ? 0 : this.#search((value) => compare(value, low) > (bounds.lowOpen ? 0 : -1));
    const to =
      high === undefined
        ? this.#rows.length
        : this.#search((value) => compare(value, high) > (bounds.highOpen ? -1 : 0));
    return { from, to: Math.max(from, to) };
  }

  /** The position of the row with the same index columns, or -1. */
  find(row: JdeRow): number {
    const position = this.#lowerBound(row);
    const found = this.#rows[position];
    return found && this.#compare(found, row) === 0 ? position : -1;
  }

  insert(row: JdeRow): void {
    this.#thaw();
    const last = this.#rows.at(-1);
    if (!last || this.#compare(last, row) <= 0) this.#rows.push(row);
    else this.#rows.splice(this.#lowerBound(row), 0, row);
  }

  /** Takes out exactly this row object. */
  remove(row: JdeRow): void {
    this.#thaw();
    let position = this.#lowerBound(row);
    while (position < this.#rows.length && this.#rows[position] !== row) position++;
    if (position < this.#rows.length) this.#rows.splice(position, 1);
  }

  #thaw(): void {
    if (!this.#frozen) return;
    this.#rows = this.#rows.slice();
    this.#frozen = false;
  }

  #lowerBound(row: JdeRow): number {
    return firstWhere(this.#rows.length, (i) => {
      const other = this.#rows[i];
      return other !== undefined && this.#compare(other, row) >= 0;
    });
  }

  #search(isPast: (value: Comparable) => boolean): number {
    const [leading] = this.columns;
    if (!leading) return 0;
    return firstWhere(this.#rows.length, (i) => {
      const row = this.#rows[i];
      return row !== undefined && isPast(rowComparable(leading, row));
    });
  }
}

/** Binary search for the first position at which a condition that stays true once true is true. */
function firstWhere(length: number, holds: (position: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function sorted(rows: readonly JdeRow[], order: (a: JdeRow, b: JdeRow) => number): JdeRow[] {
  const copy = rows.slice();
  for (let i = 1; i < copy.length; i++) {
    const before = copy[i - 1];
    const row = copy[i];
    if (before && row && order(before, row) > 0) return copy.sort(order);
  }
  return copy;
}
