import { compare, parseDecimal } from '../../domain/decimal.ts';
import type { ColumnKind, TableSpec } from '../../domain/source-row.ts';

/** `undefined`: only the database knows, for how it sorts text (case, digits before letters or after) is the site's choice. */
export type Order = number | undefined;

/** Compares two values of a key column as the database sorts them, as far as that is certain. */
export function compareValues(kind: ColumnKind | undefined, a: string, b: string): Order {
  if (a === b) return 0;
  if (kind === 'number') return compareNumbers(a, b);
  if (kind === 'date' || kind === 'time') return a < b ? -1 : 1;
  // Digits of equal length, blanks in front of them included, sort the same everywhere.
  return a.length === b.length && DIGITS.test(a) && DIGITS.test(b) ? (a < b ? -1 : 1) : undefined;
}

/** Compares two keys column by column; certain up to the first column that is not. */
export function compareKeys(spec: TableSpec, a: readonly string[], b: readonly string[]): Order {
  for (let i = 0; i < spec.key.length; i++) {
    const order = compareValues(spec.columns[spec.key[i] ?? ''], a[i] ?? '', b[i] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

function compareNumbers(a: string, b: string): Order {
  if (NATURAL.test(a) && NATURAL.test(b)) {
    if (a.length !== b.length) return a.length < b.length ? -1 : 1;
    return a < b ? -1 : 1;
  }
  const [x, y] = [parseDecimal(a), parseDecimal(b)];
  return x === undefined || y === undefined ? undefined : compare(x, y);
}

const DIGITS = /^ *\d+$/;
const NATURAL = /^(0|[1-9]\d*)$/;
