import type { TablePage } from '../connectors/connector.ts';
import { addDays, earlier, type LocalDate, later } from '../domain/local-date.ts';
import { Fault } from '../faults/fault.ts';
import type { FlowName, FlowTable } from '../flows/flow.ts';
import { countRows, type OwnedRow, recordsWithRows, saveChangedRows } from '../store/source-rows.ts';
import { stageAllRecords, stageRecords } from '../store/stage.ts';
import {
  dropPosition,
  loadPosition,
  loadWatermark,
  moveWatermark,
  type ReadPosition,
  savePosition,
} from '../store/watermarks.ts';
import type { RunLedger } from './ledger.ts';
import type { RunPorts } from './ports.ts';

/** A flow as far as reading needs it. */
export interface ReadFlow {
  readonly name: FlowName;
  readonly tables: readonly FlowTable[];
}

interface ReadOf {
  readonly flow: ReadFlow;
  readonly table: FlowTable;
  /** Tables that bring records into being. */
  readonly driver: FlowTable;
}

/**
 * Drains what changed in JDE into the stage; never waits for Cin7. Returns whether the flow was read by day of change, so that
 * its records are to be fetched whole.
 *
 * @param readTables tables that this run has read already, for an earlier flow.
 */
export async function readChanges(
  flow: ReadFlow,
  ports: RunPorts,
  ledger: RunLedger,
  readTables: Set<string>,
  signal: AbortSignal,
): Promise<{ incremental: boolean }> {
  const driver = flow.tables.find((table) => table.role === 'driver');
  if (driver === undefined) throw new Error(`Flow ${flow.name} has no driver table.`);
  const incremental = (await loadWatermark(ports.db, ofTable(ports, driver))) !== undefined;
  let serverDay: LocalDate | undefined;
  for (const table of flow.tables) {
    if (readTables.has(table.spec.table)) continue;
    const of = { flow, table, driver };
    if (table.role === 'part' && serverDay !== undefined && (await isUnread(ports, table))) {
      // Records are fetched by key later in this run: every change up to this day is in what is fetched.
      await startWatermark(of, serverDay, ports, ledger);
      readTables.add(table.spec.table);
      continue;
    }
    const day = await readTable(of, incremental, ports, ledger, signal);
    readTables.add(table.spec.table);
    serverDay = serverDay === undefined ? day : earlier(serverDay, day);
  }
  // Read by day, a record may have come with some of its rows only.
  return { incremental: incremental || firstDayOf({ flow, table: driver }, ports) !== null };
}

async function isUnread(ports: RunPorts, table: FlowTable): Promise<boolean> {
  return (await loadWatermark(ports.db, ofTable(ports, table))) === undefined;
}

async function startWatermark(of: ReadOf, day: LocalDate, ports: RunPorts, ledger: RunLedger): Promise<void> {
  await ledger.transact(of.flow.name, async (tx) => {
    await moveWatermark(tx, ports.run, { table: of.table.spec.table, until: day, nowMs: ports.now() });
    return { counted: {}, value: undefined };
  });
}

/** Reads one table to its end, page by page, each page and its position in one transaction (invariant 2). */
async function readTable(
  of: ReadOf,
  incremental: boolean,
  ports: RunPorts,
  ledger: RunLedger,
  signal: AbortSignal,
): Promise<LocalDate> {
  const { table } = of;
  const stored = await loadPosition(ports.db, ofTable(ports, table));
  let position = stored ?? (await startOf(of, ports));
  const changedSince = position?.changedSince ?? null;
  const read = {
    spec: table.spec,
    where: table.where(ports.settings),
    ...(changedSince === null ? {} : { changedSince }),
    ...(position === undefined || position.lastKey.length === 0 ? {} : { after: position.lastKey }),
  };
  for await (const page of ports.source.readTable(read, signal)) {
    position = advance(table, position, page);
    await stagePage(of, page, position, incremental, ports, ledger);
    ports.report({
      phase: 'read',
      flow: of.flow.name,
      counters: ledger.counters(of.flow.name),
      detail: table.spec.table,
    });
  }
  if (position === undefined) throw new Error(`Reading ${table.spec.table} ended without a page.`);
  if (position.rowsRead === 0) await refuseVanished(table, position, ports, signal);
  await finish(of, position, ports, ledger);
  return position.startedDay;
}

async function startOf(of: ReadOf, ports: RunPorts): Promise<ReadPosition | undefined> {
  const watermark = await loadWatermark(ports.db, ofTable(ports, of.table));
  const { overlapDays } = ports.settings.run;
  const changedSince = watermark === undefined ? firstDayOf(of, ports) : addDays(watermark, -overlapDays);
  if (changedSince === null || of.table.spec.changedOn === undefined) return undefined;
  // The server's day is known with the first page; until then the read has not begun.
  return { changedSince, startedDay: '' as LocalDate, maxSeen: null, lastKey: [], rowsRead: 0 };
}

