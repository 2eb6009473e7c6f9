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
  const aggregations = request.aggregations.map((each) =>
    toAggregation(each.aggregation, each.column, target),
  );
  if (aggregations.length === 0) throw new DataError('AGGREGATION without aggregations');
  const groupColumns = request.groupBy.map((name) => ({ name, column: target.column(name) }));
  const groups = groupRows(
    rows,
    groupColumns.map((each) => each.column),
  ).filter((group) => request.having.every((each) => meets(each, group, target)));
  sortGroups(groups, request.orderBy, target);
  const asAsked = call.server.switches.groupByKeyForm === 'asAsked';
  const output = groups.map((group) => {
    const values = aggregations.map((each) => member(keyOf(each), valueText(each, group, call)));
    const first = group[0];
    if (groupColumns.length === 0 || !first) return `{${values.join()}}`;
    const keys = groupColumns.map(({ name, column }) =>
      member(asAsked ? name : column.controlId, cellText(column, rowComparable(column, first), call)),
    );
    return `{"groupBy":{${keys.join()}},${values.join()}}`;
  });
  return `{"output":[${output.join()}]}`;
}

function toAggregation(name: string, column: string, target: Target): Aggregation {
  return { name, column: column === '*' || column === '' ? undefined : target.column(column) };
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
  const orders = orderBy.map(({ column, aggregation, descending }) => {
    const by = toAggregation(aggregation ?? 'MIN', column, target);
    return { descending, values: new Map(groups.map((group) => [group, sortable(by, group)])) };
  });
  groups.sort((a, b) => {
    for (const { values, descending } of orders) {
      const way = compare(values.get(a) ?? 0, values.get(b) ?? 0);
      if (way !== 0) return descending ? -way : way;
    }
    return 0;
  });
}

/** Sums are decimal text; to order them a double is near enough. */
function sortable(aggregation: Aggregation, group: readonly JdeRow[]): Comparable {
  const value = valueOf(aggregation, group) ?? 0;
  return /^(SUM|AVG)/.test(aggregation.name) ? Number(value) : value;
}

/** A condition on an aggregated value. */
function meets(condition: DataRequest['having'][number], group: readonly JdeRow[], target: Target): boolean {
  const value = valueOf(toAggregation(condition.aggregation, condition.controlId, target), group);
  const [first = Number.NaN, second = Number.NaN] = condition.values.map((each) => Number(each.content));
  const order = compare(Number(value), first);
  switch (condition.operator) {
    case 'EQUAL':
      return order === 0;
    case 'NOT_EQUAL':
      return order !== 0;
    case 'LESS':
      return order < 0;
    case 'LESS_EQUAL':
      return order <= 0;
    case 'GREATER':
      return order > 0;
    case 'GREATER_EQUAL':
      return order >= 0;
    case 'BETWEEN':
      return order >= 0 && Number(value) <= second;
    default:
      throw new DataError(`Invalid operator ${condition.operator} in having`);
  }
}

function keyOf(aggregation: Aggregation): string {
  return aggregation.column ? `${aggregation.column.controlId}_${aggregation.name}` : aggregation.name;
}

function valueText(aggregation: Aggregation, group: readonly JdeRow[], call: Call): string {
  const value = valueOf(aggregation, group);
  if (value === undefined) return 'null';
  const { column, name } = aggregation;
  if (column && (name === 'MIN' || name === 'MAX')) return cellText(column, value, call);
  return numberText(value, call.server.switches.numberForm);
}

/** Counts as numbers, sums as decimal text, MIN and MAX in the form that compares; undefined without rows. */
function valueOf({ name, column }: Aggregation, group: readonly JdeRow[]): Comparable | undefined {
  if (!column) {
    if (name !== 'COUNT') throw new DataError(`${name} needs a column`);
    return group.length;
  }
  const values = group.map((row) => rowComparable(column, row));
  const distinct = name.endsWith('_DISTINCT');
  const used = distinct ? [...new Set(values)] : values;
  switch (distinct ? name.slice(0, -'_DISTINCT'.length) : name) {
    case 'COUNT':
      return used.length;
    case 'MIN':
      return used.toSorted(compare)[0];
    case 'MAX':
      return used.toSorted(compare).at(-1);
    case 'SUM':
    case 'AVG':
      return sumOf(column, used, name.startsWith('AVG'));
    default:
      throw new DataError(`Invalid aggregation ${name}`);
  }
}

function sumOf(column: Column, values: readonly Comparable[], isAverage: boolean): string | undefined {
  if (column.type !== 'N') throw new DataError(`${column.controlId} is not numeric`);
  if (isAverage && values.length === 0) return undefined;
  return addUp(values.map(String), isAverage ? values.length : 1, column.decimals);
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
