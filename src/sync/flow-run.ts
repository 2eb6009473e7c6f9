import { type Books, openBooks } from '../crosswalk/books.ts';
import { accountTables } from '../flows/accounts/tables.ts';
import type { FlowName } from '../flows/flow.ts';
import type { FlowMemory, TargetFlow, Writer } from '../flows/target-flow.ts';
import { inTransaction } from '../store/database.ts';
import { findLinkByCin7Id, linkedCin7Ids, saveLinks } from '../store/links.ts';
import { lockConnection } from '../store/locks.ts';
import { loadMark, saveMark } from '../store/marks.ts';
import { countStaged, countStagedByOthers } from '../store/stage.ts';
import { fetchStaged } from './fetch.ts';
import { RunLedger } from './ledger.ts';
import type { RunPorts } from './ports.ts';
import { type ReadFlow, readChanges } from './read.ts';
import { restageParked } from './restage.ts';

export const accountsFlow: ReadFlow = { name: 'accounts', tables: accountTables };

/** A run that reads, stages and works on flows. */
export interface Run {
  readonly ports: RunPorts;
  readonly ledger: RunLedger;
  /** Tables that this run has read. */
  readonly readTables: Set<string>;
  /** Flows that were begun and not closed, with the number of records that others had staged by then. */
  readonly open: Map<FlowName, number>;
  /** The reference books of Cin7, read when they are first needed. */
  readonly books: (signal: AbortSignal) => Books;
  /** A run that goes on for hours reads tables and books anew. */
  readonly renew: () => void;
}

export function openRun(ports: RunPorts): Run {
  let books: Books | undefined;
  const ledger = new RunLedger(ports);
  const readTables = new Set<string>();
  ports.onSummary(() => ledger.summary());
  return {
    ports,
    ledger,
    readTables,
    open: new Map(),
    books(signal) {
      books ??= openBooks(ports.target, signal);
      return books;
    },
    renew() {
      books = undefined;
      readTables.clear();
    },
  };
}

export function openFlowWriter<P>(flow: TargetFlow<P>, run: Run, signal: AbortSignal): Writer<P> {
  const { ports } = run;
  const of = { connectionId: ports.run.connectionId, flow: flow.name };
  return flow.openWriter({
    target: ports.target,
    settings: ports.settings,
    signal,
    isTaken: async (cin7Id, byOtherThan) => {
      const link = await findLinkByCin7Id(ports.db, of, cin7Id);
      return link !== undefined && link.recordKey !== byOtherThan;
    },
    memory: flowMemory(flow.name, run),
  });
}

function flowMemory(flow: FlowName, { ports, ledger }: Run): FlowMemory {
  const { connectionId } = ports.run;
  return {
    recall: (name) => loadMark(ports.db, connectionId, name),
    note: (name, value) =>
      ledger.transact(flow, async (tx) => {
        await saveMark(tx, connectionId, { name, value, nowMs: ports.now() });
        return { counted: {}, value: undefined };
      }),
    linkedSuppliers: (cin7Ids) => linkedCin7Ids(ports.db, { connectionId, flow: 'suppliers' }, cin7Ids),
    saveFound: (links) =>
      ledger.transact(flow, async (tx) => {
        await saveLinks(tx, ports.run, flow, links, ports.now());
        return { counted: {}, value: undefined };
      }),
  };
}

/** Reads a flow's changes into the stage, puts parked records back on it, and fetches what is to be read whole. */
export async function stageChanges(flow: ReadFlow, run: Run, signal: AbortSignal): Promise<void> {
  const { ports, ledger } = run;
  await openFlow(flow.name, run);
  const { incremental } = await readChanges(flow, ports, ledger, run.readTables, signal);
  await restageParked(flow.name, ports, ledger);
  await fetchStaged(fetchedTables(flow, incremental), ports, ledger, signal);
}

/** Counts what was waiting already, once: a flow may be taken up again after an outage. */
async function openFlow(flow: FlowName, { open, ports, ledger }: Run): Promise<void> {
  if (open.has(flow)) return;
  const of = { connectionId: ports.run.connectionId, flow };
  const byOthers = await ledger.transact(flow, async (tx) => ({
    counted: { staged: await countStaged(tx, of) },
    value: await countStagedByOthers(tx, of),
  }));
  open.set(flow, byOthers);
}

/** Closes the books of a flow: what is left waits for the next run. */
export async function closeFlow(flow: FlowName, { open, ports, ledger }: Run): Promise<void> {
  const before = open.get(flow) ?? 0;
  const of = { connectionId: ports.run.connectionId, flow };
  const found = await inTransaction(ports.db, async (tx) => {
    // Both figures of one moment, or the books would not balance.
    await lockConnection(tx, of.connectionId);
    return { left: await countStaged(tx, of), byOthers: (await countStagedByOthers(tx, of)) - before };
  });
  ledger.close(flow, found);
  open.delete(flow);
}

export async function closeOpen(run: Run): Promise<void> {
  for (const flow of run.open.keys()) await closeFlow(flow, run);
}

/** On a first load the drivers have just been read whole: only what belongs to them is fetched by key. */
function fetchedTables(flow: ReadFlow, incremental: boolean): ReadFlow {
  return incremental ? flow : { ...flow, tables: flow.tables.filter((table) => table.role === 'part') };
}
