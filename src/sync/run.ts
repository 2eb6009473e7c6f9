import { type Books, openBooks } from '../crosswalk/books.ts';
import { accountTables } from '../flows/accounts/tables.ts';
import type { FlowName } from '../flows/flow.ts';
import { purchasesFlow } from '../flows/purchases/flow.ts';
import { suppliersFlow } from '../flows/suppliers/flow.ts';
import type { SupplierPayload } from '../flows/suppliers/payload.ts';
import type { FlowMemory, TargetFlow } from '../flows/target-flow.ts';
import { findLinkByCin7Id, linkedCin7Ids, saveLinks } from '../store/links.ts';
import { loadMark, saveMark } from '../store/marks.ts';
import { countStaged } from '../store/stage.ts';
import { workAccounts } from './account-work.ts';
import type { Change } from './diff.ts';
import { fetchStaged } from './fetch.ts';
import { RunLedger } from './ledger.ts';
import { waitingFor } from './map.ts';
import { RunProgress, whileOnline } from './offline.ts';
import { PlanBook, type PlannedChange, type PlanSummary } from './plan.ts';
import type { RunPorts } from './ports.ts';
import { type ReadFlow, readChanges } from './read.ts';
import { restageParked } from './restage.ts';
import { settleIntents } from './settle.ts';
import type { RunSummary } from './summary.ts';
import { planFlow, workFlow } from './target-work.ts';

/** Brings Cin7 in step: accounts, then suppliers, then purchases. Whatever ends it early, the next run goes on from there. */
export async function runSync(ports: RunPorts, signal: AbortSignal): Promise<RunSummary> {
  const run = openRun(ports);
  try {
    const progress = new RunProgress(() => run.ledger.achieved());
    const online = (flow: FlowName, work: () => Promise<void>): Promise<void> =>
      whileOnline(flow, work, progress, ports, signal);
    if (ports.settings.accounts.enabled) {
      await online('accounts', () =>
        stageFlow(accountsFlow, run, signal, () =>
          workAccounts({ books: run.books(signal), ports, ledger: run.ledger, signal }),
        ),
      );
    }
    if (ports.settings.suppliers.enabled)
      await online('suppliers', () => syncFlow(suppliersFlow, run, signal));
    if (ports.settings.purchases.enabled)
      await online('purchases', () => syncFlow(purchasesFlow, run, signal));
    return run.ledger.summary();
  } catch (error) {
    // What is left is counted even then: the balance holds for a run that failed, too.
    await closeOpen(run);
    throw error;
  }
}

/** Reads and shows what a sync would do. Writes nothing to Cin7; what it read stays staged for the next sync. */
export async function runPlan(
  ports: RunPorts,
  plan: { callsPerMinute: number; onChange: (change: PlannedChange) => void },
  signal: AbortSignal,
): Promise<{ plan: PlanSummary; summary: RunSummary }> {
  const run = openRun(ports);
  const book = new PlanBook(plan.onChange);
  const planned = new Map<string, { currency: string } | { why: string }>();
  try {
    if (ports.settings.accounts.enabled) {
      await stageFlow(accountsFlow, run, signal, () =>
        workAccounts({
          books: run.books(signal),
          ports,
          ledger: run.ledger,
          signal,
          plan: (change) => book.addAccount(change),
        }),
      );
    }
    const work = { books: run.books(signal), ports, ledger: run.ledger, signal };
    if (ports.settings.suppliers.enabled) {
      await stageFlow(suppliersFlow, run, signal, () =>
        planFlow({ ...work, flow: suppliersFlow }, planned, async (changes) => {
          for (const change of changes) {
            book.add(suppliersFlow, change);
            noteSupplier(change, planned);
          }
        }),
      );
    }
    if (ports.settings.purchases.enabled) {
      await stageFlow(purchasesFlow, run, signal, () =>
        planFlow({ ...work, flow: purchasesFlow }, planned, async (changes) => {
          for (const change of changes) book.add(purchasesFlow, change);
        }),
      );
    }
    return { plan: book.summary(plan.callsPerMinute), summary: run.ledger.summary() };
  } catch (error) {
    await closeOpen(run);
    throw error;
  }
}

const accountsFlow: ReadFlow = { name: 'accounts', tables: accountTables };

interface Run {
  readonly ports: RunPorts;
  readonly ledger: RunLedger;
  /** Tables that this run has read. */
  readonly readTables: Set<string>;
  /** Flows that were begun and not closed. */
  readonly open: Set<FlowName>;
  books(signal: AbortSignal): Books;
}

function openRun(ports: RunPorts): Run {
  let books: Books | undefined;
  const ledger = new RunLedger(ports);
  ports.onSummary(() => ledger.summary());
  return {
    ports,
    ledger,
    readTables: new Set(),
    open: new Set(),
    books(signal) {
      books ??= openBooks(ports.target, signal);
      return books;
    },
  };
}

async function syncFlow<P>(flow: TargetFlow<P>, run: Run, signal: AbortSignal): Promise<void> {
  const { ports, ledger } = run;
  const of = { connectionId: ports.run.connectionId, flow: flow.name };
  const writer = flow.openWriter({
    target: ports.target,
    settings: ports.settings,
    signal,
    isTaken: async (cin7Id, byOtherThan) => {
      const link = await findLinkByCin7Id(ports.db, of, cin7Id);
      return link !== undefined && link.recordKey !== byOtherThan;
    },
    memory: flowMemory(flow.name, run),
  });
  await settleIntents(flow, writer, 'look', ports, ledger, signal); // Invariant 3
  await stageFlow(flow, run, signal, () =>
    workFlow({ flow, writer, books: run.books(signal), ports, ledger, signal }),
  );
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

/** Reads a flow's changes into the stage, works on them, and closes its books. */
async function stageFlow(
  flow: ReadFlow,
  run: Run,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  const { ports, ledger } = run;
  const of = { connectionId: ports.run.connectionId, flow: flow.name };
  // A flow that is taken up again after an outage has counted what was waiting already.
  if (!run.open.has(flow.name)) {
    run.open.add(flow.name);
    await ledger.transact(flow.name, async (tx) => ({
      counted: { staged: await countStaged(tx, of) },
      value: undefined,
    }));
  }
  const { incremental } = await readChanges(flow, ports, ledger, run.readTables, signal);
  await restageParked(flow.name, ports, ledger);
  await fetchStaged(fetchedTables(flow, incremental), ports, ledger, signal);
  await work();
  ledger.close(flow.name, await countStaged(ports.db, of));
  run.open.delete(flow.name);
  ports.report({ phase: 'done', flow: flow.name, counters: ledger.counters(flow.name) });
}

/** On a first load the drivers have just been read whole: only what belongs to them is fetched by key. */
function fetchedTables(flow: ReadFlow, incremental: boolean): ReadFlow {
  return incremental ? flow : { ...flow, tables: flow.tables.filter((table) => table.role === 'part') };
}

async function closeOpen(run: Run): Promise<void> {
  for (const flow of run.open) {
    run.ledger.close(
      flow,
      await countStaged(run.ports.db, { connectionId: run.ports.run.connectionId, flow }),
    );
  }
}

function noteSupplier(
  change: Change<SupplierPayload>,
  planned: Map<string, { currency: string } | { why: string }>,
): void {
  if (change.kind === 'create') planned.set(change.recordKey, { currency: change.payload.Currency });
  if (change.kind === 'parked')
    planned.set(change.recordKey, { why: waitingFor(change.rejection.code, change.rejection.detail) });
}
