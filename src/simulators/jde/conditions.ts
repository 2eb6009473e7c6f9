import type { Column } from './catalog.ts';
import type { ServerClock } from './clock.ts';
import type { Literal, RawCondition, RawQuery } from './data-request.ts';
import { readDateLiteral, specialDay } from './dates.ts';
import type { JdeRow } from './rows.ts';
import type { JdeSwitches } from './switches.ts';
import { DataError, type Target } from './target.ts';
import { DEFAULT_DATE_FORMAT, type JdeUser } from './users.ts';
import { type Comparable, comparable, compare, rowComparable } from './values.ts';

export type RowTest = (row: JdeRow) => boolean;

/** A condition that every row of the result meets; an index may use it. */
export interface Conjunct {
  column: Column;
  operator: string;
  values: Comparable[];
}

export interface Filter {
  test: RowTest;
  conjuncts: Conjunct[];
}

/** What the meaning of a condition depends on besides its text. */
export interface QueryContext {
  user: JdeUser;
  clock: ServerClock;
  switches: JdeSwitches;
}

const ALL: Filter = { test: () => true, conjuncts: [] };

/** Compiles a query into a test of rows. */
export function compileQuery(query: RawQuery, target: Target, context: QueryContext): Filter {
  const filters = query.conditions.flatMap((condition) => compileCondition(condition, target, context) ?? []);
  const any = (query.matchType ?? context.switches.matchTypeDefault) === 'MATCH_ANY';
  const simple = filters.length === 0 ? ALL : any && filters.length > 1 ? either(filters) : both(filters);
  if (query.complex.length === 0) return simple;
  return both([simple, compileComplex(query, target, context)]);
}

/** Parts are joined from left to right; the first part's andOr has nothing to join to. */
function compileComplex(query: RawQuery, target: Target, context: QueryContext): Filter {
  return query.complex
    .map((part) => ({ andOr: part.andOr, filter: compileQuery(part.query, target, context) }))
    .reduce((left, right) => {
      if (right.andOr !== 'AND' && right.andOr !== 'OR') throw new DataError(`Invalid andOr ${right.andOr}`);
      const join = right.andOr === 'OR' ? either : both;
      return { andOr: left.andOr, filter: join([left.filter, right.filter]) };
    }).filter;
}

function both(filters: readonly Filter[]): Filter {
  const [only] = filters;
  if (only && filters.length === 1) return only;
  const tests = filters.filter((filter) => filter !== ALL).map((filter) => filter.test);
  return {
    test: (row) => tests.every((test) => test(row)),
    conjuncts: filters.flatMap((filter) => filter.conjuncts),
  };
}

function either(filters: readonly Filter[]): Filter {
  const tests = filters.map((filter) => filter.test);
  return { test: (row) => tests.some((test) => test(row)), conjuncts: commonLowerBounds(filters) };
}

const LOWER_BOUNDS = new Set(['EQUAL', 'GREATER', 'GREATER_EQUAL']);

/**
 * "Beyond this key" of a key of several columns comes as alternatives (a > x, or a = x and b > y): what all of
 * them demand of a column lets an index start there.
 */
function commonLowerBounds(filters: readonly Filter[]): Conjunct[] {
  const [first, ...others] = filters.map((filter) =>
    filter.conjuncts.filter((conjunct) => LOWER_BOUNDS.has(conjunct.operator)),
  );
  return (first ?? []).flatMap((bound) => {
    const same = others.map((each) => each.find((conjunct) => conjunct.column === bound.column));
    const lowest = [bound, ...same].map((conjunct) => conjunct?.values[0]).toSorted(compareBounds)[0];
    if (lowest === undefined || same.includes(undefined)) return [];
    return [{ column: bound.column, operator: 'GREATER_EQUAL', values: [lowest] }];
  });
}

function compareBounds(a: Comparable | undefined, b: Comparable | undefined): number {
  return a === undefined || b === undefined ? 0 : compare(a, b);
}

