import type { FlowName } from '../flows/flow.ts';
import { purchasesFlow } from '../flows/purchases/flow.ts';
import { suppliersFlow } from '../flows/suppliers/flow.ts';
import type { SupplierPayload } from '../flows/suppliers/payload.ts';
import type { TargetFlow } from '../flows/target-flow.ts';
import { workAccounts } from './account-work.ts';
import type { Change } from './diff.ts';
import {
  accountsFlow,
  closeFlow,
  closeOpen,
  openFlowWriter,
  openRun,
  type Run,
  stageChanges,
} from './flow-run.ts';
import { lookAgain } from './look-again.ts';
import { waitingFor } from './map.ts';
import { RunProgress, whileOnline } from './offline.ts';
import { PlanBook, type PlannedChange, type PlanSummary } from './plan.ts';
import type { RunPorts } from './ports.ts';
import type { ReadFlow } from './read.ts';
import { settleIntents } from './settle.ts';
import type { RunSummary } from './summary.ts';
import { planFlow, workFlow } from './target-work.ts';

/** Brings Cin7 in step: accounts, then suppliers, then purchases. Whatever ends it early, the next run goes on from there. */
export async function runSync(ports: RunPorts, signal: AbortSignal): Promise<RunSummary> {
  const run = openRun(ports);
  try {
    await syncFlows(run, signal, {
      part: 'all',
      after: async (flow) => {
        await closeFlow(flow, run);
        ports.report({ phase: 'done', flow, counters: run.ledger.counters(flow) });
      },
    });
    return run.ledger.summary();
  } catch (error) {
    // What is left is counted even then: the balance holds for a run that failed, too.
    await closeOpen(run);
    throw error;
  }
}

interface SyncPass {
  /** `live`: what a backfill has staged is left to it. */
  readonly part: 'all' | 'live';
  readonly after: (flow: FlowName) => Promise<void>;
}

/** Reads what changed and works it off, flow by flow, in the one order that holds: accounts, suppliers, purchases. */
export async function syncFlows(run: Run, signal: AbortSignal, { part, after }: SyncPass): Promise<void> {
  const { ports, ledger } = run;
  const progress = new RunProgress(() => ledger.achieved());
  const online = (flow: FlowName, work: () => Promise<void>): Promise<void> =>
    whileOnline(flow, work, progress, ports, signal);
  const syncFlow = async <P>(flow: TargetFlow<P>): Promise<void> => {
    const writer = openFlowWriter(flow, run, signal);
    await settleIntents(flow, writer, 'look', ports, ledger, signal); // Invariant 3
    if (flow.name === 'purchases') await lookAgain(ports, ledger, signal);
    await stageChanges(flow, run, signal);
    await workFlow({ flow, writer, books: run.books(signal), ports, ledger, signal, part });
    await after(flow.name);
  };
  if (ports.settings.accounts.enabled) {
    await online('accounts', async () => {
      await stageChanges(accountsFlow, run, signal);
      await workAccounts({ books: run.books(signal), ports, ledger, signal });
      await after('accounts');
    });
  }
  if (ports.settings.suppliers.enabled) await online('suppliers', () => syncFlow(suppliersFlow));
  if (ports.settings.purchases.enabled) await online('purchases', () => syncFlow(purchasesFlow));
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
  const { accounts, suppliers, purchases } = ports.settings;
  const staged = async (flow: ReadFlow, work: () => Promise<void>): Promise<void> => {
    await stageChanges(flow, run, signal);
    await work();
    await closeFlow(flow.name, run);
    ports.report({ phase: 'done', flow: flow.name, counters: run.ledger.counters(flow.name) });
  };
  try {
    const work = { books: run.books(signal), ports, ledger: run.ledger, signal };
    if (accounts.enabled)
      await staged(accountsFlow, () => workAccounts({ ...work, plan: (change) => book.addAccount(change) }));
    if (suppliers.enabled) {
      await staged(suppliersFlow, () =>
        planFlow({ ...work, flow: suppliersFlow }, planned, async (changes) => {
          for (const change of changes) {
            book.add(suppliersFlow, change);
            noteSupplier(change, planned);
          }
        }),
      );
    }
    if (purchases.enabled) {
      await staged(purchasesFlow, () =>
        planFlow({ ...work, flow: purchasesFlow }, planned, async (changes) => {
          for (const change of changes) book.add(purchasesFlow, change);
        }),
      );
    }
    const summary = (): RunSummary => ({ ...run.ledger.summary(), plan: book.summary(plan.callsPerMinute) });
    ports.onSummary(summary);
    return { plan: book.summary(plan.callsPerMinute), summary: summary() };
  } catch (error) {
    await closeOpen(run);
    throw error;
  }
}

/** What a plan would do with a supplier decides what it would do with its orders. */
export function noteSupplier(
  change: Change<SupplierPayload>,
  planned: Map<string, { currency: string } | { why: string }>,
): void {
  if (change.kind === 'create') planned.set(change.recordKey, { currency: change.payload.Currency });
  if (change.kind === 'parked')
    planned.set(change.recordKey, { why: waitingFor(change.rejection.code, change.rejection.detail) });
}
