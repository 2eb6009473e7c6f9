import type { SourceRow } from '../domain/source-row.ts';
import type { FlowTable } from '../flows/flow.ts';
import { type OwnedRow, replaceRows } from '../store/source-rows.ts';
import { listToFetch, markFetched } from '../store/stage.ts';
import type { RunLedger } from './ledger.ts';
import type { RunPorts } from './ports.ts';
import type { ReadFlow } from './read.ts';

/** Records whose rows are read in one go. */
const RECORDS_AT_ONCE = 100;

/**
 * Reads all rows of the staged records that need it, whole, so that a child row that is gone is seen, and an order is never
 * patched line by line. On a first load the drivers were just read; only the parts are.
 */
export async function fetchStaged(
  flow: ReadFlow,
  ports: RunPorts,
  ledger: RunLedger,
  signal: AbortSignal,
): Promise<void> {
  const flowOf = { connectionId: ports.run.connectionId, flow: flow.name };
  const tables = flow.tables.filter((table) => table.role !== 'reference');
  for (;;) {
    const recordKeys = await listToFetch(ports.db, flowOf, RECORDS_AT_ONCE);
    if (recordKeys.length === 0) return;
    const fetched = new Map<FlowTable, readonly OwnedRow[]>();
    for (const table of tables) fetched.set(table, await readRecords(table, recordKeys, ports, signal));
    await ledger.transact(flow.name, async (tx) => {
      for (const [table, rows] of fetched) {
        const of = { connectionId: ports.run.connectionId, table: table.spec.table, recordKeys };
        await replaceRows(tx, of, rows, ports.now());
      }
      await markFetched(tx, flowOf, recordKeys);
      const rowsRead = [...fetched.values()].reduce((sum, rows) => sum + rows.length, 0);
      return { counted: { rowsRead }, value: undefined };
    });
    ports.report({ phase: 'fetch', flow: flow.name, counters: ledger.counters(flow.name) });
  }
}

/** The rows of some records in a table, as JDE has them now. */
export async function readRecords(
  table: FlowTable,
  recordKeys: readonly string[],
  ports: RunPorts,
  signal: AbortSignal,
): Promise<readonly OwnedRow[]> {
  const wanted = new Set(recordKeys);
  const rows: OwnedRow[] = [];
  const keep = (row: SourceRow): void => {
    const recordKey = table.recordKeyOf(row);
    // The conditions may find more: the same order number of another type or company.
    if (wanted.has(recordKey)) rows.push({ recordKey, row });
  };
  for await (const page of ports.source.readTable(
    { spec: table.spec, where: table.whereRecords(recordKeys) },
    signal,
  )) {
    page.rows.forEach(keep);
  }
  return rows;
}
