import { openBooks } from '../crosswalk/books.ts';
import { pruneReports } from '../store/findings.ts';
import { lastWriteMs } from '../store/links.ts';
import { dropSwept } from '../store/sweep.ts';
import type { RunPorts } from './ports.ts';
import { compareAccounts, sweepJdeAccounts } from './reconcile-accounts.ts';
import { ReadAllowance, ReconcileBook } from './reconcile-book.ts';
import { compareDocuments, type DocumentDifferences } from './reconcile-deep.ts';
import { comparePairs } from './reconcile-pairs.ts';
import { openPurchasePairs, sweepCin7Purchases, sweepJdeOrders } from './reconcile-purchases.ts';
import type { ReconcileSummary } from './reconcile-summary.ts';
import { openSupplierPairs, sweepCin7Suppliers, sweepJdeSuppliers } from './reconcile-suppliers.ts';

/** Reports that are kept of a connection. */
const REPORTS_KEPT = 10;

export interface ReconcileOptions {
  /** Opens purchases and compares every field, as many as `run.reconcileReads` allows. */
  readonly deep?: boolean;
}

/**
 * Sweeps the keys of both sides whole and compares them with the links. Changes nothing in Cin7 and nothing that a sync goes by; what it
 * finds is stored as the report of the run. A sweep that cannot be read to its end fails the run: a key is never taken as gone for it.
 */
export async function runReconcile(
  ports: RunPorts,
  options: ReconcileOptions,
  signal: AbortSignal,
): Promise<ReconcileSummary> {
  const startedAtMs = ports.now();
  const book = new ReconcileBook(ports);
  const { connectionId, runId } = ports.run;
  const done: { summary?: ReconcileSummary } = {};
  ports.onSummary(() => ({
    flows: {},
    calls: { jde: ports.source.callCount, cin7: ports.target.callCount },
    refusals: ports.target.refusalCount,
    seconds: Math.round((ports.now() - startedAtMs) / 100) / 10,
    ...(done.summary === undefined ? {} : { reconcile: done.summary }),
  }));
  await book.transact(async (tx) => {
    await dropSwept(tx, connectionId);
    await pruneReports(tx, connectionId, { reports: REPORTS_KEPT, alsoRunId: runId });
  });
  await sweepJde(book, ports, signal);
  await waitOutLists(ports, signal);
  await sweepCin7(book, ports, signal);
  await compareSides(book, options, ports, signal);
  const summary = book.summary();
  await book.transact(async (tx) => {
    await dropSwept(tx, connectionId);
    // This one becomes the newest of those that are kept.
    await pruneReports(tx, connectionId, { reports: REPORTS_KEPT - 1, alsoRunId: runId });
  });
  done.summary = summary;
  return summary;
}

async function sweepJde(book: ReconcileBook, ports: RunPorts, signal: AbortSignal): Promise<void> {
  const { accounts, suppliers, purchases } = ports.settings;
  if (accounts.enabled) await sweepJdeAccounts(book, ports, signal);
  if (suppliers.enabled) await sweepJdeSuppliers(book, ports, signal);
  if (purchases.enabled) await sweepJdeOrders(book, ports, signal);
}

async function sweepCin7(book: ReconcileBook, ports: RunPorts, signal: AbortSignal): Promise<void> {
  const { suppliers, purchases } = ports.settings;
  if (suppliers.enabled) await sweepCin7Suppliers(book, ports, signal);
  if (purchases.enabled) await sweepCin7Purchases(book, ports, signal);
}

/** Lists of Cin7 trail its writes: what was written a moment ago is not taken as gone, or as edited. */
async function waitOutLists(ports: RunPorts, signal: AbortSignal): Promise<void> {
  const writtenMs = await lastWriteMs(ports.db, ports.run.connectionId);
  if (writtenMs === undefined) return;
  const leftMs = Math.min(ports.listLagMs, writtenMs + ports.listLagMs - ports.now());
  if (leftMs > 0) await ports.sleep(leftMs, signal);
}

async function compareSides(
  book: ReconcileBook,
  { deep = false }: ReconcileOptions,
  ports: RunPorts,
  signal: AbortSignal,
): Promise<void> {
  const { accounts, suppliers, purchases, run } = ports.settings;
  if (accounts.enabled) await compareAccounts(openBooks(ports.target, signal), book, ports, signal);
  const reads = new ReadAllowance(run.reconcileReads);
  if (suppliers.enabled) {
    const pairs = await openSupplierPairs(ports, signal);
    await comparePairs(pairs, { book, reads, ports, signal });
  }
  if (purchases.enabled) {
    const documents: DocumentDifferences = deep
      ? await compareDocuments({ book, reads: new ReadAllowance(run.reconcileReads), ports, signal })
      : new Map();
    const pairs = await openPurchasePairs({ book, reads, ports, signal }, documents);
    await comparePairs(pairs, { book, reads, ports, signal });
  }
}
