import type { TableRead } from '../connectors/connector.ts';
import { addDays, earlier, type LocalDate, later } from '../domain/local-date.ts';
import type { SourceRow, TableSpec } from '../domain/source-row.ts';
import { Fault } from '../faults/fault.ts';
import type { FlowName, FlowTable } from '../flows/flow.ts';
import { purchaseTables } from '../flows/purchases/tables.ts';
import { countLinks } from '../store/links.ts';
import { loadRows } from '../store/source-rows.ts';
import { countSwept, saveSwept, saveSweptLines } from '../store/sweep.ts';
import { loadWatermark } from '../store/watermarks.ts';
import type { RunPorts } from './ports.ts';
import type { ReconcileBook } from './reconcile-book.ts';

/** What of a JDE row decides whether it is in scope, and what it amounts to. */
export type SweptValues = Readonly<Record<string, string | null>>;

export interface SweptLines {
  readonly rows: readonly SweptValues[];
  /** Day of the last change of any of them. */
  readonly day: LocalDate | null;
}

const ORDERS_AT_ONCE = 250;

/** Reads the keys of a driver table into the sweep, page by page. Ends only when the table was read in full (invariant 5). */
export async function sweepTable(
  flow: FlowName,
  table: FlowTable,
  columns: readonly string[],
  book: ReconcileBook,
  ports: RunPorts,
  signal: AbortSignal,
): Promise<void> {
  const of = { connectionId: ports.run.connectionId, flow, side: 'jde' } as const;
  for await (const page of ports.source.readTable(narrowRead(table, columns, ports), signal)) {
    const rows = page.rows.map((row) => ({
      key: table.recordKeyOf(row),
      data: JSON.stringify(valuesOf(row, table, columns)),
    }));
    await book.transact((tx) => saveSwept(tx, of, rows));
  }
}

/** Reads the lines of all orders in key order, and keeps what they say per order: the lines of one order follow each other. */
export async function sweepOrderLines(
  table: FlowTable,
  columns: readonly string[],
  book: ReconcileBook,
  ports: RunPorts,
  signal: AbortSignal,
): Promise<void> {
  const of = { connectionId: ports.run.connectionId, flow: 'purchases' };
  let order: { key: string; rows: SweptValues[]; day: LocalDate | null } | undefined;
  let done: { key: string; lines: string }[] = [];
  const close = (): void => {
    if (order === undefined) return;
    const lines: SweptLines = { rows: order.rows, day: order.day };
    done.push({ key: order.key, lines: JSON.stringify(lines) });
  };
  const store = async (): Promise<void> => {
    const lines = done.slice(0, ORDERS_AT_ONCE);
    done = done.slice(ORDERS_AT_ONCE);
    await book.transact((tx) => saveSweptLines(tx, of, lines));
  };
  for await (const page of ports.source.readTable(narrowRead(table, columns, ports), signal)) {
    for (const row of page.rows) {
      const key = table.recordKeyOf(row);
      if (order?.key !== key) {
        close();
        order = { key, rows: [], day: null };
      }
      order.rows.push(valuesOf(row, table, columns));
      order.day = lastDay(order.day, dayOf(row.values, table));
    }
    while (done.length >= ORDERS_AT_ONCE) await store();
  }
  close();
  while (done.length > 0) await store();
}

/** A table that comes back empty although records of it are linked is a matter of rights, not of deleted records. */
export async function refuseEmptySweep(flow: FlowName, driver: FlowTable, ports: RunPorts): Promise<void> {
  const of = { connectionId: ports.run.connectionId, flow };
  if ((await countSwept(ports.db, { ...of, side: 'jde' })) > 0) return;
  const linked = await countLinks(ports.db, of);
  if (linked === 0) return;
  const { table } = driver.spec;
  throw new Fault('jde.rows_vanished', `${table} came back empty; ${linked} records are linked.`, {
    field: table,
  });
}

