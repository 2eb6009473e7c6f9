import { Fault } from '../faults/fault.ts';
import { openAccountMatcher } from '../flows/accounts/flow.ts';
import type { SourceRecord } from '../flows/flow.ts';
import { purchasesFlow } from '../flows/purchases/flow.ts';
import { suppliersFlow } from '../flows/suppliers/flow.ts';
import type { TargetFlow } from '../flows/target-flow.ts';
import { loadCrosswalk } from '../store/crosswalk.ts';
import { loadTable } from '../store/source-rows.ts';
import { loadWatermark } from '../store/watermarks.ts';
import { keysOf } from './backfill.ts';
import {
  type BackfillScope,
  type BackfillStep,
  isBehindScope,
  readOf,
  stepsOf,
  tablesOf,
} from './backfill-scope.ts';
import type { Change } from './diff.ts';
import { readRecords } from './fetch.ts';
import { openRun, type Run } from './flow-run.ts';
import { openMapper } from './map.ts';
import { PlanBook, type PlannedChange, type PlanSummary } from './plan.ts';
import type { RunPorts } from './ports.ts';
import { noteSupplier } from './run.ts';
import type { RunSummary } from './summary.ts';
import { changesOfRecords } from './target-work.ts';

const RECORDS_AT_ONCE = 100;

type Planned = Map<string, { currency: string } | { why: string }>;
type Take = (records: readonly SourceRecord[]) => Promise<void>;

/**
 * Shows what a backfill would do. It reads the records whole and keeps nothing of them, neither rows nor stage: what were stored without
 * being staged would count as known, and its change would be lost.
 */
export async function planBackfill(
  ports: RunPorts,
  scope: BackfillScope,
  plan: { callsPerMinute: number; onChange: (change: PlannedChange) => void },
  signal: AbortSignal,
): Promise<{ plan: PlanSummary; summary: RunSummary }> {
  const run = openRun(ports);
  const book = new PlanBook(plan.onChange);
  const planned: Planned = new Map();
  const seen = new Set<string>();
  for (const step of stepsOf(scope, ports)) {
    await refuseUnread(step, ports);
    const take = takerOf(step, book, planned, run, signal);
    await forEachRecords(scope, step, seen, take, ports, signal);
    // Orders are met in two tables; keys of other flows do not meet them.
    if (step.flow !== 'purchases') seen.clear();
  }
  return { plan: book.summary(plan.callsPerMinute), summary: run.ledger.summary() };
}

/** Reference tables and the suppliers of orders come with the first sync. */
async function refuseUnread({ table }: BackfillStep, ports: RunPorts): Promise<void> {
  const of = { connectionId: ports.run.connectionId, table: table.spec.table };
  if ((await loadWatermark(ports.db, of)) !== undefined) return;
  throw new Fault('input.invalid', `${of.table} was never read: plan and sync show and do all of it.`, {
    field: '--backfill',
  });
}

async function forEachRecords(
  scope: BackfillScope,
  step: BackfillStep,
  seen: Set<string>,
  take: Take,
  ports: RunPorts,
  signal: AbortSignal,
): Promise<void> {
  let waiting: string[] = [];
  const flush = async (atLeast: number): Promise<void> => {
    while (waiting.length >= atLeast && waiting.length > 0) {
      const recordKeys = waiting.slice(0, RECORDS_AT_ONCE);
      waiting = waiting.slice(RECORDS_AT_ONCE);
      await take(await readWhole(step, recordKeys, ports, signal));
    }
  };
  for await (const page of ports.source.readTable(readOf(step, scope, [], ports), signal)) {
    for (const key of await keysOf(scope, step, page, ports)) {
      if (seen.has(key)) continue;
      seen.add(key);
      waiting.push(key);
    }
    await flush(RECORDS_AT_ONCE);
    if (page.rows.some((row) => isBehindScope(row, step, scope))) break;
  }
  await flush(1);
}

async function readWhole(
  step: BackfillStep,
  recordKeys: readonly string[],
  ports: RunPorts,
  signal: AbortSignal,
): Promise<readonly SourceRecord[]> {
  const rows = new Map(recordKeys.map((key) => [key, {} as Record<string, SourceRecord['rows'][string]>]));
  for (const table of tablesOf(step.flow)) {
    if (table.role === 'reference') continue;
    const read = await readRecords(table, recordKeys, ports, signal);
    const byRecord = Map.groupBy(read, (owned) => owned.recordKey);
    for (const [key, tables] of rows)
      tables[table.spec.table] = (byRecord.get(key) ?? []).map((owned) => owned.row);
  }
  return [...rows].map(([key, tables]) => ({ key, rows: tables }));
}

function takerOf(step: BackfillStep, book: PlanBook, planned: Planned, run: Run, signal: AbortSignal): Take {
  switch (step.flow) {
    case 'accounts':
      return accountTaker(book, run, signal);
    case 'suppliers':
      return flowTaker(suppliersFlow, planned, run, signal, (change) => {
        book.add(suppliersFlow, change);
        noteSupplier(change, planned);
      });
    case 'purchases':
      return flowTaker(purchasesFlow, planned, run, signal, (change) => book.add(purchasesFlow, change));
  }
}

function flowTaker<P>(
  flow: TargetFlow<P>,
  planned: Planned,
  { ports, books }: Run,
  signal: AbortSignal,
  add: (change: Change<P>) => void,
): Take {
  let opened: ReturnType<typeof openMapper<P>> | undefined;
  return async (records) => {
    opened ??= openMapper(flow, books(signal), planned, ports);
    for (const change of await changesOfRecords(flow, records, await opened, ports)) add(change);
  };
}

function accountTaker(book: PlanBook, { ports, books }: Run, signal: AbortSignal): Take {
  const { connectionId } = ports.run;
  return async (records) => {
    const matcher = await openAccountMatcher({
      settings: ports.settings,
      books: books(signal),
      entries: await loadCrosswalk(ports.db, connectionId, 'account'),
      businessUnits: await loadTable(ports.db, { connectionId, table: 'F0006' }),
    });
    for (const record of records) book.addAccount(matcher.match(record));
  };
}
