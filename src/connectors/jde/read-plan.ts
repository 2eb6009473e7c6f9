import { compare, parseDecimal } from '../../domain/decimal.ts';
import type { SourceRow, TableSpec } from '../../domain/source-row.ts';
import { assert, Fault } from '../../faults/fault.ts';
import type { ColumnCondition, TableRead } from '../connector.ts';
import type { Condition } from './conditions.ts';
import { compareValues } from './key-order.ts';

/** A read that AIS can answer in one go of pages. */
export interface ReadPart {
  readonly conditions: readonly Condition[];
  readonly after?: readonly string[];
}

/**
 * Splits a read into parts, so that no LIST is longer than `chunk`.
 *
 * Parts over the leading key column follow each other in its order. Parts over another column are each in key order of their own; a
 * read of several such parts cannot start behind a key, so it starts at the beginning.
 */
export function planParts(read: TableRead, chunk: number): ReadPart[] {
  const { spec, after } = read;
  const wheres = (read.where ?? []).map((where) => ({ column: where.column, values: sorted(spec, where) }));
  for (const { column } of wheres) assert(column in spec.columns, `${spec.table} is read without ${column}`);
  // The leading column outermost: its parts keep the rows in key order.
  wheres.sort((a, b) => Number(b.column === spec.key[0]) - Number(a.column === spec.key[0]));
  let parts: ReadPart[] = [{ conditions: changedSince(read), ...(after && { after }) }];
  for (const { column, values } of wheres) {
    const lists = chunksOf(values, chunk);
    parts = parts.flatMap((part) => listParts(spec, part, column, lists));
  }
  return parts;
}

function listParts(spec: TableSpec, part: ReadPart, column: string, lists: readonly string[][]): ReadPart[] {
  const { after, ...rest } = part;
  const start = after !== undefined && column === spec.key[0] ? startOf(spec, lists, after[0] ?? '') : 0;
  const keepsAfter = column === spec.key[0] || lists.length === 1;
  return lists.slice(start).map((values, at) => ({
    ...rest,
    conditions: [...part.conditions, { column, operator: values.length === 1 ? 'EQUAL' : 'LIST', values }],
    ...(after !== undefined && keepsAfter && at === 0 && { after }),
  }));
}

/** The first part that can hold rows at or behind a leading value; 0 where the order is not certain. */
function startOf(spec: TableSpec, lists: readonly string[][], leading: string): number {
  const holding = lists.findIndex((values) => values.includes(leading));
  if (holding >= 0) return holding;
  const kind = spec.columns[spec.key[0]];
  const first = lists.findIndex((values) => {
    const order = compareValues(kind, values.at(-1) ?? '', leading);
    return order === undefined || order >= 0;
  });
  return first < 0 ? lists.length : first;
}

function changedSince({ spec, changedSince: day }: TableRead): Condition[] {
  if (day === undefined) return [];
  assert(spec.changedOn !== undefined, `${spec.table} has no column of the last change`);
  return [{ column: spec.changedOn, operator: 'GREATER_EQUAL', values: [day] }];
}

/** The values once each, sorted as numbers or as text. */
function sorted(spec: TableSpec, where: ColumnCondition): string[] {
  if (spec.columns[where.column] !== 'number') return [...new Set(where.anyOf)].toSorted();
  const numbers = where.anyOf.map((text) => {
    const number = parseDecimal(text);
    assert(number !== undefined, `${spec.table}.${where.column} is asked for a value that is no number`);
    return number;
  });
  return [...new Set(numbers)].toSorted(compare);
}

function chunksOf(values: readonly string[], size: number): string[][] {
  const chunks: string[][] = [];
  for (let at = 0; at < values.length; at += size) chunks.push(values.slice(at, at + size));
  return chunks;
}

/** Whether a row is what was asked for, or why it came: its text differs in case only, or a condition was not heeded. */
export type Match = 'asked' | 'otherCase' | 'notAsked';

/**
 * Checks that rows meet the conditions they were asked with: AIS may leave out a condition that it cannot read. A database that
 * ignores case finds more than was asked. A value that could not be decoded is a problem of its row, not of the filter.
 */
export function compileRowFilter(
  spec: TableSpec,
  conditions: readonly Condition[],
): (row: SourceRow) => Match {
  const tests = conditions.map(({ column, operator, values }) => {
    const wanted = new Set(values.map((value) => value.trim()));
    const inAnyCase = new Set([...wanted].map((value) => value.toLowerCase()));
    const [from = ''] = values;
    const decides = (value: string): Match => {
      if (operator === 'GREATER_EQUAL') return value >= from ? 'asked' : 'notAsked';
      const text = value.trim();
      return wanted.has(text) ? 'asked' : inAnyCase.has(text.toLowerCase()) ? 'otherCase' : 'notAsked';
    };
    return { column, decides };
  });
  return (row) => {
    let match: Match = 'asked';
    for (const { column, decides } of tests) {
      const value = row.values[column];
      const one =
        typeof value === 'string' ? decides(value) : isProblem(spec, row, column) ? 'asked' : 'notAsked';
      if (one === 'notAsked') return one;
      if (one === 'otherCase') match = one;
    }
    return match;
  };
}

export function filterIgnored(spec: TableSpec, row: SourceRow, conditions: readonly Condition[]): Fault {
  const asked = conditions.map((each) => `${each.column} ${each.operator}`).join(' and ');
  return new Fault(
    'jde.filter_ignored',
    `AIS returned row ${row.key} of ${spec.table} although asked for ${asked}`,
    {
      ...(spec.changedOn !== undefined && { field: `${spec.table}_${spec.changedOn}` }),
    },
  );
}

const isProblem = (spec: TableSpec, row: SourceRow, column: string): boolean =>
  row.problems.some((problem) => problem.field === `${spec.table}_${column}`);
