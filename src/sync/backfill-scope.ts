import type { TableRead } from '../connectors/connector.ts';
import { compare, parseDecimal } from '../domain/decimal.ts';
import { parseJdeOrderKey } from '../domain/keys.ts';
import { type LocalDate, parseLocalDate } from '../domain/local-date.ts';
import type { SourceRow } from '../domain/source-row.ts';
import { Fault } from '../faults/fault.ts';
import { accountTables } from '../flows/accounts/tables.ts';
import { FLOW_NAMES, type FlowName, type FlowTable } from '../flows/flow.ts';
import { purchaseTables } from '../flows/purchases/tables.ts';
import { supplierTables } from '../flows/suppliers/tables.ts';
import type { RunPorts } from './ports.ts';
import { dayOf, driversOf, narrowRead } from './reconcile-sweep.ts';

/** Which records a backfill takes, whatever the watermarks say. Bounds are inclusive; without any it takes all. */
export interface BackfillScope {
  readonly flows: readonly FlowName[];
  /** Days of the last change in JDE. */
  readonly since?: LocalDate | undefined;
  readonly until?: LocalDate | undefined;
  /** Address numbers, order numbers or whole record keys; accounts have their AID. */
  readonly fromKey?: string | undefined;
  readonly toKey?: string | undefined;
}

interface ScopeInput {
  readonly flow?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly fromKey?: string | undefined;
  readonly toKey?: string | undefined;
}

/** What people ask for, checked. Throws `input.invalid` with the name of the argument. */
export function parseScope(input: ScopeInput): BackfillScope {
  const flow = FLOW_NAMES.find((name) => name === input.flow);
  if (input.flow !== undefined && flow === undefined)
    throw invalid('--flow', `"${input.flow}" is no flow. Flows: ${FLOW_NAMES.join(', ')}.`);
  if ((input.fromKey ?? input.toKey) !== undefined && flow === undefined)
    throw invalid('--flow', 'A range of keys needs the --flow that they belong to.');
  const since = dayOfInput('--since', input.since);
  const until = dayOfInput('--until', input.until);
  for (const [name, key] of [
    ['--from-key', input.fromKey],
    ['--to-key', input.toKey],
  ] as const) {
    if (key !== undefined && flow !== 'accounts' && leadingOf(key) === undefined)
      throw invalid(name, `"${key}" is neither a number nor the key of a record.`);
  }
  return {
    flows: flow === undefined ? FLOW_NAMES : [flow],
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(input.fromKey === undefined ? {} : { fromKey: input.fromKey }),
    ...(input.toKey === undefined ? {} : { toKey: input.toKey }),
  };
}

/** One table to go through. */
export interface BackfillStep {
  readonly flow: FlowName;
  readonly table: FlowTable;
  /** Only records of which the other driver has no row: an order whose header was read is not taken a second time. */
  readonly unlessIn?: FlowTable;
}

const TABLES: Readonly<Record<FlowName, readonly FlowTable[]>> = {
  accounts: accountTables,
  suppliers: supplierTables,
  purchases: purchaseTables,
};

export function tablesOf(flow: FlowName): readonly FlowTable[] {
  return TABLES[flow];
}

/** Tables in the order in which they are gone through. */
export function stepsOf(scope: BackfillScope, ports: RunPorts): readonly BackfillStep[] {
  const byDay = scope.since !== undefined || scope.until !== undefined;
  return FLOW_NAMES.filter((flow) => scope.flows.includes(flow) && ports.settings[flow].enabled).flatMap(
    (flow) => {
      const [first, ...others] = driversOf(TABLES[flow]);
      if (first === undefined) throw new Error(`Flow ${flow} has no driver table.`);
      // By day, a change of a line alone brings its order in as well.
      return [first, ...others].map((table) => ({
        flow,
        table,
        ...(table === first || byDay ? {} : { unlessIn: first }),
      }));
    },
  );
}

