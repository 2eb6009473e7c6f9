import type { Books } from '../crosswalk/books.ts';
import { CrosswalkView } from '../crosswalk/view.ts';
import { dayIn } from '../domain/local-date.ts';
import { hintOf } from '../faults/fault.ts';
import type { ParkCode } from '../faults/fault-codes.ts';
import type { FlowName, FlowTable, SourceRecord } from '../flows/flow.ts';
import { textOf } from '../flows/flow.ts';
import type { MapPorts, Mapper, PlannedSuppliers, TargetFlow } from '../flows/target-flow.ts';
import { loadCrosswalk } from '../store/crosswalk.ts';
import { listOpenIntents } from '../store/intents.ts';
import { loadLinks, loadNameOwners } from '../store/links.ts';
import { listParked } from '../store/parked.ts';
import { loadRows, loadTable } from '../store/source-rows.ts';
import type { MappingPorts } from './ports.ts';

/** Assembles records from the rows last read, in the order of the keys. */
export async function assembleRecords(
  tables: readonly FlowTable[],
  recordKeys: readonly string[],
  ports: MappingPorts,
): Promise<readonly SourceRecord[]> {
  const byTable = new Map<string, Awaited<ReturnType<typeof loadRows>>>();
  for (const table of tables) {
    if (table.role === 'reference') continue;
    const of = { connectionId: ports.run.connectionId, table: table.spec.table };
    byTable.set(table.spec.table, await loadRows(ports.db, of, recordKeys));
  }
  return recordKeys.map((key) => ({
    key,
    rows: Object.fromEntries([...byTable].map(([table, rows]) => [table, rows.get(key) ?? []])),
  }));
}

export interface OpenMapper<P> {
  readonly mapper: Mapper<P>;
  readonly crosswalk: CrosswalkView;
}

/** Takes the snapshots that a flow maps with. Reads from Cin7 only the books that its kinds need. */
export async function openMapper<P>(
  flow: TargetFlow<P>,
  books: Books,
  plannedSuppliers: PlannedSuppliers,
  ports: MappingPorts,
): Promise<OpenMapper<P>> {
  const { connectionId } = ports.run;
  const crosswalk = await CrosswalkView.open({
    rows: await loadCrosswalk(ports.db, connectionId),
    settings: ports.settings.crosswalk,
    books,
    kinds: flow.kinds,
    labels: await codeLabels(ports),
  });
  const mapPorts: MapPorts = {
    settings: ports.settings,
    crosswalk,
    books,
    today: dayIn('UTC', ports.now()),
    plannedSuppliers,
    loadReference: (table) => loadTable(ports.db, { connectionId, table }),
    loadLinks: (name, keys) => loadLinks(ports.db, { connectionId, flow: name }, keys),
    loadNameOwners: async (name, keys) =>
      new Map([
        ...(name === flow.name ? await claimedNames(flow, ports) : []),
        ...(await loadNameOwners(ports.db, { connectionId, flow: name }, keys)),
      ]),
    loadParkedReasons: (name, keys) => parkedReasons(name, keys, ports),
  };
  return { mapper: await flow.openMapper(mapPorts), crosswalk };
}

/** Names under which records may stand in Cin7 already: those of writes whose answer is not known. */
async function claimedNames<P>(
  flow: TargetFlow<P>,
  ports: MappingPorts,
): Promise<readonly [string, string][]> {
  const open = await listOpenIntents(ports.db, { connectionId: ports.run.connectionId, flow: flow.name });
  return open
    .filter((intent) => intent.action !== 'void')
    .map((intent) => [flow.nameKey(JSON.parse(intent.payload) as P), intent.recordKey]); // Written by this flow from the same type.
}

async function parkedReasons(
  flow: FlowName,
  recordKeys: readonly string[],
  ports: MappingPorts,
): Promise<ReadonlyMap<string, string>> {
  if (recordKeys.length === 0) return new Map();
  const parked = await listParked(ports.db, {
    connectionId: ports.run.connectionId,
    flow,
    recordKeys,
    limit: recordKeys.length,
  });
  return new Map(parked.map((record) => [record.recordKey, waitingFor(record.code, record.detail)]));
}

/** Why an order waits for a supplier that is parked. */
export function waitingFor(code: ParkCode, detail: string): string {
  return `it is parked. ${detail} ${hintOf(code)}`;
}

/** What people call a code, where JDE says so. */
async function codeLabels(ports: MappingPorts): Promise<(kind: string, code: string) => string> {
  const terms = await loadTable(ports.db, { connectionId: ports.run.connectionId, table: 'F0014' });
  const units = await loadTable(ports.db, { connectionId: ports.run.connectionId, table: 'F0006' });
  const termNames = new Map(terms.map((row) => [textOf(row, 'PTC'), textOf(row, 'PTD')]));
  const unitNames = new Map(units.map((row) => [textOf(row, 'MCU'), textOf(row, 'DL01')]));
  return (kind, code) =>
    (kind === 'paymentTerm' ? termNames.get(code) : kind === 'location' ? unitNames.get(code) : undefined) ??
    '';
}
