import { browseTarget } from './browse.ts';
import type { Column } from './catalog.ts';
import { localMidnightMs } from './clock.ts';
import type { DataRequest, OrderBy } from './data-request.ts';
import { plainDay } from './dates.ts';
import { addUp } from './decimal-sum.ts';
import { numberText } from './numbers.ts';
import { openResultSet } from './result-set.ts';
import type { JdeRow } from './rows.ts';
import type { Call, Caller } from './service.ts';
import { DataError, type Target } from './target.ts';
import { type Comparable, compare, rowComparable } from './values.ts';

interface Aggregation {
  name: string;
  column: Column | undefined;
}

/** COUNT of the rows that meet the query. */
export function countRows(request: DataRequest, call: Call, caller: Caller): number {
  return matchingRows(request, call, caller).rows.length;
}

/**
 * AGGREGATION: `output` with one element for each group, or one in all; keys `F4311.AOPN_SUM`. Forms as
 * public clients read them. Numbers are exact decimals; no currency processing.
 */
export function aggregate(request: DataRequest, call: Call, caller: Caller): string {
  const { rows, target } = matchingRows(request, call, caller);
  const aggregations = request.aggregations.map((each) => ({
    name: each.aggregation,
    column: each.column === '*' || each.column === '' ? undefined : target.column(each.column),
  }));
  if (aggregations.length === 0) throw new DataError('AGGREGATION without aggregations');
  const groupColumns = request.groupBy.map((name) => ({ name, column: target.column(name) }));
  const groups = groupRows(
    rows,
    groupColumns.map((each) => each.column),
  );
  sortGroups(groups, request.orderBy, target);
  const output = groups.map((group) => {
    const values = aggregations.map((each) => member(keyOf(each), valueText(each, group, call)));
    const first = group[0];
    if (groupColumns.length === 0 || !first) return `{${values.join()}}`;
    const asAsked = call.server.switches.groupByKeyForm === 'asAsked';
    const keys = groupColumns.map(({ name, column }) =>
      member(asAsked ? name : column.controlId, cellText(column, rowComparable(column, first), call)),
    );
    return `{"groupBy":{${keys.join()}},${values.join()}}`;
  });
  return `{"output":[${output.join()}]}`;
}

function matchingRows(request: DataRequest, call: Call, caller: Caller): { rows: JdeRow[]; target: Target } {
  const { target, filter } = browseTarget(request, call, caller);
  return { target, rows: openResultSet(target.store, filter, [], false).take(Number.POSITIVE_INFINITY) };
}

function groupRows(rows: readonly JdeRow[], columns: readonly Column[]): JdeRow[][] {
  if (columns.length === 0) return [[...rows]];
  const groups = new Map<string, JdeRow[]>();
  for (const row of rows) {
    const key = JSON.stringify(columns.map((column) => rowComparable(column, row)));
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()];
}

function sortGroups(groups: JdeRow[][], orderBy: readonly OrderBy[], target: Target): void {
  const orders = orderBy.map((each) => ({ ...each, column: target.column(each.column) }));
  groups.sort((a, b) => {
    const [rowA, rowB] = [a[0], b[0]];
    if (!rowA || !rowB) return 0;
    for (const { column, descending } of orders) {
      const way = compare(rowComparable(column, rowA), rowComparable(column, rowB));
      if (way !== 0) return descending ? -way : way;
    }
    return 0;
  });
}

function keyOf(aggregation: Aggregation): string {
  return aggregation.column ? `${aggregation.column.controlId}_${aggregation.name}` : aggregation.name;
}

function valueText({ name, column }: Aggregation, group: readonly JdeRow[], call: Call): string {
  if (!column) {
    if (name !== 'COUNT') throw new DataError(`${name} needs a column`);
    return String(group.length);
  }
  const values = group.map((row) => rowComparable(column, row));
  const distinct = name.endsWith('_DISTINCT');
  const used = distinct ? [...new Set(values)] : values;
  switch (distinct ? name.slice(0, -'_DISTINCT'.length) : name) {
    case 'COUNT':
      return String(used.length);
    case 'MIN':
    case 'MAX':
      return extremeText(column, used, name === 'MIN' ? -1 : 1, call);
    case 'SUM':
    case 'AVG':
      return sumText(column, used, name.startsWith('AVG'), call);
    default:
      throw new DataError(`Invalid aggregation ${name}`);
  }
}

function extremeText(column: Column, values: readonly Comparable[], way: 1 | -1, call: Call): string {
  const best = values.reduce<Comparable | undefined>(
    (found, value) => (found === undefined || compare(value, found) * way > 0 ? value : found),
    undefined,
  );
  return best === undefined ? 'null' : cellText(column, best, call);
}

function sumText(column: Column, values: readonly Comparable[], isAverage: boolean, call: Call): string {
  if (column.type !== 'N') throw new DataError(`${column.controlId} is not numeric`);
  if (isAverage && values.length === 0) return 'null';
  const divisor = isAverage ? values.length : 1;
  return numberText(addUp(values.map(String), divisor, column.decimals), call.server.switches.numberForm);
}

function cellText(column: Column, value: Comparable, call: Call): string {
  if (column.type === 'N') return numberText(value, call.server.switches.numberForm);
  const text = String(value);
  if (column.type !== 'D') return JSON.stringify(text.trim() === '' ? ' ' : text);
  if (text === '') return 'null';
  if (call.server.switches.aggregateDateForm === 'yyyyMMdd') return JSON.stringify(plainDay(text));
  return String(localMidnightMs(call.server.clock, text));
}

function member(name: string, text: string): string {
  return `${JSON.stringify(name)}:${text}`;
}
