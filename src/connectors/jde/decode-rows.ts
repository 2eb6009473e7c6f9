import type { Rejection } from '../../domain/decoded.ts';
import type { ColumnKind, SourceRow, SourceValue, TableSpec } from '../../domain/source-row.ts';
import { Fault } from '../../faults/fault.ts';
import { type DecodeOptions, decodePlain, decodeValue } from './decode.ts';

/** Decodes the rows of one table. Made once per read, so that the work per row stays small. */
export type RowDecoder = (row: unknown) => SourceRow;

interface Column {
  readonly alias: string;
  /** `F4311_UORG` */
  readonly field: string;
  readonly kind: ColumnKind;
  readonly inKey: boolean;
}

/**
 * @throws (the decoder) Fault `jde.column_missing` when a row lacks a column that was asked for: security hides it;
 *   `jde.key_undecodable` when a key value cannot be read; `jde.answer_unreadable` when a row is no object.
 */
export function compileRowDecoder(spec: TableSpec, options: DecodeOptions): RowDecoder {
  const columns = columnsOf(spec);
  const days = new Map<string, SourceValue>();
  // Copying an object of the right shape is quicker and leaves less garbage than growing one column by column.
  const blank: Readonly<Record<string, SourceValue>> = Object.fromEntries(
    columns.map(({ alias }) => [alias, null]),
  );
  return (row) => {
    if (!isRow(row)) throw new Fault('jde.answer_unreadable', `A row of ${spec.table} is no object`);
    const values: Record<string, SourceValue> = { ...blank };
    let problems: Rejection[] | undefined;
    for (const column of columns) {
      const raw = row[column.field] ?? bare(row, column);
      if (raw === undefined) throw missing(spec.table, column.field);
      const value =
        column.kind === 'date' && typeof raw === 'string'
          ? cachedDay(days, raw, options)
          : decodePlain(column.kind, raw, options);
      if (value !== undefined && !(column.inKey && value === null && column.kind === 'number')) {
        values[column.alias] = value;
        continue;
      }
      values[column.alias] = readAgain(column, raw, options, (problem) => {
        problems = [...(problems ?? []), problem];
      });
    }
    return { key: keyText(spec, values), values, problems: problems ?? NO_PROBLEMS };
  };
}

/** Faults when the column titles of an answer lack a column that was asked for. An empty table has no row to look at. */
export function checkColumns(spec: TableSpec, titles: Readonly<Record<string, unknown>>): void {
  for (const { alias, field } of columnsOf(spec)) {
    if (!(field in titles) && !(alias in titles)) throw missing(spec.table, field);
  }
}

/** The key values of a row, aligned with `spec.key`. */
export function keyValues(spec: TableSpec, values: SourceRow['values']): string[] {
  return spec.key.map((alias) => values[alias] ?? '');
}

/** Joined key values without outer blanks. A bar inside a value is written as `%7C`, so that two keys stay two. */
function keyText(spec: TableSpec, values: SourceRow['values']): string {
  const { key } = spec;
  let text = (values[key[0]] ?? '').trim();
  for (let i = 1; i < key.length; i++) {
    const alias = key[i] ?? '';
    const part = (values[alias] ?? '').trim();
    text += `|${part.includes('|') ? part.replaceAll('|', '%7C') : part}`;
  }
  return text;
}

/** The full decoder, for values the quick one does not take: VERSION1 cells, masked and broken values. */
function readAgain(
  column: Column,
  raw: unknown,
  options: DecodeOptions,
  report: (problem: Rejection) => void,
): SourceValue {
  const decoded = decodeValue(column.kind, raw, column.field, options);
  if (decoded.ok && !(column.inKey && decoded.value === null && column.kind === 'number'))
    return decoded.value;
  if (column.inKey) {
    const detail = decoded.ok ? `${column.field} is empty.` : decoded.rejection.detail;
    throw new Fault('jde.key_undecodable', detail, { field: column.field });
  }
  if (!decoded.ok) report(decoded.rejection);
  return null;
}

function cachedDay(
  days: Map<string, SourceValue>,
  raw: string,
  options: DecodeOptions,
): SourceValue | undefined {
  const known = days.get(raw);
  if (known !== undefined) return known;
  const value = decodePlain('date', raw, options);
  if (value !== undefined) {
    if (days.size >= CACHED_DAYS_MAX) days.clear();
    days.set(raw, value);
  }
  return value;
}

/** Rows of orchestrations may carry the alias without its table. */
function bare(row: Readonly<Record<string, unknown>>, column: Column): unknown {
  const value = row[column.field];
  return value === undefined ? row[column.alias] : value;
}

function columnsOf(spec: TableSpec): Column[] {
  return Object.entries(spec.columns).map(([alias, kind]) => ({
    alias,
    field: `${spec.table}_${alias}`,
    kind,
    inKey: spec.key.includes(alias),
  }));
}

function missing(table: string, field: string): Fault {
  return new Fault('jde.column_missing', `AIS returned ${table} without the column ${field}`, { field });
}

function isRow(row: unknown): row is Readonly<Record<string, unknown>> {
  return typeof row === 'object' && row !== null && !Array.isArray(row);
}

const NO_PROBLEMS: readonly Rejection[] = [];
const CACHED_DAYS_MAX = 10_000;
