import type { Column } from './catalog.ts';
import type { Conjunct, Filter, RowTest } from './conditions.ts';
import { javaStringHash } from './hash-order.ts';
import type { Range, RowIndex } from './row-index.ts';
import type { JdeRow } from './rows.ts';
import type { TableStore } from './store.ts';
import { type Comparable, compare, rowComparable } from './values.ts';

export interface ColumnOrder {
  column: Column;
  descending: boolean;
}

/** Columns by which rows are looked up so often that an order by them is worth keeping. */
const LOOKUP_ALIASES = new Set(['AN8', 'DOCO', 'ITM', 'LITM', 'AID', 'MCU', 'OBJ', 'OORN']);

/** Below this share of the table, rows are fetched by value and sorted; above it, read in the asked order. */
const LOOKUP_SHARE_MAX = 0.05;
const LOOKUP_ROWS_ALWAYS = 500;

/** The rows that met a query at the moment it was asked, read on demand and unmoved by later changes. */
export class ResultSet {
  readonly #rows: readonly JdeRow[];
  readonly #ranges: readonly Range[];
  readonly #backwards: boolean;
  readonly #test: RowTest;
  #range = 0;
  #offset = 0;
  #ahead: JdeRow | undefined;

  constructor(source: { rows: readonly JdeRow[]; ranges: Range[]; backwards: boolean }, test: RowTest) {
    this.#rows = source.rows;
    this.#ranges = source.backwards ? source.ranges.toReversed() : source.ranges;
    this.#backwards = source.backwards;
    this.#test = test;
  }

  take(count: number): JdeRow[] {
    const page: JdeRow[] = [];
    while (page.length < count) {
      const row = this.#next();
      if (!row) break;
      page.push(row);
    }
    return page;
  }

  hasMore(): boolean {
    this.#ahead ??= this.#next();
    return this.#ahead !== undefined;
  }

  #next(): JdeRow | undefined {
    if (this.#ahead) {
      const row = this.#ahead;
      this.#ahead = undefined;
      return row;
    }
    for (; this.#range < this.#ranges.length; this.#range++, this.#offset = 0) {
      const range = this.#ranges[this.#range];
      if (!range) break;
      while (range.from + this.#offset < range.to) {
        const position = this.#backwards ? range.to - 1 - this.#offset : range.from + this.#offset;
        this.#offset++;
        const row = this.#rows[position];
        if (row && this.#test(row)) return row;
      }
    }
    return undefined;
  }
}

/** Chooses how to read the rows: by the values of a look-up, or along the asked order, from a key on. */
export function openResultSet(
  store: TableStore,
  filter: Filter,
  order: readonly ColumnOrder[],
  shuffled: boolean,
): ResultSet {
  if (shuffled) return shuffledSet(store, filter);
  const lookup = chooseLookup(store, filter.conjuncts);
  const directions = new Set(order.map((each) => each.descending));
  const columns = order.map((each) => each.column);
  const isMixed = directions.size > 1;
  const backwards = directions.has(true);
  if (lookup && !isMixed && !backwards && leads(columns, lookup.index)) {
    return fromRanges(lookup.index, lookup.ranges, false, filter.test);
  }
  if (lookup) return sortedSet(lookup.index, lookup.ranges, store, filter, order);
  const index = store.index(isMixed ? [] : columns);
  const range = keyRange(index, filter.conjuncts);
  if (isMixed) return sortedSet(index, [range], store, filter, order);
  return fromRanges(index, [range], backwards, filter.test);
}

function fromRanges(index: RowIndex, ranges: Range[], backwards: boolean, test: RowTest): ResultSet {
  return new ResultSet({ rows: index.freeze(), ranges, backwards }, test);
}

function sortedSet(
  index: RowIndex,
  ranges: Range[],
  store: TableStore,
  filter: Filter,
  order: readonly ColumnOrder[],
): ResultSet {
  const rows: JdeRow[] = [];
  for (const range of ranges) {
    for (const row of index.peek().slice(range.from, range.to)) if (filter.test(row)) rows.push(row);
  }
  const rest = store.keyColumns.map((column) => ({ column, descending: false }));
  const full = [...order, ...rest];
  rows.sort((a, b) => {
    for (const { column, descending } of full) {
      const way = compare(rowComparable(column, a), rowComparable(column, b));
      if (way !== 0) return descending ? -way : way;
    }
    return 0;
  });
  return new ResultSet({ rows, ranges: [{ from: 0, to: rows.length }], backwards: false }, () => true);
}

/** An order that is stable, and of no use to anyone. */
function shuffledSet(store: TableStore, filter: Filter): ResultSet {
  const place = (row: JdeRow): number =>
    javaStringHash(store.keyColumns.map((column) => rowComparable(column, row)).join('|')) * 0x9e3779b1;
  const rows = store.primary.peek().filter(filter.test);
  const places = new Map(rows.map((row) => [row, place(row) % 1_000_003]));
  rows.sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
  return new ResultSet({ rows, ranges: [{ from: 0, to: rows.length }], backwards: false }, () => true);
}

/** An EQUAL or LIST on a key or look-up column that leaves only a small part of the table. */
function chooseLookup(
  store: TableStore,
  conjuncts: readonly Conjunct[],
): { index: RowIndex; ranges: Range[] } | undefined {
  for (const { column, operator, values } of conjuncts) {
    if (operator !== 'EQUAL' && operator !== 'LIST') continue;
    const isKey = store.keyColumns[0] === column;
    if (!isKey && !LOOKUP_ALIASES.has(column.alias)) continue;
    const index = store.index([column]);
    const ranges = valueRanges(index, values);
    const rows = ranges.reduce((sum, range) => sum + range.to - range.from, 0);
    if (rows <= Math.max(LOOKUP_ROWS_ALWAYS, index.size * LOOKUP_SHARE_MAX)) return { index, ranges };
  }
  return undefined;
}

function valueRanges(index: RowIndex, values: readonly Comparable[]): Range[] {
  return [...new Set(values)]
    .toSorted(compare)
    .map((value) => index.range({ low: value, high: value }))
    .filter((range) => range.to > range.from);
}

/** The stretch of an index that conditions on its leading column leave. */
function keyRange(index: RowIndex, conjuncts: readonly Conjunct[]): Range {
  const range = index.range({});
  for (const { column, operator, values } of conjuncts) {
    const [first, second] = values;
    if (column !== index.columns[0] || first === undefined) continue;
    const bounds = boundsOf(operator, first, second);
    if (!bounds) continue;
    const part = index.range(bounds);
    range.from = Math.max(range.from, part.from);
    range.to = Math.min(range.to, part.to);
  }
  return range;
}

function boundsOf(
  operator: string,
  first: Comparable,
  second: Comparable | undefined,
): Parameters<RowIndex['range']>[0] | undefined {
  switch (operator) {
    case 'EQUAL':
      return { low: first, high: first };
    case 'GREATER':
      return { low: first, lowOpen: true };
    case 'GREATER_EQUAL':
      return { low: first };
    case 'LESS':
      return { high: first, highOpen: true };
    case 'LESS_EQUAL':
      return { high: first };
    case 'BETWEEN':
      return second === undefined ? undefined : { low: first, high: second };
    default:
      return undefined;
  }
}

function leads(columns: readonly Column[], index: RowIndex): boolean {
  return columns.every((column, i) => index.columns[i] === column);
}