/** @returns undefined when the condition is silently left out (a date literal in the wrong format). */
function compileCondition(raw: RawCondition, target: Target, context: QueryContext): Filter | undefined {
  const column = target.column(raw.controlId);
  const isText = raw.operator.startsWith('STR_');
  if (isText && column.type === 'D') throw new DataError(`Invalid operator ${raw.operator} for a date`);
  const values: Comparable[] = [];
  for (const literal of raw.values) {
    const value = readLiteral(literal, column, isText, context);
    if (value === undefined) return undefined;
    values.push(value);
  }
  const conjunct = { column, operator: raw.operator, values };
  const folded = column.type === 'S' && context.switches.textComparison === 'caseInsensitive';
  return { test: operatorTest(conjunct, context), conjuncts: folded ? [] : [conjunct] };
}

function readLiteral(
  literal: Literal,
  column: Column,
  asText: boolean,
  context: QueryContext,
): Comparable | undefined {
  const { content, specialValueId } = literal;
  if (specialValueId === 'LOGIN_USER') return comparable(column, context.user.user);
  if (specialValueId !== 'LITERAL') {
    const day = specialDay(specialValueId, content, context.clock);
    if (day === undefined) throw new DataError(`Invalid special value ${specialValueId} ${content}`);
    return day;
  }
  if (asText) return content;
  if (column.type === 'D') return readDate(content, column, context);
  if (column.type === 'N') return readNumber(content, column);
  if (column.justify > 0 && context.switches.justifiedLiteral === 'exact') return content;
  return comparable(column, content);
}

function readDate(content: string, column: Column, context: QueryContext): string | undefined {
  const format = context.user.simpleDateFormat ?? DEFAULT_DATE_FORMAT;
  const day = readDateLiteral(content, format, context.switches);
  if (day === undefined && context.switches.wrongDateLiteral !== 'ignoredCondition') {
    throw new DataError(`Invalid date ${content} for ${column.controlId}`);
  }
  return day;
}

function readNumber(content: string, column: Column): number {
  const number = Number(content.trim());
  if (Number.isNaN(number)) throw new DataError(`Invalid number ${content} for ${column.controlId}`);
  return number;
}

function operatorTest(conjunct: Conjunct, context: QueryContext): RowTest {
  const { column, operator, values } = conjunct;
  const fold = column.type === 'S' && context.switches.textComparison === 'caseInsensitive';
  const folded = (value: Comparable): Comparable =>
    fold && typeof value === 'string' ? value.toLowerCase() : value;
  const of = (row: JdeRow): Comparable => folded(rowComparable(column, row));
  const [first, second] = values.map(folded);
  if (operator === 'STR_BLANK') return (row) => isBlank(of(row));
  if (operator === 'STR_NOT_BLANK') return (row) => !isBlank(of(row));
  if (first === undefined) throw new DataError(`Condition on ${column.controlId} has no value`);
  if (operator === 'LIST') {
    const wanted = new Set(values.map(folded));
    return (row) => wanted.has(of(row));
  }
  if (operator === 'BETWEEN') {
    if (second === undefined) throw new DataError(`BETWEEN on ${column.controlId} needs two values`);
    return (row) => {
      const value = of(row);
      return value >= first && value <= second;
    };
  }
  return comparison(operator, first, of);
}

function comparison(operator: string, wanted: Comparable, of: (row: JdeRow) => Comparable): RowTest {
  const part = String(wanted);
  switch (operator) {
    case 'EQUAL':
      return (row) => of(row) === wanted;
    case 'NOT_EQUAL':
      return (row) => of(row) !== wanted;
    case 'LESS':
      return (row) => of(row) < wanted;
    case 'LESS_EQUAL':
      return (row) => of(row) <= wanted;
    case 'GREATER':
      return (row) => of(row) > wanted;
    case 'GREATER_EQUAL':
      return (row) => of(row) >= wanted;
    case 'STR_START_WITH':
      return (row) => String(of(row)).startsWith(part);
    case 'STR_END_WITH':
      return (row) => String(of(row)).endsWith(part);
    case 'STR_CONTAIN':
      return (row) => String(of(row)).includes(part);
    default:
      throw new DataError(`Invalid operator ${operator}`);
  }
}

function isBlank(value: Comparable): boolean {
  return value === 0 || (typeof value === 'string' && value.trim() === '');
}