/** The day from which a first load takes changes; null: it takes all. */
function firstDayOf(of: Pick<ReadOf, 'flow' | 'table'>, ports: RunPorts): LocalDate | null {
  const { initialSince } = ports.settings.run;
  return of.flow.name === 'purchases' && of.table.role === 'driver'
    ? (initialSince as LocalDate | null)
    : null;
}

function advance(table: FlowTable, position: ReadPosition | undefined, page: TablePage): ReadPosition {
  const { changedOn } = table.spec;
  let maxSeen = position?.maxSeen ?? null;
  if (changedOn !== undefined) {
    for (const row of page.rows) {
      const day = row.values[changedOn] as LocalDate | null | undefined; // Declared as a date in the spec.
      if (day) maxSeen = maxSeen === null ? day : later(maxSeen, day);
    }
  }
  const startedDay =
    position === undefined || position.startedDay === '' ? page.serverDay : position.startedDay;
  return {
    changedSince: position?.changedSince ?? null,
    startedDay,
    maxSeen,
    lastKey: page.lastKey ?? position?.lastKey ?? [],
    rowsRead: (position?.rowsRead ?? 0) + page.rows.length,
  };
}

async function stagePage(
  of: ReadOf,
  page: TablePage,
  position: ReadPosition,
  incremental: boolean,
  ports: RunPorts,
  ledger: RunLedger,
): Promise<void> {
  const { flow, table } = of;
  const place = ofTable(ports, table);
  const rows = await ownRows(of, page, ports);
  const nowMs = ports.now();
  await ledger.transact(flow.name, async (tx) => {
    const changed = await saveChangedRows(tx, place, rows, nowMs);
    const flowOf = { connectionId: ports.run.connectionId, flow: flow.name };
    let staged = 0;
    if (table.role !== 'reference') {
      const hasMore = flow.tables.filter((other) => other.role !== 'reference').length > 1;
      const hasParts = flow.tables.some((other) => other.role === 'part');
      const recordKeys = [...new Set(changed.map((entry) => entry.recordKey))];
      // A read of the whole table brings every row of it; a read by date only those that changed.
      const needsFetch = position.changedSince === null ? hasParts : hasMore;
      staged = await stageRecords(tx, flowOf, { recordKeys, reason: 'changed', needsFetch, nowMs });
    } else if (table.remapsRecords === true && changed.length > 0 && incremental) {
      staged = await stageAllRecords(tx, { ...flowOf, table: of.driver.spec.table }, 'remap', nowMs);
    }
    await savePosition(tx, place, position, nowMs);
    return { counted: { staged, rowsRead: page.rows.length, rowsChanged: changed.length }, value: undefined };
  });
}

/** The rows with the record each belongs to. Rows of records that no driver brought in (customers' phones) are not kept. */
async function ownRows(of: ReadOf, page: TablePage, ports: RunPorts): Promise<readonly OwnedRow[]> {
  const owned = page.rows.map((row) => ({
    row,
    recordKey: of.table.role === 'reference' ? '' : of.table.recordKeyOf(row),
  }));
  if (of.table.role !== 'part') return owned;
  const known = await recordsWithRows(ports.db, ofTable(ports, of.driver), [
    ...new Set(owned.map((entry) => entry.recordKey)),
  ]);
  return owned.filter((entry) => known.has(entry.recordKey));
}

/**
 * A quiet table brings nothing new, and so does one that security hides from now on. Where nothing at all came, not even what was seen
 * before, one page of the whole table tells the two apart (invariant 5).
 *
 * @throws Fault `jde.rows_vanished`
 */
async function refuseVanished(
  table: FlowTable,
  position: ReadPosition,
  ports: RunPorts,
  signal: AbortSignal,
): Promise<void> {
  if (table.role !== 'driver') return;
  const known = await countRows(ports.db, ofTable(ports, table));
  if (known === 0 || (position.changedSince !== null && (await hasRows(table, ports, signal)))) return;
  throw new Fault('jde.rows_vanished', `${table.spec.table} came back empty; ${known} rows were known.`, {
    field: table.spec.table,
  });
}

async function hasRows(table: FlowTable, ports: RunPorts, signal: AbortSignal): Promise<boolean> {
  for await (const page of ports.source.readTable({ spec: table.spec }, signal)) {
    if (page.rows.length > 0) return true;
  }
  return false;
}

/** The whole table was read: only now may its watermark move, to what was seen, never past the day on which the read began. */
async function finish(of: ReadOf, position: ReadPosition, ports: RunPorts, ledger: RunLedger): Promise<void> {
  const { table } = of;
  const place = ofTable(ports, table);
  await ledger.transact(of.flow.name, async (tx) => {
    const until = earlier(position.maxSeen ?? position.startedDay, position.startedDay);
    if (table.spec.changedOn !== undefined)
      await moveWatermark(tx, ports.run, { table: table.spec.table, until, nowMs: ports.now() });
    await dropPosition(tx, place);
    return { counted: {}, value: undefined };
  });
}

function ofTable(ports: RunPorts, table: FlowTable): { connectionId: string; table: string } {
  return { connectionId: ports.run.connectionId, table: table.spec.table };
}
