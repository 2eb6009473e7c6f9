import type { TableSpec } from '../../domain/source-row.ts';
import type { DateFormat } from './date-format.ts';

/** A condition on one column, its values as decoded. */
export interface Condition {
  readonly column: string;
  readonly operator: 'EQUAL' | 'LIST' | 'GREATER' | 'GREATER_EQUAL';
  readonly values: readonly string[];
}

export interface BrowseOptions {
  readonly conditions: readonly Condition[];
  readonly pageSize: number;
  readonly dateFormat: DateFormat;
  /** Ask for links to further pages. */
  readonly nextPages: boolean;
  /** Columns to sort by; the unique key when left out. */
  readonly orderBy?: readonly { readonly column: string; readonly direction: 'ASC' | 'DESC' }[];
}

/**
 * The body of a BROWSE of the data service: named columns, sorted, all conditions must hold.
 * Sources: Oracle client API guide (understanding the data service; `addOrderBy` from Tools 9.2.0.5), requests of public clients.
 */
export function browseRequest(spec: TableSpec, options: BrowseOptions): Record<string, unknown> {
  const { table } = spec;
  const orderBy = options.orderBy ?? spec.key.map((column) => ({ column, direction: 'ASC' as const }));
  return {
    targetName: table,
    targetType: 'table',
    dataServiceType: 'BROWSE',
    findOnEntry: 'TRUE',
    returnControlIDs: Object.keys(spec.columns)
      .map((alias) => `${table}.${alias}`)
      .join('|'),
    maxPageSize: String(options.pageSize),
    outputType: 'GRID_DATA',
    ...(options.nextPages && { enableNextPageProcessing: true }),
    ...(options.conditions.length > 0 && {
      query: {
        autoFind: true,
        matchType: 'MATCH_ALL',
        condition: options.conditions.map((condition) => wireCondition(spec, condition, options.dateFormat)),
      },
    }),
    aggregation: {
      orderBy: orderBy.map(({ column, direction }) => ({ column: `${table}.${column}`, direction })),
    },
  };
}

function wireCondition(
  spec: TableSpec,
  condition: Condition,
  dateFormat: DateFormat,
): Record<string, unknown> {
  const kind = spec.columns[condition.column];
  return {
    controlId: `${spec.table}.${condition.column}`,
    operator: condition.operator,
    value: condition.values.map((value) => ({
      content: literal(value, kind, dateFormat),
      specialValueId: 'LITERAL',
    })),
  };
}

/**
 * A decoded value as AIS takes it: days in the user's own date format, times as HHmmss, all else as it is (right-justified text
 * with its leading blanks).
 */
export function literal(
  value: string,
  kind: TableSpec['columns'][string] | undefined,
  dateFormat: DateFormat,
): string {
  if (value === '') return '';
  // A date value that reaches a condition was decoded by us, so it is a LocalDate.
  if (kind === 'date') return dateFormat.format(value as Parameters<DateFormat['format']>[0]);
  if (kind === 'time') return String(Number(value.replaceAll(':', '')));
  return value;
}