/** The day from which the next sync reads changes of these tables anyway; `undefined`: it reads everything. */
export async function nextReadFrom(
  tables: readonly FlowTable[],
  ports: RunPorts,
): Promise<LocalDate | undefined> {
  let from: LocalDate | undefined;
  for (const { spec } of tables) {
    const of = { connectionId: ports.run.connectionId, table: spec.table };
    const watermark = await loadWatermark(ports.db, of);
    if (watermark === undefined) return undefined;
    const since = addDays(watermark, -ports.settings.run.overlapDays);
    from = from === undefined ? since : earlier(from, since);
  }
  return from;
}

/** Rows of a table that were swept for some records, and how they are told apart within one. */
export interface SweptRows {
  readonly table: FlowTable;
  readonly idColumn?: string;
  readonly rowsOf: (recordKey: string) => readonly SweptValues[];
}

/**
 * Which of these records hold a row that the next sync takes for changed: one stamped on a day that it reads again, with a stamp that is
 * not the one known. What was changed without a stamp is not among them: no sync would see it.
 */
export async function unreadKeys(
  recordKeys: readonly string[],
  tables: readonly SweptRows[],
  readFrom: LocalDate | undefined,
  ports: RunPorts,
): Promise<ReadonlySet<string>> {
  const unread = new Set<string>();
  for (const { table, idColumn, rowsOf } of tables) {
    const stampOf = (values: SweptValues): string =>
      [
        idColumn === undefined ? '' : values[idColumn],
        ...stampColumns(table).map((alias) => values[alias]),
      ].join(' ');
    const recent = (values: SweptValues): boolean => {
      const day = dayOf(values, table);
      return readFrom === undefined || (day !== null && day >= readFrom);
    };
    const candidates = recordKeys.filter((key) => rowsOf(key).some(recent));
    if (candidates.length === 0) continue;
    const of = { connectionId: ports.run.connectionId, table: table.spec.table };
    const stored = await loadRows(ports.db, of, candidates);
    for (const key of candidates) {
      const known = new Set((stored.get(key) ?? []).map((row) => stampOf(row.values)));
      if (rowsOf(key).some((values) => recent(values) && !known.has(stampOf(values)))) unread.add(key);
    }
  }
  return unread;
}

export function driversOf(tables: readonly FlowTable[]): readonly FlowTable[] {
  return tables.filter((table) => table.role === 'driver');
}

export function tableNamed(name: string): FlowTable {
  const table = purchaseTables.find(({ spec }) => spec.table === name);
  if (table === undefined) throw new Error(`Purchases have no table ${name}.`);
  return table;
}

export function lastDay(a: LocalDate | null, b: LocalDate | null): LocalDate | null {
  if (a === null || b === null) return a ?? b;
  return later(a, b);
}

export function dayOf(values: SweptValues, { spec }: FlowTable): LocalDate | null {
  const day = spec.changedOn === undefined ? null : values[spec.changedOn];
  return (day as LocalDate | null | undefined) ?? null; // Declared as a date in the spec.
}

/** Only the key and the named columns are asked for. */
export function narrowRead(table: FlowTable, columns: readonly string[], ports: RunPorts): TableRead {
  return { spec: narrowSpec(table.spec, columns), where: table.where(ports.settings) };
}

export function narrowSpec(spec: TableSpec, columns: readonly string[]): TableSpec {
  const asked = new Set([...spec.key, ...columns, ...stampColumns({ spec })]);
  return {
    ...spec,
    columns: Object.fromEntries(Object.entries(spec.columns).filter(([alias]) => asked.has(alias))),
  };
}

function valuesOf(
  row: SourceRow,
  { spec }: Pick<FlowTable, 'spec'>,
  columns: readonly string[],
): SweptValues {
  const kept = [...columns, ...stampColumns({ spec })];
  return Object.fromEntries(kept.map((alias) => [alias, row.values[alias] ?? null]));
}

/** Day and, where the table has it, time of the last change. */
function stampColumns({ spec }: Pick<FlowTable, 'spec'>): readonly string[] {
  if (spec.changedOn === undefined) return [];
  const time = Object.entries(spec.columns).find(([, kind]) => kind === 'time');
  return time === undefined ? [spec.changedOn] : [spec.changedOn, time[0]];
}