/** The read of a step, behind the key at which it stopped. */
export function readOf(
  { table, flow }: BackfillStep,
  scope: BackfillScope,
  lastKey: readonly string[],
  ports: RunPorts,
): TableRead {
  const read = narrowRead(table, flow === 'accounts' ? ['CO'] : [], ports);
  const from = flow === 'accounts' ? undefined : leadingOf(scope.fromKey);
  const to = flow === 'accounts' ? undefined : leadingOf(scope.toKey);
  const [leading] = table.spec.key;
  const where = [
    ...(read.where ?? []),
    ...(from !== undefined && from === to ? [{ column: leading, anyOf: [from] }] : []),
  ];
  const start = lastKey.length > 0 || from === undefined || from === to ? lastKey : keyBefore(from, table);
  return {
    spec: read.spec,
    where,
    ...(scope.since === undefined ? {} : { changedSince: scope.since }),
    ...(start.length === 0 ? {} : { after: start }),
  };
}

/** Whether a row belongs to the backfill. */
export function isInScope(row: SourceRow, { table, flow }: BackfillStep, scope: BackfillScope): boolean {
  const day = dayOf(row.values, table);
  if (scope.since !== undefined && (day === null || day < scope.since)) return false;
  if (scope.until !== undefined && (day === null || day > scope.until)) return false;
  return isFrom(scope.fromKey, row, { table, flow }) && isUpTo(scope.toKey, row, { table, flow });
}

/** Rows come in the order of their keys: behind this one none is in scope any more. */
export function isBehindScope(row: SourceRow, { table, flow }: BackfillStep, scope: BackfillScope): boolean {
  const to = flow === 'accounts' ? undefined : leadingOf(scope.toKey);
  return to !== undefined && compareNumbers(leadingValue(row, table), to) > 0;
}

function isFrom(fromKey: string | undefined, row: SourceRow, step: Omit<BackfillStep, 'unlessIn'>): boolean {
  return fromKey === undefined || compareToBound(row, fromKey, step) >= 0;
}

function isUpTo(toKey: string | undefined, row: SourceRow, step: Omit<BackfillStep, 'unlessIn'>): boolean {
  return toKey === undefined || compareToBound(row, toKey, step) <= 0;
}

function compareToBound(
  row: SourceRow,
  bound: string,
  { table, flow }: Omit<BackfillStep, 'unlessIn'>,
): number {
  const recordKey = table.recordKeyOf(row);
  if (recordKey === bound) return 0;
  if (flow === 'accounts') return recordKey < bound ? -1 : 1;
  const order = compareNumbers(leadingValue(row, table), leadingOf(bound) ?? '');
  // A whole order key names one order of that number, of its company and type.
  if (order !== 0 || parseJdeOrderKey(bound) === undefined) return order;
  return recordKey < bound ? -1 : 1;
}

function leadingValue(row: SourceRow, { spec }: FlowTable): string {
  return row.values[spec.key[0]] ?? '';
}

/** The number that a key begins with in JDE's own order: an address number, an order number. */
function leadingOf(key: string | undefined): string | undefined {
  if (key === undefined) return undefined;
  return parseJdeOrderKey(key)?.orderNumber ?? (/^\d+$/.test(key) ? key : undefined);
}

/** A key that lies before every row of a number. */
function keyBefore(number: string, { spec }: FlowTable): readonly string[] {
  const before = String(Math.max(0, Number(number) - 1));
  return spec.key.map((alias, place) => (place === 0 ? before : spec.columns[alias] === 'number' ? '0' : ''));
}

function compareNumbers(a: string, b: string): number {
  const [left, right] = [parseDecimal(a), parseDecimal(b)];
  return left === undefined || right === undefined ? 0 : compare(left, right);
}

function dayOfInput(name: string, text: string | undefined): LocalDate | undefined {
  if (text === undefined) return undefined;
  const day = parseLocalDate(text);
  if (day === undefined) throw invalid(name, `"${text}" is no day such as 2026-01-31.`);
  return day;
}

function invalid(field: string, message: string): Fault {
  return new Fault('input.invalid', message, { field });
}
